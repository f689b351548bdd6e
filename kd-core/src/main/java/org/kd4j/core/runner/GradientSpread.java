package org.kd4j.core.runner;

/**
 * How gradients of a loss differ from sample to sample, over all parameters together.
 *
 * @param squaredMean squared length of the mean gradient, without what chance adds to it: |ḡ|² −
 *     variance/n; may be below 0 where chance is all there is
 * @param variance Σ over parameters of the variance between samples, with n − 1
 */
public record GradientSpread(double squaredMean, double variance) {
  /**
   * Variance over the squared mean: about the number of samples a batch needs before its gradient
   * tells more than chance (S. McCandlish, J. Kaplan, D. Amodei, "An Empirical Model of Large-Batch
   * Training", 2018, equation 2.9). NaN where no mean is to be told from chance.
   */
  public double noiseScale() {
    return squaredMean > 0 ? variance / squaredMean : Double.NaN;
  }
}
