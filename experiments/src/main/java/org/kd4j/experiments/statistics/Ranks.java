package org.kd4j.experiments.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Ranks from 1 for the smallest; equal values share the mean of the ranks they take up. */
final class Ranks {
  private Ranks() {}

  static double[] of(double... values) {
    int[] rising = rising(values);
    double[] ranks = new double[values.length];
    for (int from = 0, to; from < rising.length; from = to) {
      to = from;
      while (to < rising.length && values[rising[to]] == values[rising[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[rising[i]] = 0.5 * (from + 1 + to);
      }
    }
    return ranks;
  }

  /** Σ t³ − t over the groups of t equal ranks, which is what ties take from a variance. */
  static double ties(double... ranks) {
    double sum = 0;
    double[] sorted = ranks.clone();
    Arrays.sort(sorted);
    for (int from = 0, to; from < sorted.length; from = to) {
      to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      double t = (double) to - from;
      sum += t * t * t - t;
    }
    return sum;
  }

  /**
   * Values whose magnitudes are equal up to a tolerance, made equal: 0.97 − 0.96 and 0.98 − 0.97
   * are a tie, and not the same bits. What is as near to 0 becomes 0.
   */
  static double[] snapped(double[] values, double tolerance) {
    double[] magnitudes = Arrays.stream(values).map(Math::abs).toArray();
    double[] snapped = new double[values.length];
    double level = 0;
    for (int i : rising(magnitudes)) {
      level = magnitudes[i] - level <= tolerance ? level : magnitudes[i];
      snapped[i] = values[i] < 0 && level > 0 ? -level : level;
    }
    return snapped;
  }

  private static int[] rising(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
