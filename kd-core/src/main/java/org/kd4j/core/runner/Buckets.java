package org.kd4j.core.runner;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.Samples;

/**
 * Makes batches of samples of like length, so that texts are padded little: what a padded token
 * costs, a real one costs. Samples that are all of one length are left as they are.
 */
final class Buckets {
  /** Batches that are sorted among themselves: more pad less, fewer mix more. */
  private static final int WINDOW = 50;

  private Buckets() {}

  /**
   * An epoch's rows, rearranged: within windows of 50 batches rows are sorted by length, and whole
   * batches then follow each other in an order drawn anew. A last, smaller batch stays the last,
   * and what the epoch's own order made of it: were it sorted too, it would always hold the
   * longest.
   *
   * @param order the epoch's rows; rearranged in place
   * @param samples whose lengths they have
   * @param batch rows a batch
   * @param draws of the epoch, for this alone
   * @return the order
   */
  static int[] arrange(int[] order, Samples samples, int batch, Draws draws) {
    if (alike(order, samples)) {
      return order;
    }
    int batches = order.length / batch;
    int[] sorted = order.clone();
    for (int first = 0; first < batches; first += WINDOW) {
      int from = first * batch;
      int to = Math.min(batches, first + WINDOW) * batch;
      byLength(Arrays.copyOfRange(order, from, to), samples, sorted, from);
    }
    int[] turns = draws.permutation(batches);
    for (int b = 0; b < batches; b++) {
      System.arraycopy(sorted, turns[b] * batch, order, b * batch, batch);
    }
    return order;
  }

  /** All rows of a set, the shortest first; of equal length in their order. */
  static int[] byLength(Samples samples) {
    int[] rows = IntStream.range(0, samples.size()).toArray();
    if (!alike(rows, samples)) {
      byLength(rows.clone(), samples, rows, 0);
    }
    return rows;
  }

  private static boolean alike(int[] rows, Samples samples) {
    for (int row : rows) {
      if (samples.length(row) != samples.length(rows[0])) {
        return false;
      }
    }
    return true;
  }

  /** Sorts stably: a key is a length above a place. */
  private static void byLength(int[] rows, Samples samples, int[] into, int at) {
    long[] keys = new long[rows.length];
    Arrays.setAll(keys, i -> (long) samples.length(rows[i]) << 32 | i);
    Arrays.sort(keys);
    for (int i = 0; i < keys.length; i++) {
      into[at + i] = rows[(int) keys[i]];
    }
  }
}
