package org.kd4j.experiments.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * A standard deviation over seeds with its 95 % confidence interval, of values spread normally: s ·
 * √((n−1)/χ²(0.975, n−1)) to s · √((n−1)/χ²(0.025, n−1)), χ² the quantiles of the chi-squared
 * distribution. Of three seeds it reaches from about half of s to six times s.
 *
 * @param n how many values
 * @param value s, with n − 1; NaN below two values
 * @param interval of it; none below two values
 */
public record Deviation(int n, double value, Interval interval) {
  private static final double EACH_TAIL = 0.025;

  /** The deviation of values; those that are NaN count as missing. */
  public static Deviation of(double... values) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    int n = known.length;
    if (n < 2) {
      return new Deviation(n, Double.NaN, Interval.NONE);
    }
    double mean = Arrays.stream(known).average().orElseThrow();
    double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
    ChiSquaredDistribution chi = ChiSquaredDistribution.of(n - 1);
    return new Deviation(
        n,
        Math.sqrt(squares / (n - 1)),
        new Interval(
            Math.sqrt(squares / chi.inverseSurvivalProbability(EACH_TAIL)),
            Math.sqrt(squares / chi.inverseCumulativeProbability(EACH_TAIL))));
  }
}
