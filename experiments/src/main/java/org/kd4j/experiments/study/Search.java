package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kd4j.core.base.UsageException;

/**
 * How options are searched for: candidates are drawn at random (J. Bergstra and Y. Bengio, "Random
 * Search for Hyper-Parameter Optimization", JMLR 2012), or are all combinations of listed values,
 * and judged by validation accuracy at full length; or drawn and judged by successive halving: all
 * for a few epochs, the best of them for more (K. Jamieson and A. Talwalkar, "Non-stochastic Best
 * Arm Identification and Hyperparameter Optimization", AISTATS 2016).
 *
 * @param method which of the three
 * @param candidates drawn for each searched row; a grid has those it has
 * @param eta of how many one is kept, and by how much longer it is then trained; halving only
 * @param seeds how many of the study's seeds a candidate is trained with
 * @param seed of the draws
 */
public record Search(Method method, int candidates, int eta, int seeds, long seed) {
  /** Twelve candidates, full length, one seed. */
  public static final Search DEFAULT = new Search(Method.RANDOM, 12, 3, 1, 0);

  /** How candidates are judged. */
  public enum Method {
    /** Drawn, all at full length. */
    RANDOM,
    /** All combinations of what is listed, at full length. */
    GRID,
    /** Drawn, briefly at first, the better ones for longer. */
    HALVING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A round of it.
   *
   * @param candidates that take part
   * @param epochs of the student
   */
  public record Rung(int candidates, int epochs) {}

  /** Checks ranges. */
  public Search {
    UsageException.require(
        candidates >= 2, "search.candidates must be 2 or more, was %s", candidates);
    UsageException.require(eta >= 2, "search.eta must be 2 or more, was %s", eta);
    UsageException.require(seeds >= 1, "search.seeds must be 1 or more, was %s", seeds);
  }

  /**
   * The rounds.
   *
   * @param drawn how many unlike candidates there are
   * @param epochs of the student at full length
   */
  public List<Rung> rungs(int drawn, int epochs) {
    List<Rung> rungs = new ArrayList<>();
    if (method != Method.HALVING) {
      rungs.add(new Rung(drawn, epochs));
      return rungs;
    }
    List<Integer> counts = new ArrayList<>(List.of(drawn));
    while (counts.get(counts.size() - 1) >= eta) {
      counts.add(counts.get(counts.size() - 1) / eta);
    }
    for (int r = 0; r < counts.size(); r++) {
      double shorter = Math.pow(eta, counts.size() - 1 - r);
      rungs.add(new Rung(counts.get(r), (int) Math.max(1, Math.round(epochs / shorter))));
    }
    return rungs;
  }
}
