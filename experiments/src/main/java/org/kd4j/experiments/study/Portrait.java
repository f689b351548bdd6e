package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;

/**
 * What the predictions of a network for a whole split look like, small enough to keep: how often it
 * is right where it is how sure, and what it says of each class on average.
 *
 * @param bins of confidence, as the expected calibration error has them; empty ones are missing
 * @param soft mean of the probabilities over the samples of each class, by temperature; empty where
 *     it was not asked for or there are too many classes
 */
public record Portrait(List<Bin> bins, List<SoftTargets> soft) {
  /** The temperatures at which soft targets are kept. */
  public static final List<Double> TEMPERATURES =
      List.of(1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 40.0);

  /** With more classes no mean soft targets are kept. */
  public static final int MOST_CLASSES = 20;

  /** Copies. */
  public Portrait {
    bins = List.copyOf(bins);
    soft = List.copyOf(soft);
  }

  /**
   * The samples whose highest probability lies within a fifteenth.
   *
   * @param place 0 for (0, 1/15] to 14
   * @param samples how many
   * @param confidence their mean highest probability
   * @param accuracy the share of them classified rightly
   */
  public record Bin(int place, int samples, double confidence, double accuracy) {}

  /**
   * Mean probabilities at a temperature.
   *
   * @param temperature T of softmax(z/T)
   * @param mean [true class][class], to four decimals
   */
  public record SoftTargets(double temperature, double[][] mean) {}

  /**
   * The portrait of labelled predictions; those without a label do not count.
   *
   * @param predictions of a split
   * @param withSoft whether to keep mean soft targets
   */
  public static Portrait of(Predictions predictions, boolean withSoft) {
    int[] rows =
        IntStream.range(0, predictions.size()).filter(r -> predictions.labels()[r] >= 0).toArray();
    List<SoftTargets> soft = new ArrayList<>();
    if (withSoft && predictions.classes() <= MOST_CLASSES && rows.length > 0) {
      TEMPERATURES.forEach(t -> soft.add(new SoftTargets(t, mean(predictions, rows, t))));
    }
    return new Portrait(bins(predictions, rows), soft);
  }

  private static List<Bin> bins(Predictions predictions, int[] rows) {
    int[] samples = new int[Evaluation.BINS];
    int[] right = new int[Evaluation.BINS];
    double[] confidence = new double[Evaluation.BINS];
    for (int r : rows) {
      int said = predictions.predicted(r);
      double sure = predictions.probabilities(r, 1)[said];
      int last = Evaluation.BINS - 1;
      int bin = Math.min(last, Math.max(0, (int) Math.ceil(sure * Evaluation.BINS) - 1));
      samples[bin]++;
      confidence[bin] += sure;
      right[bin] += said == predictions.labels()[r] ? 1 : 0;
    }
    return IntStream.range(0, Evaluation.BINS)
        .filter(b -> samples[b] > 0)
        .mapToObj(
            b -> new Bin(b, samples[b], confidence[b] / samples[b], right[b] / (double) samples[b]))
        .toList();
  }

  private static double[][] mean(Predictions predictions, int[] rows, double temperature) {
    int classes = predictions.classes();
    double[][] mean = new double[classes][classes];
    int[] of = new int[classes];
    for (int r : rows) {
      double[] p = predictions.probabilities(r, temperature);
      int label = predictions.labels()[r];
      of[label]++;
      for (int c = 0; c < classes; c++) {
        mean[label][c] += p[c];
      }
    }
    for (int label = 0; label < classes; label++) {
      for (int c = 0; c < classes; c++) {
        mean[label][c] = Math.round(1e4 * mean[label][c] / Math.max(1, of[label])) / 1e4;
      }
    }
    return mean;
  }
}
