package org.kd4j.offline.specialists;

import org.kd4j.core.evaluation.Predictions;

/**
 * The covariance of predicted probabilities, class by class: cov(i, j) = Σ (p_i − p̄_i)(p_j − p̄_j)
 * / (n − 1) over samples. Classes that are predicted together have a high one (G. Hinton, O.
 * Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015, section 5.3).
 *
 * <p>Accumulated online, a sample at a time, so that predictions may come in batches and need not
 * be kept: the mean and the sum of products move together (B. P. Welford, "Note on a Method for
 * Calculating Corrected Sums of Squares and Products", Technometrics 1962), which also keeps the
 * digits that Σ p_i p_j − n p̄_i p̄_j would lose.
 */
public final class ConfusionCovariance {
  private final double[] mean;
  private final double[] before;
  private final double[] row;
  private final double[][] products;
  private long samples;

  /**
   * Nothing seen yet.
   *
   * @param classes how many probabilities a sample has
   */
  public ConfusionCovariance(int classes) {
    this.mean = new double[classes];
    this.before = new double[classes];
    this.row = new double[classes];
    this.products = new double[classes][classes];
  }

  /** The covariance of all predictions. */
  public static double[][] of(Predictions predictions) {
    ConfusionCovariance covariance = new ConfusionCovariance(predictions.classes());
    covariance.add(predictions);
    return covariance.matrix();
  }

  /** Takes in a batch of predictions; labels are not looked at. */
  public void add(Predictions batch) {
    if (batch.classes() != mean.length) {
      throw new IllegalArgumentException(
          "predictions of " + batch.classes() + " classes, these are of " + mean.length);
    }
    for (int r = 0; r < batch.size(); r++) {
      LogSoftmax.probabilities(batch.logits(), r, row);
      addRow();
    }
  }

  private void addRow() {
    samples++;
    for (int i = 0; i < mean.length; i++) {
      before[i] = row[i] - mean[i];
      mean[i] += before[i] / samples;
    }
    for (int i = 0; i < mean.length; i++) {
      double after = row[i] - mean[i];
      // nothing to add where a probability stays what it always was
      for (int j = 0; after != 0 && j <= i; j++) {
        products[i][j] += after * before[j];
      }
    }
  }

  /** The covariance of what was seen, symmetric; zero where fewer than two samples were. */
  public double[][] matrix() {
    int classes = mean.length;
    double[][] matrix = new double[classes][classes];
    for (int i = 0; samples > 1 && i < classes; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = products[i][j] / (samples - 1);
        matrix[j][i] = matrix[i][j];
      }
    }
    return matrix;
  }
}
