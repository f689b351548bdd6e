package org.kd4j.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.statistics.inference.PValueMethod;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/**
 * Against SciPy 1.17.1: {@code wilcoxon(d, zero_method='pratt',
 * method=PermutationMethod(n_resamples=inf))}, which counts all assignments of signs.
 */
class SignedRankTest {
  /** C. Darwin's maize, as R. Fisher, "The Design of Experiments", 1935, has it; no ties. */
  @Test
  void darwinsMaize() {
    WilcoxonSignedRank test =
        WilcoxonSignedRank.of(6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75);
    assertThat(test.negative()).isEqualTo(24);
    assertThat(test.positive()).isEqualTo(96);
    assertThat(test.p()).isCloseTo(0.041259765625, within(1e-15));
  }

  @Test
  void smallSampleWithoutTies() {
    WilcoxonSignedRank test = WilcoxonSignedRank.of(0.5, -1.25, 2, 3.5, -4, 5.25, 6, 7);
    assertThat(test).isEqualTo(new WilcoxonSignedRank(29, 7, 0, 0.1484375));
  }

  @Test
  void zerosAreRankedAndThenDropped() {
    WilcoxonSignedRank test = WilcoxonSignedRank.of(0, 1, 1, 2, -1, 3, 0, 4);
    assertThat(test).isEqualTo(new WilcoxonSignedRank(29, 4, 2, 0.125));
    assertThat(WilcoxonSignedRank.of(0, 0, 0, 0, 0, 1, 1, -1, 2, 3, 3, 4).p()).isEqualTo(0.0625);
  }

  @Test
  void tiesShareTheirMeanRank() {
    WilcoxonSignedRank test = WilcoxonSignedRank.of(0.5, 0.5, -0.5, 1, 1.5, 0, 2, 2, 0, -1);
    assertThat(test.negative()).isEqualTo(10.5);
    assertThat(test.p()).isEqualTo(0.140625);
    assertThat(WilcoxonSignedRank.of(2, 2, 2, 2, 2, 2, 2, 2).p()).isEqualTo(0.0078125);
  }

  @Test
  void noDifferencesAtAllAreNoEvidence() {
    assertThat(WilcoxonSignedRank.of(0, 0, 0)).isEqualTo(new WilcoxonSignedRank(0, 0, 3, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 15, 30, 200})
  void isTheTabulatedTestWhereNothingTies(int n) {
    double[] d = new double[n];
    for (int i = 0; i < n; i++) {
      d[i] = Draws.of(n, "signed ranks").gaussian(i) + 0.3;
    }
    double known =
        WilcoxonSignedRankTest.withDefaults().with(PValueMethod.EXACT).test(d).getPValue();
    assertThat(WilcoxonSignedRank.of(d).p()).isCloseTo(known, within(1e-12));
  }

  @Test
  void tiesOfAccuraciesSurviveRounding() {
    Map<Long, Double> row = new TreeMap<>();
    Map<Long, Double> reference = new TreeMap<>();
    int[] right = {1730, 1741, 1699, 1722, 1751, 1760, 1733, 1712};
    int[] more = {3, 3, -3, 3, 0, 3, 3, 3};
    for (int s = 0; s < right.length; s++) {
      row.put((long) s, (right[s] + more[s]) / 1797.0);
      reference.put((long) s, right[s] / 1797.0);
    }
    PairedDifference d = PairedDifference.of(row, reference);
    assertThat(d.differences().stream().map(Math::abs).distinct()).hasSize(2);
    // SciPy, of (3, 3, −3, 3, 0, 3, 3, 3)
    assertThat(d.signedRank()).hasValue(new WilcoxonSignedRank(30, 5, 1, 0.125));
  }

  @Test
  void refusesNothingAndNotANumber() {
    assertThatThrownBy(WilcoxonSignedRank::of).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> WilcoxonSignedRank.of(1, Double.NaN))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("[1.0, NaN]");
  }
}
