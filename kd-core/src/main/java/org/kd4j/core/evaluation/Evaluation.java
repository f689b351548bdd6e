package org.kd4j.core.evaluation;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What predictions are worth, as pure functions in double precision: against the labels, and
 * against the guide they were to follow.
 */
public final class Evaluation {
  /** Bins of confidence of the expected calibration error. */
  public static final int BINS = 15;

  private Evaluation() {}

  /**
   * All measures against the labels. Rows without a label do not count; where none has one, shares
   * and means are NaN.
   *
   * @param predictions with labels
   * @return the measures
   */
  public static Measures measures(Predictions predictions) {
    int[] rows = labelled(predictions);
    Confusion confusion = Confusion.of(predictions);
    int right = Arrays.stream(confusion.right()).sum();
    return new Measures(
        rows.length,
        (double) right / rows.length,
        rows.length - right,
        nll(predictions, rows),
        ece(predictions, rows),
        brier(predictions, rows),
        confusion);
  }

  /**
   * How far a student follows its guide. Agreement and KL are over all rows, the share of repeated
   * errors over the labelled ones.
   *
   * @param guide who taught
   * @param student who was taught, on the same samples
   * @return the measures
   */
  public static GuideMeasures follows(Predictions guide, Predictions student) {
    if (guide.classes() != student.classes() || !Arrays.equals(guide.labels(), student.labels())) {
      throw new IllegalArgumentException(
          "guide and student must predict the same samples: "
              + (guide.size() + " rows of " + guide.classes() + " classes against ")
              + (student.size() + " of " + student.classes()));
    }
    int[] all = IntStream.range(0, guide.size()).toArray();
    double agreement = mean(all, r -> guide.predicted(r) == student.predicted(r) ? 1 : 0);
    int[] guideErrors =
        Arrays.stream(labelled(guide))
            .filter(r -> guide.predicted(r) != guide.labels()[r])
            .toArray();
    double repeated = mean(guideErrors, r -> student.predicted(r) == guide.predicted(r) ? 1 : 0);
    return new GuideMeasures(agreement, mean(all, r -> kl(guide, student, r)), repeated);
  }

  /** Share of right predictions over the labelled rows; NaN where none has a label. */
  public static double accuracy(Predictions predictions) {
    return mean(
        labelled(predictions), r -> predictions.predicted(r) == predictions.labels()[r] ? 1 : 0);
  }

  /** Mean negative log-likelihood over the labelled rows; NaN where none has a label. */
  public static double nll(Predictions predictions) {
    return nll(predictions, labelled(predictions));
  }

  /** −mean log p(label). */
  private static double nll(Predictions predictions, int[] rows) {
    return mean(rows, r -> -predictions.logProbabilities(r, 1)[predictions.labels()[r]]);
  }

  /** Σ over bins of (share of rows in it)·|accuracy − confidence|; a bin is (i/15, (i+1)/15]. */
  private static double ece(Predictions predictions, int[] rows) {
    double[] gap = new double[BINS];
    for (int r : rows) {
      int said = predictions.predicted(r);
      double confidence = predictions.probabilities(r, 1)[said];
      int bin = Math.min(BINS, Math.max(1, (int) Math.ceil(confidence * BINS))) - 1;
      gap[bin] += (said == predictions.labels()[r] ? 1 : 0) - confidence;
    }
    return Arrays.stream(gap).map(Math::abs).sum() / rows.length;
  }

  /** Mean over rows of Σ over classes of (p − one-hot)². */
  private static double brier(Predictions predictions, int[] rows) {
    return mean(
        rows,
        r -> {
          double[] p = predictions.probabilities(r, 1);
          p[predictions.labels()[r]] -= 1;
          double sum = 0;
          for (double v : p) {
            sum += v * v;
          }
          return sum;
        });
  }

  /** Σ p·(log p − log q) with the guide as p; a class the guide rules out adds 0. */
  private static double kl(Predictions guide, Predictions student, int row) {
    double[] logP = guide.logProbabilities(row, 1);
    double[] logQ = student.logProbabilities(row, 1);
    return IntStream.range(0, logP.length)
        .filter(c -> Math.exp(logP[c]) > 0)
        .mapToDouble(c -> Math.exp(logP[c]) * (logP[c] - logQ[c]))
        .sum();
  }

  private static int[] labelled(Predictions predictions) {
    return IntStream.range(0, predictions.size())
        .filter(r -> predictions.labels()[r] >= 0)
        .toArray();
  }

  private static double mean(int[] rows, IntToDoubleFunction value) {
    return Arrays.stream(rows).mapToDouble(value).average().orElse(Double.NaN);
  }
}
