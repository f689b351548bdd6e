package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.evaluation.Predictions;

class ConfusionCovarianceTests {
  private static final int CLASSES = 5;

  @Test
  void inOnePassItIsTheCovarianceOfAllProbabilities() {
    Predictions all = predictions(200, 2);
    double[][] probabilities = new double[200][];
    Arrays.setAll(probabilities, r -> all.probabilities(r, 1));
    double[][] expected = new Covariance(probabilities).getCovarianceMatrix().getData();
    double[][] online = ConfusionCovariance.of(all);
    for (int i = 0; i < CLASSES; i++) {
      assertThat(online[i]).containsExactly(expected[i], within(1e-15));
      assertThat(expected[i][i]).isGreaterThan(1e-3);
    }
  }

  @Test
  void batchesOfAnySizeGiveTheSameBits() {
    Predictions all = predictions(100, 2);
    ConfusionCovariance batches = new ConfusionCovariance(CLASSES);
    for (int from = 0; from < 100; from += 30) {
      int to = Math.min(100, from + 30);
      batches.add(
          new Predictions(
              Arrays.copyOfRange(all.logits(), from * CLASSES, to * CLASSES),
              CLASSES,
              Arrays.copyOfRange(all.labels(), from, to)));
    }
    assertThat(batches.matrix()).isDeepEqualTo(ConfusionCovariance.of(all));
  }

  /** Probabilities sum to 1, so what one class gains the others lose. */
  @Test
  void eachRowSumsToZero() {
    for (double[] row : ConfusionCovariance.of(predictions(50, 3))) {
      assertThat(Arrays.stream(row).sum()).isCloseTo(0, within(1e-15));
    }
  }

  @Test
  void equalPredictionsDoNotVary() {
    double[][] none = ConfusionCovariance.of(predictions(50, 0));
    assertThat(none).isDeepEqualTo(new double[CLASSES][CLASSES]);
    assertThat(ConfusionCovariance.of(predictions(1, 2)))
        .isDeepEqualTo(new double[CLASSES][CLASSES]);
  }

  @Test
  void otherClassesAreRefused() {
    assertThatThrownBy(() -> new ConfusionCovariance(4).add(predictions(2, 1)))
        .hasMessage("predictions of 5 classes, these are of 4");
  }

  private static Predictions predictions(int rows, double spread) {
    Draws draws = Draws.of(3, "logits");
    float[] logits = new float[rows * CLASSES];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (spread * draws.gaussian(i));
    }
    return new Predictions(logits, CLASSES, new int[rows]);
  }
}
