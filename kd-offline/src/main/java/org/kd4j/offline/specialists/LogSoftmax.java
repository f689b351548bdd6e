package org.kd4j.offline.specialists;

/**
 * log softmax(z) of rows of plain logits, in double precision, into buffers that are used again.
 */
final class LogSoftmax {
  private LogSoftmax() {}

  /**
   * Writes a row's log probabilities.
   *
   * @param logits row after row
   * @param row which
   * @param into as many as there are classes
   */
  private static void of(float[] logits, int row, double[] into) {
    int from = row * into.length;
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < into.length; c++) {
      max = Math.max(max, logits[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < into.length; c++) {
      sum += Math.exp(logits[from + c] - max);
    }
    double log = max + Math.log(sum);
    for (int c = 0; c < into.length; c++) {
      into[c] = logits[from + c] - log;
    }
  }

  /** Writes a row's probabilities. */
  static void probabilities(float[] logits, int row, double[] into) {
    of(logits, row, into);
    for (int c = 0; c < into.length; c++) {
      into[c] = Math.exp(into[c]);
    }
  }
}
