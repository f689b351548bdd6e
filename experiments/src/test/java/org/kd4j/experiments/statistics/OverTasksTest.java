package org.kd4j.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;

/** Against published tables and SciPy 1.17.1 (stats.friedmanchisquare, stats.studentized_range). */
class OverTasksTest {
  /** Area under the curve of C4.5, with m, cf, m and cf tuned, on 14 sets: Demšar 2006, table 6. */
  private static final double[][] DEMSAR = {
    {.763, .768, .771, .798}, {.599, .591, .590, .569}, {.954, .971, .968, .967},
    {.628, .661, .654, .657}, {.882, .888, .886, .898}, {.936, .931, .916, .931},
    {.661, .668, .609, .685}, {.583, .583, .563, .625}, {.775, .838, .866, .875},
    {1.00, 1.00, 1.00, 1.00}, {.940, .962, .965, .962}, {.619, .666, .614, .669},
    {.972, .981, .9751, .975}, {.957, .978, .946, .970}
  };

  /**
   * Rounding first base: M. Hollander, D. Wolfe, "Nonparametric Statistical Methods", table 7.1;
   * seconds of 22 players, negated as fewer are better.
   */
  private static final double[][] FIRST_BASE = {
    {-5.40, -5.50, -5.55}, {-5.85, -5.70, -5.75}, {-5.20, -5.60, -5.50}, {-5.55, -5.50, -5.40},
    {-5.90, -5.85, -5.70}, {-5.45, -5.55, -5.60}, {-5.40, -5.40, -5.35}, {-5.45, -5.50, -5.35},
    {-5.25, -5.15, -5.00}, {-5.85, -5.80, -5.70}, {-5.25, -5.20, -5.10}, {-5.65, -5.55, -5.45},
    {-5.60, -5.35, -5.45}, {-5.05, -5.00, -4.95}, {-5.50, -5.50, -5.40}, {-5.45, -5.55, -5.50},
    {-5.55, -5.55, -5.35}, {-5.45, -5.50, -5.55}, {-5.50, -5.45, -5.25}, {-5.65, -5.60, -5.40},
    {-5.70, -5.65, -5.55}, {-6.30, -6.30, -6.25}
  };

  @Test
  void friedmanCorrectsForTies() {
    Friedman test = Friedman.of(FIRST_BASE);
    assertThat(test.chiSquared()).isCloseTo(11.142857142857132, within(1e-10));
    assertThat(test.p()).isCloseTo(0.003805040775511383, within(1e-12));
    assertThat(test.f()).isCloseTo(7.121739130434773, within(1e-9));
    assertThat(test.fp()).isCloseTo(0.0021712983876075345, within(1e-11));
    // The book's rank sums: 53, 47 and 32.
    assertThat(test.meanRanks().stream().map(r -> 22 * r).map(Math::round))
        .containsExactly(53L, 47L, 32L);
  }

  @Test
  void ranksAndCriticalDifferencesOfDemsar() {
    Friedman test = Friedman.of(DEMSAR);
    double[] printed = {3.143, 2.000, 2.893, 1.964};
    for (int row = 0; row < printed.length; row++) {
      assertThat(test.meanRanks().get(row)).isCloseTo(printed[row], within(0.0005));
    }
    // The paper has 9.28, which leaves its ties uncorrected.
    assertThat(test.chiSquared()).isCloseTo(10.228346456692925, within(1e-10));
    assertThat(test.p()).isCloseTo(0.016721580328441323, within(1e-12));
    assertThat(test.f()).isCloseTo(4.1851301115241695, within(1e-9));
    assertThat(test.fp()).isCloseTo(0.011620659515310975, within(1e-11));
    assertThat(Nemenyi.of(test, 0.05).criticalDifference()).isCloseTo(1.25, within(0.005));
    assertThat(Nemenyi.of(test, 0.10).criticalDifference()).isCloseTo(1.12, within(0.005));
  }

  @Test
  void groupsOfDemsar() {
    Friedman test = Friedman.of(DEMSAR);
    assertThat(Nemenyi.of(test, 0.05).groups()).containsExactly(List.of(3, 1, 2, 0));
    // "two groups … cannot tell which group C4.5+cf belongs to"
    assertThat(Nemenyi.of(test, 0.10).groups()).containsExactly(List.of(3, 1, 2), List.of(2, 0));
    Nemenyi nemenyi = Nemenyi.of(test, 0.10);
    assertThat(nemenyi.p(0, 3)).isBetween(0.05, 0.1);
    assertThat(nemenyi.p(2, 3)).isGreaterThan(0.1);
    assertThat(nemenyi.p(1, 1)).isEqualTo(1);
  }

  /** Demšar 2006, table 5a: at 0.05 and at 0.10. */
  @ParameterizedTest
  @CsvSource({
    "2, 1.960, 1.645",
    "3, 2.343, 2.052",
    "4, 2.569, 2.291",
    "5, 2.728, 2.459",
    "6, 2.850, 2.589",
    "7, 2.949, 2.693",
    "8, 3.031, 2.780",
    "9, 3.102, 2.855",
    "10, 3.164, 2.920"
  })
  void nemenyisCriticalValuesAreThePublishedOnes(int rows, double five, double ten) {
    assertThat(Nemenyi.criticalValue(rows, 0.05)).isCloseTo(five, within(0.001));
    assertThat(Nemenyi.criticalValue(rows, 0.10)).isCloseTo(ten, within(0.001));
  }

  /** SciPy's, over √2, at 0.05, 0.10 and 0.01. */
  @ParameterizedTest
  @CsvSource({
    "2, 1.959964, 1.644854, 2.575829",
    "3, 2.343701, 2.052293, 2.913494",
    "7, 2.94832, 2.692732, 3.452213",
    "10, 3.163684, 2.919889, 3.646292",
    "13, 3.312739, 3.076733, 3.781318",
    "20, 3.543799, 3.319233, 3.99177"
  })
  void nemenyisCriticalValuesAreSciPys(int rows, double five, double ten, double one) {
    assertThat(Nemenyi.criticalValue(rows, 0.05)).isCloseTo(five, within(1e-6));
    assertThat(Nemenyi.criticalValue(rows, 0.10)).isCloseTo(ten, within(1e-6));
    assertThat(Nemenyi.criticalValue(rows, 0.01)).isCloseTo(one, within(1e-6));
  }

  /** Upper points for unlimited degrees of freedom, as textbooks tabulate them. */
  @ParameterizedTest
  @CsvSource({
    "2, 2.772, 3.643",
    "3, 3.314, 4.120",
    "4, 3.633, 4.403",
    "5, 3.858, 4.603",
    "6, 4.030, 4.757",
    "8, 4.286, 4.987",
    "10, 4.474, 5.157"
  })
  void theStudentisedRange(int k, double five, double one) {
    assertThat(StudentizedRange.critical(0.05, k)).isCloseTo(five, within(0.001));
    assertThat(StudentizedRange.critical(0.01, k)).isCloseTo(one, within(0.001));
  }

  @Test
  void theDistributionOfTheStudentisedRange() {
    assertThat(StudentizedRange.probability(3.314, 3)).isCloseTo(0.94995585959389, within(1e-10));
    assertThat(StudentizedRange.probability(1, 2)).isCloseTo(0.5204998778130465, within(1e-10));
    assertThat(StudentizedRange.probability(2.5, 5)).isCloseTo(0.6074572367587359, within(1e-10));
    assertThat(StudentizedRange.probability(0, 5)).isZero();
  }

  @Test
  void tasksThatAgreeOnEverythingClaimNoCertainty() {
    double[] task = {0.9, 0.8, 0.7};
    Friedman test = Friedman.of(new double[][] {task, task, task, task, task});
    assertThat(test.chiSquared()).isCloseTo(10, within(1e-12));
    assertThat(test.f()).isInfinite();
    assertThat(test.fp()).isNaN();
  }

  @Test
  void rowsThatTieEverywhereDoNotDiffer() {
    double[] task = {0.9, 0.9, 0.9};
    Friedman test = Friedman.of(new double[][] {task, task, task, task, task});
    assertThat(test.p()).isEqualTo(1);
    assertThat(Nemenyi.of(test, 0.05).groups()).containsExactly(List.of(0, 1, 2));
  }

  @Test
  void refusesTooFewTasksRowsAndMissingScores() {
    assertThatThrownBy(() -> Friedman.of(new double[4][3]))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("5 tasks or more, got 4");
    assertThatThrownBy(() -> Friedman.of(new double[5][2]))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("3 rows or more, got 2");
    double[][] gap = new double[5][3];
    gap[2][1] = Double.NaN;
    assertThatThrownBy(() -> Friedman.of(gap)).hasMessageContaining("[0.0, NaN, 0.0]");
  }
}
