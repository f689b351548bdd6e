package org.kd4j.experiments.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.kd4j.core.base.UsageException;

/**
 * The distribution of the range of k independent standard normal values, which is the studentised
 * range for unlimited degrees of freedom (J. Tukey, "The Problem of Multiple Comparisons", 1953):
 * P(Q ≤ q) = k ∫ φ(z) (Φ(z) − Φ(z − q))^(k−1) dz.
 */
public final class StudentizedRange {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double STEP = 1.0 / 32;

  private StudentizedRange() {}

  /**
   * P(Q ≤ q).
   *
   * @param q where
   * @param k how many values, at least 2
   */
  public static double probability(double q, int k) {
    UsageException.require(k >= 2, "a range takes two values or more, got %s", k);
    if (q <= 0) {
      return 0;
    }
    // The integrand is smooth and vanishes at both ends: the trapezoidal rule is exact to rounding.
    double sum = 0;
    for (double z = -9; z <= 9; z += STEP) {
      double between = NORMAL.probability(z - q, z);
      sum += NORMAL.density(z) * Math.pow(between, k - 1);
    }
    return Math.min(1, k * STEP * sum);
  }

  /**
   * The q that is exceeded with a probability.
   *
   * @param level 0.05, say
   * @param k how many values, at least 2
   */
  public static double critical(double level, int k) {
    UsageException.require(
        level > 0 && level < 1, "the level of a test lies between 0 and 1, was %s", level);
    double low = 0;
    double high = 1;
    while (1 - probability(high, k) > level) {
      high *= 2;
    }
    while (high - low > 1e-12 * high) {
      double middle = 0.5 * (low + high);
      if (1 - probability(middle, k) > level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return 0.5 * (low + high);
  }
}
