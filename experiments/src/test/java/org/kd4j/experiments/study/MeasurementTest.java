package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.offline.specialists.SpecialistReport;
import org.kd4j.offline.specialists.SpecialistReport.Gain;

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

  private static final double[][] STUDENT = {{1, -2, 4}, {0.5, 3, -1}};
  private static final double[][] GUIDE = {{3, 0, 1}, {-2, 2, 0.5}};

  /** Centred logits: the distance to matching falls as 1/T; with means of their own it does not. */
  @Test
  void softTargetsComeToMatchingOnlyUnderBothAssumptions() {
    double[][] zs = LogitLimit.centred(STUDENT);
    double[][] zt = LogitLimit.centred(GUIDE);
    assertThat(LogitLimit.distance(zs, zt, 1)).isGreaterThan(0.2);
    double at100 = LogitLimit.distance(zs, zt, 100);
    double at1000 = LogitLimit.distance(zs, zt, 1000);
    assertThat(at100 / at1000).isCloseTo(10, within(0.5));
    assertThat(at1000).isLessThan(2e-3);
    // What cannot be matched by a softmax is the difference of the means, whatever T is.
    double off = 0;
    double all = 0;
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < 3; c++) {
        double d = STUDENT[r][c] - GUIDE[r][c];
        double dc = zs[r][c] - zt[r][c];
        off += (d - dc) * (d - dc);
        all += d * d;
      }
    }
    assertThat(off).isGreaterThan(0);
    assertThat(LogitLimit.distance(STUDENT, GUIDE, 1e6))
        .isCloseTo(Math.sqrt(off / all), within(1e-5));
  }

  @Test
  void meanLogitsAreToldAsAShareOfTheirSize() {
    assertThat(LogitLimit.meanShare(new double[][] {{2, 2}, {2, 2}})).isEqualTo(1);
    assertThat(LogitLimit.meanShare(new double[][] {{2, -2}})).isEqualTo(0);
  }

  /** Undefined is left out: of classes nobody covers twice, or where the generalist has none. */
  @Test
  void specialistsAreToldByHowManyCoverAClass() {
    SpecialistReport report =
        new SpecialistReport(
            new Gain(100, 40, 44),
            new Gain(80, 50, 56),
            List.of(),
            List.of(
                new Gain(20, 10, 10),
                new Gain(50, 20, 21),
                new Gain(0, 0, 0),
                new Gain(10, 4, 5),
                new Gain(20, 6, 8)),
            List.of(20, 60, 20));
    assertThat(SpecialistGains.of(report))
        .containsEntry("conditional", 0.7)
        .containsEntry("generalist.conditional", 0.625)
        .containsEntry("networks", 2.0)
        .containsEntry("covered.0", 0.2)
        .containsEntry("gain.0", 0.0)
        .containsEntry("gain.1", 0.05)
        .containsEntry("covered.2", 0.0)
        .doesNotContainKey("gain.2")
        .containsEntry("covered.3", 0.3)
        .containsEntry("gain.3", 0.3);
  }

  @Test
  void wordsNeedUtterancesAndAttacksNeedImages() {
    ArraySamples table =
        ArraySamples.ofFloats(
            "table", new Shape(2), 2, new float[2], new int[1], Normalization.by(1));
    assertThat(Measurement.named("words").missing(table))
        .contains("needs utterances, which only frames has; the data is table");
    assertThat(Measurement.named("attacks").missing(table))
        .contains("needs images, samples are (2)");
  }

  @Test
  void unknownOnesAreRefused() {
    assertThatThrownBy(() -> Measurement.named("robustnes"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("robustness");
  }
}
