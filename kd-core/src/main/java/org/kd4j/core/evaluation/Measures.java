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
 * @param confusion how many of which class were taken for which
 */
public record Measures(
    int samples,
    double accuracy,
    int errors,
    double nll,
    double ece,
    double brier,
    Confusion confusion) {

  /**
   * The mean over classes of F1 = 2·TP / (2·TP + FP + FN), 0 to 1. A class that is neither among
   * the labels nor predicted does not count; NaN where no sample counted.
   */
  public double macroF1() {
    int[] right = confusion.right();
    int[] labelled = confusion.labelled();
    int[] predicted = confusion.predicted();
    double sum = 0;
    int counted = 0;
    for (int c = 0; c < right.length; c++) {
      int marked = labelled[c] + predicted[c];
      sum += marked == 0 ? 0 : 2.0 * right[c] / marked;
      counted += marked == 0 ? 0 : 1;
    }
    return sum / counted;
  }

  /**
   * Matthews' correlation of labels and predictions, −1 to 1; 0 where labels or predictions are all
   * of one class, NaN where no sample counted (B. Matthews, 1975; for several classes J. Gorodkin,
   * "Comparing two K-category assignments by a K-category correlation coefficient", 2004).
   */
  public double matthews() {
    int[] hits = confusion.right();
    int[] labelled = confusion.labelled();
    int[] predicted = confusion.predicted();
    double n = samples;
    double right = 0;
    double together = 0;
    double labels = n * n;
    double said = n * n;
    for (int c = 0; c < hits.length; c++) {
      right += hits[c];
      together += (double) labelled[c] * predicted[c];
      labels -= (double) labelled[c] * labelled[c];
      said -= (double) predicted[c] * predicted[c];
    }
    return samples == 0
        ? Double.NaN
        : labels == 0 || said == 0 ? 0 : (right * n - together) / Math.sqrt(labels * said);
  }
}
