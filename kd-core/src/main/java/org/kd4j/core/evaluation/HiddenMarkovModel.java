package org.kd4j.core.evaluation;

import java.util.Arrays;
import java.util.List;
import org.kd4j.core.base.UsageException;

/**
 * A hidden Markov model over places, each of which emits what one class of a network stands for;
 * everything is in logarithms.
 *
 * @param emits the class that each place emits
 * @param start log probability to begin in each place; −∞ where it cannot
 * @param stop log probability to end in each place; −∞ where it cannot
 * @param arcs ways into each place
 */
record HiddenMarkovModel(int[] emits, double[] start, double[] stop, List<List<Arc>> arcs) {
  /**
   * A way from a place to another, or to itself.
   *
   * @param from where it begins
   * @param logProbability of taking it
   */
  record Arc(int from, double logProbability) {}

  /** Checks that all speak of the same places. */
  HiddenMarkovModel {
    if (start.length != emits.length
        || stop.length != emits.length
        || arcs.size() != emits.length) {
      throw new IllegalArgumentException(
          emits.length
              + " places, "
              + start.length
              + " starts, "
              + stop.length
              + " stops, "
              + arcs);
    }
  }

  /**
   * The likeliest path (A. Viterbi, "Error Bounds for Convolutional Codes and an Asymptotically
   * Optimum Decoding Algorithm", IEEE Transactions on Information Theory 13, 1967): the one of
   * highest log start + Σ_t log likelihood + Σ log arc + log stop; of equals, the one whose last
   * places come first.
   *
   * @param logLikelihoods by [frame][class], up to a constant for each frame
   * @return the place of each frame
   */
  int[] viterbi(double[][] logLikelihoods) {
    int frames = logLikelihoods.length;
    int[][] back = new int[frames][emits.length];
    double[] best = start.clone();
    for (int p = 0; p < emits.length; p++) {
      best[p] += logLikelihoods[0][emits[p]];
    }
    for (int t = 1; t < frames; t++) {
      double[] next = new double[emits.length];
      for (int p = 0; p < emits.length; p++) {
        double most = Double.NEGATIVE_INFINITY;
        for (Arc arc : arcs.get(p)) {
          double score = best[arc.from()] + arc.logProbability();
          if (score > most) {
            most = score;
            back[t][p] = arc.from();
          }
        }
        next[p] = most + logLikelihoods[t][emits[p]];
      }
      best = next;
    }
    int at = 0;
    for (int p = 0; p < emits.length; p++) {
      at = best[p] + stop[p] > best[at] + stop[at] ? p : at;
    }
    UsageException.require(
        best[at] + stop[at] > Double.NEGATIVE_INFINITY,
        "no path of the model is %d frames long; its shortest is longer",
        frames);
    int[] path = new int[frames];
    for (int t = frames - 1; t >= 0; t--) {
      path[t] = at;
      at = back[t][at];
    }
    return path;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HiddenMarkovModel model
        && Arrays.equals(emits, model.emits)
        && Arrays.equals(start, model.start)
        && Arrays.equals(stop, model.stop)
        && arcs.equals(model.arcs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(emits) + 31 * arcs.hashCode();
  }

  @Override
  public String toString() {
    return emits.length + " places";
  }
}
