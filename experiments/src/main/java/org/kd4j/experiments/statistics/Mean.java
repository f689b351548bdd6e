package org.kd4j.experiments.statistics;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean over seeds with its 95 % confidence interval: x̄ ± t(0.975, n−1)·s/√n ("Student", "The
 * Probable Error of a Mean", 1908). The interval is about the mean over seeds, on the one test
 * split.
 *
 * @param n how many values
 * @param value their mean; NaN where there is none
 * @param halfWidth of the interval; NaN below two values
 */
public record Mean(int n, double value, double halfWidth) {
  private static final double EACH_TAIL = 0.025;

  /** The mean of values by seed; those that are NaN count as missing. */
  public static Mean of(Map<Long, Double> values) {
    return of(values.values().stream().mapToDouble(v -> v).toArray());
  }

  /** The mean of values; those that are NaN count as missing. */
  public static Mean of(double... values) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    int n = known.length;
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    if (n < 2) {
      return new Mean(n, mean, Double.NaN);
    }
    double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
    double t = TDistribution.of(n - 1).inverseSurvivalProbability(EACH_TAIL);
    return new Mean(n, mean, t * Math.sqrt(squares / (n - 1) / n));
  }
}
