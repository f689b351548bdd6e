package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;

/** Measurements that studies ask for. */
class MeasurementTest {
  @Test
  void entropyIsThatOfTheSoftenedDistribution() {
    float[] logits = {(float) Math.log(3), 0, 0, 0};
    Predictions two = new Predictions(logits, 2, new int[] {0, 1});
    // rows (3/4, 1/4) and (1/2, 1/2)
    double first = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
    assertThat(OnTransfer.entropy(two, 1)).isCloseTo(0.5 * (first + Math.log(2)), within(1e-7));
    assertThat(OnTransfer.entropy(two, 1e6)).isCloseTo(Math.log(2), within(1e-9));
    Predictions sure = new Predictions(new float[] {1000, 0}, 2, new int[] {0});
    assertThat(OnTransfer.entropy(sure, 1)).isEqualTo(0);
  }

  @Test
  void blurIsTheMeanOfWhatIsAround() {
    Robustness.Image shape = new Robustness.Image(1, 2, 3, 0, 9);
    assertThat(shape.blur(new float[] {9, 0, 0, 0, 0, 3}))
        .containsExactly(9 / 4f, 2, 3 / 4f, 9 / 4f, 2, 3 / 4f);
  }

  @Test
  void shiftMovesAndFillsWithZeros() {
    Robustness.Image shape = new Robustness.Image(1, 5, 5, 0, 1);
    float[] image = new float[25];
    image[12] = 1; // the middle goes to a corner
    for (int row = 0; row < 20; row++) {
      float[] moved = shape.shift(row, image);
      assertThat(moved[0] + moved[4] + moved[20] + moved[24]).isEqualTo(1);
    }
  }

  @Test
  void noiseStaysInRangeAndIsTheSameForAll() {
    Robustness.Image shape = new Robustness.Image(1, 10, 10, 0, 255);
    float[] grey = new float[100];
    java.util.Arrays.fill(grey, 128);
    assertThat(shape.noise(3, grey)).isEqualTo(shape.noise(3, grey));
    assertThat(shape.noise(3, grey)).isNotEqualTo(shape.noise(4, grey));
    double squares = 0;
    for (int row = 0; row < 50; row++) {
      for (float v : shape.noise(row, grey)) {
        assertThat(v).isBetween(0f, 255f);
        squares += (v - 128) * (v - 128) / 5000;
      }
    }
    // 51 is a fifth of the range; what is cut takes some of it
    assertThat(Math.sqrt(squares)).isBetween(48.0, 52.0);
  }

  @Test
  void unknownOnesAreRefused() {
    assertThatThrownBy(() -> Measurement.named("robustnes"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("robustness");
  }
}
