package org.kd4j.core.evaluation;

/**
 * What a network says about samples, as plain arrays.
 *
 * @param logits row after row, before any softmax
 * @param classes how many logits a row
 * @param labels the true classes; −1 = unknown
 */
public record Predictions(float[] logits, int classes, int[] labels) {
  /** Checks the lengths. */
  public Predictions {
    if (logits.length != labels.length * classes) {
      throw new IllegalArgumentException(
          logits.length + " logits are not " + labels.length + " rows of " + classes);
    }
  }

  /** How many samples. */
  public int size() {
    return labels.length;
  }

  /** The class of the highest logit, the first of equals. */
  public int predicted(int row) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = logits[row * classes + c] > logits[row * classes + best] ? c : best;
    }
    return best;
  }

  /** softmax(z/T) of a row, in double precision. */
  public double[] probabilities(int row, double temperature) {
    double[] p = logProbabilities(row, temperature);
    for (int c = 0; c < classes; c++) {
      p[c] = Math.exp(p[c]);
    }
    return p;
  }

  /** log softmax(z/T) of a row, in double precision. */
  public double[] logProbabilities(int row, double temperature) {
    double[] z = new double[classes];
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      z[c] = logits[row * classes + c] / temperature;
      max = Math.max(max, z[c]);
    }
    double sum = 0;
    for (double v : z) {
      sum += Math.exp(v - max);
    }
    double log = max + Math.log(sum);
    for (int c = 0; c < classes; c++) {
      z[c] -= log;
    }
    return z;
  }
}
