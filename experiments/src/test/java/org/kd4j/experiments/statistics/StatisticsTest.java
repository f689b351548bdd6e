package org.kd4j.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against numbers of SciPy 1.17.1 (stats.t, stats.ttest_rel). */
class StatisticsTest {
  @Test
  void theIntervalOfAMeanIsStudents() {
    Mean m = Mean.of(0.9712, 0.9735, 0.9698);
    assertThat(m.n()).isEqualTo(3);
    assertThat(m.value()).isCloseTo(0.9715, within(1e-15));
    assertThat(m.halfWidth()).isCloseTo(0.004640752223140308, within(1e-14));
    assertThat(Mean.of(1, 2).halfWidth()).isCloseTo(6.353102368087347, within(1e-12));
  }

  @Test
  void oneValueHasNoInterval() {
    assertThat(Mean.of(0.5)).isEqualTo(new Mean(1, 0.5, Double.NaN));
    assertThat(Mean.of(0.5, Double.NaN)).isEqualTo(new Mean(1, 0.5, Double.NaN));
    assertThat(Mean.of()).isEqualTo(new Mean(0, Double.NaN, Double.NaN));
  }

  @Test
  void differencesArePairedBySeed() {
    PairedDifference d =
        PairedDifference.of(
            Map.of(0L, 0.9712, 1L, 0.9735, 2L, 0.9698), Map.of(2L, 0.9655, 1L, 0.9661, 0L, 0.965));
    assertThat(d.mean().value()).isCloseTo(0.005966666666666676, within(1e-15));
    assertThat(d.mean().halfWidth()).isCloseTo(0.0038829967573595432, within(1e-14));
    assertThat(d.p()).isCloseTo(0.022120688331158104, within(1e-12));
  }

  @Test
  void fiveSeedsAgreeWithSciPyToo() {
    PairedDifference d =
        PairedDifference.of(
            Map.of(1L, 3.1, 2L, 2.7, 3L, 4.4, 4L, 3.9, 5L, 3.3),
            Map.of(1L, 2.9, 2L, 3.0, 3L, 3.8, 4L, 3.1, 5L, 3.4));
    assertThat(d.mean().value()).isCloseTo(0.24, within(1e-14));
    assertThat(d.mean().halfWidth()).isCloseTo(0.5730518128273665, within(1e-12));
    assertThat(d.p()).isCloseTo(0.30955239959495223, within(1e-12));
  }

  @Test
  void onlySeedsOfBothRowsCount() {
    PairedDifference d =
        PairedDifference.of(
            Map.of(0L, 0.5, 1L, 0.75, 7L, 0.1), Map.of(0L, 0.25, 1L, 0.25, 9L, 1.0));
    assertThat(d.mean().n()).isEqualTo(2);
    assertThat(d.mean().value()).isEqualTo(0.375);
  }

  @Test
  void rowsThatNeverDifferHavePOfOne() {
    Map<Long, Double> row = Map.of(0L, 0.97, 1L, 0.98);
    assertThat(PairedDifference.of(row, row))
        .isEqualTo(new PairedDifference(List.of(0.0, 0.0), new Mean(2, 0, 0), 1));
  }

  @Test
  void equalDifferencesAreNoCertainty() {
    PairedDifference d =
        PairedDifference.of(Map.of(0L, 0.97, 1L, 0.98), Map.of(0L, 0.95, 1L, 0.96));
    assertThat(d.mean().value()).isCloseTo(0.02, within(1e-12));
    assertThat(d.mean().halfWidth()).isZero();
    assertThat(d.p()).isNaN();
  }

  @Test
  void onePairHasNoTestAndNoPairNoDifference() {
    assertThat(PairedDifference.of(Map.of(0L, 0.75), Map.of(0L, 0.75)))
        .isEqualTo(new PairedDifference(List.of(0.0), new Mean(1, 0, Double.NaN), Double.NaN));
    assertThat(PairedDifference.of(Map.of(0L, 0.75), Map.of(1L, 0.75)).mean().value()).isNaN();
  }

  @Test
  void holmMultipliesTheSmallestMost() {
    assertThat(Holm.corrected(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
    assertThat(Holm.corrected(0.7, 0.6)).containsExactly(1, 1);
    assertThat(Holm.corrected()).isEmpty();
  }

  @Test
  void holmDoesNotCountWhatWasNotTested() {
    assertThat(Holm.corrected(Double.NaN, 0.04)).containsExactly(Double.NaN, 0.04);
  }

  /** χ² with 2 degrees of freedom: 0.050636 and 7.377759 (any table). */
  @Test
  void aDeviationOfThreeIsHardlyKnown() {
    Deviation spread = Deviation.of(90, 100, 110, Double.NaN);
    assertThat(spread.n()).isEqualTo(3);
    assertThat(spread.value()).isCloseTo(10, within(1e-12));
    assertThat(spread.interval().low()).isCloseTo(Math.sqrt(200 / 7.377759), within(1e-5));
    assertThat(spread.interval().high()).isCloseTo(Math.sqrt(200 / 0.050636), within(1e-3));
    assertThat(Deviation.of(90).interval()).isEqualTo(Interval.NONE);
  }
}
