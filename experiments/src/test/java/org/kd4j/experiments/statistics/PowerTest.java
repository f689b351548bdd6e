package org.kd4j.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;

/** Against SciPy 1.17.1: {@code stats.nct}, and its density of χ integrated by {@code quad}. */
class PowerTest {
  @ParameterizedTest
  @CsvSource({
    "2, 4, 1, 0.7645674538243243",
    "-1, 2, 0.5, 0.10327857197969201",
    "12.706, 1, 10, 0.4326860645220164",
    "3, 9, 2.5, 0.6315215085282307",
    "0, 5, 1.3, 0.09680048458561032",
    "254, 1, 300, 0.2375656975138388",
    "1.98, 99, 2.8, 0.20697098589328036"
  })
  void theNoncentralDistribution(double t, double freedom, double shift, double p) {
    assertThat(Power.noncentralT(t, freedom, shift)).isCloseTo(p, within(1e-10));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 34, 0.8077775012792748",
    "0.5, 33, 0.7953658414874996",
    "-0.8, 15, 0.8213105387241104",
    "1, 10, 0.8030968566327217",
    "0.2, 199, 0.801691024037067",
    "1, 3, 0.17925539377655172",
    "0, 4, 0.05"
  })
  void power(double dz, int n, double expected) {
    assertThat(Power.of(dz, n, 0.05)).isCloseTo(expected, within(1e-10));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0.05, 11.54988843588236",
    "3, 0.05, 3.2640435496995748",
    "5, 0.05, 1.6819969659555551",
    "8, 0.05, 1.1560346779947333",
    "10, 0.05, 0.996001371455444",
    "30, 0.05, 0.5292356151129581",
    "3, 0.01, 7.319892303581624",
    "5, 0.0125, 2.476790370518215"
  })
  void detectableEffects(int n, double level, double expected) {
    assertThat(Power.detectable(n, level)).isCloseTo(expected, within(1e-7 * expected));
  }

  /** 34, 15 and 199 are also what tables of the paired t-test give for d = 0.5, 0.8 and 0.2. */
  @ParameterizedTest
  @CsvSource({"0.2, 199", "0.5, 34", "0.8, 15", "-1, 10", "2, 5", "5, 3", "40, 2"})
  void seedsForAnEffect(double dz, int seeds) {
    assertThat(Power.seedsFor(dz, 0.05)).isEqualTo(seeds);
  }

  @Test
  void seedsForAnEffectAtAStricterLevelAndForNone() {
    assertThat(Power.seedsFor(0.5, 0.01)).isEqualTo(51);
    assertThat(Power.seedsFor(0, 0.05)).isEqualTo(Power.MOST_SEEDS + 1);
    assertThat(Power.seedsFor(0.0001, 0.05)).isEqualTo(Power.MOST_SEEDS + 1);
  }

  @Test
  void effectSizeOfDifferences() {
    PairedDifference d =
        PairedDifference.of(
            Map.of(1L, 3.1, 2L, 2.7, 3L, 4.4, 4L, 3.9, 5L, 3.3),
            Map.of(1L, 2.9, 2L, 3.0, 3L, 3.8, 4L, 3.1, 5L, 3.4));
    assertThat(d.effectSize().dz()).isCloseTo(0.5200216680209276, within(1e-12));
    assertThat(d.effectSize().hedges()).isCloseTo(0.4149172601968513, within(1e-12));
    assertThat(d.detectable(0.05)).isCloseTo(1.6819969659555551 * d.deviation(), within(1e-7));
    assertThat(d.seedsNeeded(0.05)).isEqualTo(32);
  }

  @Test
  void withoutSpreadThereIsNeitherEffectSizeNorPower() {
    PairedDifference same =
        PairedDifference.of(Map.of(0L, 0.97, 1L, 0.98), Map.of(0L, 0.95, 1L, 0.96));
    assertThat(same.effectSize().dz()).isNaN();
    assertThat(same.detectable(0.05)).isNaN();
    assertThat(same.seedsNeeded(0.05)).isNaN();
    PairedDifference one = PairedDifference.of(Map.of(0L, 0.97), Map.of(0L, 0.95));
    assertThat(one.detectable(0.05)).isNaN();
    assertThat(one.bootstrap()).isEqualTo(Interval.NONE);
    assertThat(one.signedRank()).isEmpty();
  }

  @Test
  void twoPairsHaveNoCorrectedEffectSize() {
    assertThat(EffectSize.of(2, 1, 0.5)).isEqualTo(new EffectSize(2, Double.NaN));
  }

  @Test
  void refusesOnePairAndImpossibleLevels() {
    assertThatThrownBy(() -> Power.of(1, 1, 0.05)).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> Power.of(1, 3, 5)).isInstanceOf(UsageException.class);
  }
}
