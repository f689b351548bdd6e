package org.kd4j.core.evaluation;

/**
 * How good predictions are against labels. Unlabelled samples do not count.
 *
 * @param samples how many counted
 * @param accuracy share of right predictions, 0 to 1
 * @param errors number of wrong ones
 * @param nll mean negative log-likelihood of the true class, in nats
 * @param ece expected calibration error over 15 equal-width bins of confidence (C. Guo et al., "On
 *     Calibration of Modern Neural Networks", ICML 2017)
 * @param brier mean squared distance of the probabilities from the one-hot label, summed over
 *     classes (G. Brier, "Verification of Forecasts Expressed in Terms of Probability", 1950)
 * @param confusion counts by [true class][predicted class]
 */
public record Measures(
    int samples,
    double accuracy,
    int errors,
    double nll,
    double ece,
    double brier,
    int[][] confusion) {}
