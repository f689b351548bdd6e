package org.kd4j.features;

import org.kd4j.core.base.Draws;

/** Rows of a set that are not of a sample's class, drawn without a state. */
final class Negatives {
  private final int[] labels;
  private final int[] byClass;
  private final int[] first;

  /**
   * @param labels of all rows; −1 = none
   * @param classes how many
   */
  Negatives(int[] labels, int classes) {
    this.labels = labels;
    this.byClass = new int[labels.length];
    this.first = new int[classes + 2];
    for (int label : labels) {
      first[label + 2]++;
    }
    for (int c = 1; c < first.length; c++) {
      first[c] += first[c - 1];
    }
    int[] next = first.clone();
    for (int row = 0; row < labels.length; row++) {
      byClass[next[labels[row] + 1]++] = row;
    }
  }

  /** How many rows there are to choose from, of the class that has the fewest. */
  static int fewest(int[] labels, int classes) {
    int[] count = new int[classes + 1];
    int most = 0;
    for (int label : labels) {
      most = Math.max(most, ++count[label + 1]);
    }
    return labels.length - most;
  }

  /**
   * A row of the set and rows of other classes, uniform and independent.
   *
   * @param rows the batch's
   * @param count others for each
   * @param draws of the step
   * @return (batch, 1 + count), row-major, the row itself first
   */
  long[] beside(int[] rows, int count, Draws draws) {
    long[] all = new long[rows.length * (1 + count)];
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      int label = labels[rows[i]] + 1;
      int own = first[label + 1] - first[label];
      all[at++] = rows[i];
      for (int k = 0; k < count; k++) {
        int drawn = draws.below((long) i * count + k, labels.length - own);
        all[at++] = byClass[drawn < first[label] ? drawn : drawn + own];
      }
    }
    return all;
  }
}
