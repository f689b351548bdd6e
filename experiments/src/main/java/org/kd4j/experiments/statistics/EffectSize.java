package org.kd4j.experiments.statistics;

import org.apache.commons.numbers.gamma.LogGamma;

/**
 * How large a paired difference is beside its own spread over seeds.
 *
 * @param dz Cohen's d for paired samples, mean over standard deviation of the differences (J.
 *     Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988); NaN below two pairs
 *     or without spread
 * @param hedges dz without its bias in small samples: times Γ(m/2)/(√(m/2) Γ((m−1)/2)), m = n − 1
 *     (L. Hedges, "Distribution Theory for Glass's Estimator of Effect Size and Related
 *     Estimators", Journal of Educational Statistics, 1981); NaN below three pairs
 */
public record EffectSize(double dz, double hedges) {
  /**
   * The effect size of differences.
   *
   * @param n how many
   * @param mean of them
   * @param deviation their standard deviation (n − 1)
   */
  public static EffectSize of(int n, double mean, double deviation) {
    if (n < 2 || !(deviation > 0)) {
      return new EffectSize(Double.NaN, Double.NaN);
    }
    double dz = mean / deviation;
    return new EffectSize(dz, n < 3 ? Double.NaN : correction(n - 1) * dz);
  }

  private static double correction(double m) {
    return Math.exp(LogGamma.value(m / 2) - 0.5 * Math.log(m / 2) - LogGamma.value((m - 1) / 2));
  }
}
