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
  void unknownOnesAreRefused() {
    assertThatThrownBy(() -> Measurement.named("robustnes"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("robustness");
  }
}
