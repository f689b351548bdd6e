package org.kd4j.experiments.statistics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.kd4j.core.base.UsageException;

/**
 * What a paired, two-sided t-test can see: the chance that it finds a difference that is there,
 * from Student's t with noncentrality dz·√n, where dz is the true mean difference in standard
 * deviations of the differences (J. Cohen, "Statistical Power Analysis for the Behavioral
 * Sciences", 1988). The noncentral distribution is P(T ≤ t) = E[Φ(t·s − dz·√n)] over s² = χ²(n−1)/
 * (n−1), integrated numerically; no approximation by a formula.
 */
public final class Power {
  /** The chance of seeing a difference that is asked for throughout. */
  public static final double USUAL = 0.8;

  /** More seeds than this are not searched. */
  public static final int MOST_SEEDS = 100_000;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** All rows of a study ask the same. */
  private static final Map<Asked, Double> DETECTABLE = new ConcurrentHashMap<>();

  private record Asked(int n, double level) {}

  private Power() {}

  /**
   * The chance that the test finds an effect.
   *
   * @param dz true mean difference over the standard deviation of differences
   * @param n pairs, at least 2
   * @param level of the test, 0.05 say
   */
  public static double of(double dz, int n, double level) {
    UsageException.require(n >= 2, "a paired t-test needs two pairs or more, got %s", n);
    UsageException.require(
        level > 0 && level < 1, "the level of a test lies between 0 and 1, was %s", level);
    double critical = TDistribution.of(n - 1).inverseSurvivalProbability(level / 2);
    double shift = Math.abs(dz) * Math.sqrt(n);
    return 1 - noncentralT(critical, n - 1, shift) + noncentralT(-critical, n - 1, shift);
  }

  /**
   * The smallest effect dz that n pairs find with a chance of 0.8: times the standard deviation of
   * the differences it is the smallest difference they can be trusted to find.
   */
  public static double detectable(int n, double level) {
    return DETECTABLE.computeIfAbsent(new Asked(n, level), asked -> search(n, level));
  }

  private static double search(int n, double level) {
    double low = 0;
    double high = 1;
    while (of(high, n, level) < USUAL) {
      low = high;
      high *= 2;
    }
    while (high - low > 1e-9 * high) {
      double middle = 0.5 * (low + high);
      if (of(middle, n, level) < USUAL) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return 0.5 * (low + high);
  }

  /**
   * How many pairs find an effect with a chance of 0.8, at least 2; {@code MOST_SEEDS + 1} where
   * that many do not.
   */
  public static int seedsFor(double dz, double level) {
    int low = 1;
    int high = 2;
    while (of(dz, high, level) < USUAL) {
      if (high >= MOST_SEEDS) {
        return MOST_SEEDS + 1;
      }
      low = high;
      high = Math.min(2 * high, MOST_SEEDS);
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (of(dz, middle, level) < USUAL) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * P(T ≤ t) of the noncentral t-distribution.
   *
   * @param t where
   * @param freedom degrees of freedom
   * @param shift the noncentrality
   */
  static double noncentralT(double t, double freedom, double shift) {
    // Over x = ln s the integrand is analytic and dies off at both ends, where the trapezoidal rule
    // converges geometrically. The step resolves the bump of s and the flank of Φ; the weights are
    // those of the density up to a factor, which their sum takes out.
    double step = Math.min(0.2 / Math.sqrt(2 * freedom), 0.25 / (1 + Math.abs(shift)));
    double weights = 0;
    double sum = 0;
    // Beyond these ends the weight is below e⁻⁴⁰ of its highest.
    double from = -(freedom >= 120 ? Math.sqrt(120 / freedom) : 40 / freedom + 0.5);
    double to = Math.min(2.5, Math.sqrt(40 / freedom));
    for (double x = from; x < to; x += step) {
      double s = Math.exp(x);
      double weight = Math.exp(freedom * (x - 0.5 * (s * s - 1)));
      if (weight > 0) {
        weights += weight;
        sum += weight * NORMAL.cumulativeProbability(t * s - shift);
      }
    }
    return sum / weights;
  }
}
