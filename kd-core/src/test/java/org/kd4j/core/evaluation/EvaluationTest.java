package org.kd4j.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EvaluationTest {
  /** Rows whose softmax at T = 1 is the given probabilities. */
  private static Predictions saying(int[] labels, double[]... probabilities) {
    int classes = probabilities[0].length;
    float[] logits = new float[labels.length * classes];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i / classes][i % classes]);
    }
    return new Predictions(logits, classes, labels);
  }

  private static final double[] SURE = {0.9, 0.1};
  private static final double[] UNSURE = {0.4, 0.6};

  /** The values are NumPy's, by the definitions. */
  @Test
  void macroF1AndMatthewsAreOfTheConfusion() {
    Measures two = measured(new int[][] {{50, 10}, {5, 35}});
    assertThat(two.macroF1()).isCloseTo(0.8465473145780051, within(1e-12));
    assertThat(two.matthews()).isCloseTo(0.6975184488828855, within(1e-12));
    Measures three = measured(new int[][] {{5, 2, 0}, {1, 6, 3}, {0, 2, 9}});
    assertThat(three.macroF1()).isCloseTo(0.7172798216276477, within(1e-12));
    assertThat(three.matthews()).isCloseTo(0.5619131626170344, within(1e-12));
    Measures one = measured(new int[][] {{0, 7}, {0, 3}});
    assertThat(one.macroF1()).isCloseTo(0.23076923076923078, within(1e-12));
    assertThat(one.matthews()).isZero();
    Measures absent = measured(new int[][] {{4, 1, 0}, {1, 4, 0}, {0, 0, 0}});
    assertThat(absent.macroF1()).isCloseTo(0.8, within(1e-12));
    assertThat(absent.matthews()).isCloseTo(0.6, within(1e-12));
    Measures none = measured(new int[2][2]);
    assertThat(none.macroF1()).isNaN();
    assertThat(none.matthews()).isNaN();
  }

  private static Measures measured(int[][] confusion) {
    int samples = java.util.Arrays.stream(confusion).flatMapToInt(java.util.Arrays::stream).sum();
    return new Measures(samples, 0, 0, 0, 0, 0, Confusion.of(confusion));
  }

  @Test
  void measuresEqualThoseDoneByHand() {
    // Rows: right at 0.9, wrong at 0.9, right at 0.6, unlabelled.
    Measures m = Evaluation.measures(saying(new int[] {0, 1, 1, -1}, SURE, SURE, UNSURE, SURE));
    assertThat(m.samples()).isEqualTo(3);
    assertThat(m.errors()).isEqualTo(1);
    assertThat(m.accuracy()).isEqualTo(2 / 3.0);
    assertThat(m.nll())
        .isCloseTo(-(Math.log(0.9) + Math.log(0.1) + Math.log(0.6)) / 3, within(1e-7));
    // Bin of 0.9: |1 − 1.8|; bin of 0.6: |1 − 0.6|.
    assertThat(m.ece()).isCloseTo((0.8 + 0.4) / 3, within(1e-7));
    assertThat(m.brier()).isCloseTo((0.02 + 1.62 + 0.32) / 3, within(1e-7));
    assertThat(m.confusion().counts()).isDeepEqualTo(new int[][] {{1, 0}, {1, 1}});
  }

  @Test
  void withoutLabelsNothingIsMeasured() {
    Measures m = Evaluation.measures(saying(new int[] {-1}, SURE));
    assertThat(m.samples()).isZero();
    assertThat(m.errors()).isZero();
    assertThat(m.accuracy()).isNaN();
    assertThat(m.nll()).isNaN();
    assertThat(m.ece()).isNaN();
    assertThat(m.brier()).isNaN();
  }

  @Test
  void fullConfidenceFallsInTheLastBin() {
    Predictions p = new Predictions(new float[] {1000, 0, 1000, 0}, 2, new int[] {0, 1});
    assertThat(Evaluation.measures(p).ece()).isEqualTo(0.5);
  }

  @Test
  void aHugeLogitStaysFinite() {
    Predictions p = new Predictions(new float[] {3e38f, -3e38f}, 2, new int[] {0});
    Measures m = Evaluation.measures(p);
    assertThat(m.nll()).isZero();
    assertThat(m.brier()).isZero();
  }

  @Test
  void guideMeasuresEqualThoseDoneByHand() {
    int[] labels = {1, 1, 0, -1};
    // The guide errs in the first two rows; the student repeats the first error only.
    Predictions guide = saying(labels, SURE, SURE, SURE, UNSURE);
    Predictions student = saying(labels, SURE, UNSURE, UNSURE, UNSURE);
    GuideMeasures m = Evaluation.follows(guide, student);
    assertThat(m.agreement()).isEqualTo(0.5);
    assertThat(m.repeatedErrors()).isEqualTo(0.5);
    double kl = 0.9 * Math.log(0.9 / 0.4) + 0.1 * Math.log(0.1 / 0.6);
    assertThat(m.kl()).isCloseTo(2 * kl / 4, within(1e-7));
  }

  @Test
  void aGuideWithoutErrorsHasNoneToRepeat() {
    Predictions right = saying(new int[] {0}, SURE);
    GuideMeasures m = Evaluation.follows(right, right);
    assertThat(m.repeatedErrors()).isNaN();
    assertThat(m.kl()).isZero();
    assertThat(m.agreement()).isOne();
  }

  @Test
  void aClassTheGuideRulesOutAddsNothing() {
    Predictions guide = new Predictions(new float[] {0, Float.NEGATIVE_INFINITY}, 2, new int[] {0});
    assertThat(Evaluation.follows(guide, saying(new int[] {0}, SURE)).kl())
        .isCloseTo(-Math.log(0.9), within(1e-7));
  }

  @Test
  void othersSamplesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Evaluation.follows(saying(new int[] {0}, SURE), saying(new int[] {1}, SURE)))
        .withMessageContaining("same samples");
  }
}
