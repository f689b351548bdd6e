package org.kd4j.experiments.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Correction of p-values for having looked at several comparisons at once: the k-th smallest of m
 * is multiplied by m − k + 1, never below its predecessor's, at most 1 (S. Holm, "A Simple
 * Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics, 1979). Holds
 * however the comparisons depend on each other, as they do on a shared baseline.
 */
public final class Holm {
  private Holm() {}

  /** How many comparisons the correction takes together: those that were tested. */
  public static int comparisons(double... p) {
    return (int) Arrays.stream(p).filter(v -> !Double.isNaN(v)).count();
  }

  /**
   * The level of a single test under which the correction is sure to leave its p below a level.
   *
   * @param level of all together
   * @param comparisons that are corrected together
   */
  public static double strictest(double level, int comparisons) {
    return level / Math.max(1, comparisons);
  }

  /**
   * The corrected p-values.
   *
   * @param p of each comparison; NaN where there was no test, which does not count as one
   * @return in the same order, NaN where p is
   */
  public static double[] corrected(double... p) {
    List<Integer> rising =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .toList();
    double[] corrected = new double[p.length];
    Arrays.fill(corrected, Double.NaN);
    double floor = 0;
    for (int k = 0; k < rising.size(); k++) {
      floor = Math.max(floor, Math.min(1, (rising.size() - k) * p[rising.get(k)]));
      corrected[rising.get(k)] = floor;
    }
    return corrected;
  }
}
