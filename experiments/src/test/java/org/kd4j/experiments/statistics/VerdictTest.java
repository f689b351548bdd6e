package org.kd4j.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.Draws;

/** What is said, and how often it is said wrongly. */
class VerdictTest {
  private static final int STUDIES = 10_000;
  private static final int ROWS = 4;

  private static PairedDifference difference(double mean) {
    return new PairedDifference(List.of(mean, mean), new Mean(2, mean, 0), 0.01);
  }

  @Test
  void theCorrectedPDecidesAndTheSignNamesTheSide() {
    assertThat(Verdict.of(difference(0.01), 0.049)).isEqualTo(Verdict.BETTER);
    assertThat(Verdict.of(difference(-0.01), 0.049)).isEqualTo(Verdict.WORSE);
    assertThat(Verdict.of(difference(0.01), 0.05)).isEqualTo(Verdict.NOT_DETECTABLE);
    assertThat(Verdict.of(difference(0.01), Double.NaN)).isEqualTo(Verdict.NO_STATEMENT);
  }

  @Test
  void whereNothingWasTestedItSaysWhy() {
    Map<Long, Double> low = Map.of(0L, 0.95, 1L, 0.96);
    Map<Long, Double> high = Map.of(0L, 0.97, 1L, 0.98);
    assertThat(Verdict.whyNone(PairedDifference.of(Map.of(0L, 0.9), low))).isEqualTo("one seed");
    assertThat(Verdict.whyNone(PairedDifference.of(Map.of(5L, 0.9), low)))
        .isEqualTo("no seed in common");
    assertThat(Verdict.whyNone(PairedDifference.of(high, low)))
        .isEqualTo("the same difference at every seed");
    assertThat(Verdict.whyNone(PairedDifference.of(low, low))).isEmpty();
  }

  /**
   * Studies in which no row differs from scratch: four rows, accuracies on the grid of a test split
   * of some samples, rows correlated through the baseline and the seed they share. "Better" may be
   * said in 5 % of them, plus three standard errors of this count.
   */
  @ParameterizedTest
  @CsvSource({"3, 10000", "5, 10000", "10, 10000", "5, 1000"})
  void whereNothingDiffersItRarelySaysSo(int seeds, int samples) {
    int better = 0;
    int any = 0;
    for (int study = 0; study < STUDIES; study++) {
      List<Verdict> verdicts = verdicts(Draws.of(seeds, "null", samples).at(study), seeds, samples);
      better += verdicts.contains(Verdict.BETTER) ? 1 : 0;
      any += verdicts.contains(Verdict.BETTER) || verdicts.contains(Verdict.WORSE) ? 1 : 0;
    }
    assertThat(better).isPositive().isLessThan(57 * STUDIES / 1000);
    assertThat(any).isPositive().isLessThan(57 * STUDIES / 1000);
  }

  /** The same code that a study's summary is made by: differences paired by seed, Holm, verdict. */
  private static List<Verdict> verdicts(Draws draws, int seeds, int samples) {
    List<Map<Long, Double>> rows = new ArrayList<>();
    for (int row = 0; row <= ROWS; row++) {
      Map<Long, Double> accuracies = new TreeMap<>();
      for (int seed = 0; seed < seeds; seed++) {
        double shared = 0.004 * draws.gaussian(seed);
        double own = 0.004 * draws.gaussian(1000L * (row + 1) + seed);
        accuracies.put((long) seed, Math.round((0.95 + shared + own) * samples) / (double) samples);
      }
      rows.add(accuracies);
    }
    List<PairedDifference> differences =
        rows.subList(1, rows.size()).stream()
            .map(row -> PairedDifference.of(row, rows.get(0)))
            .toList();
    double[] corrected =
        Holm.corrected(differences.stream().mapToDouble(PairedDifference::p).toArray());
    List<Verdict> verdicts = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      verdicts.add(Verdict.of(differences.get(row), corrected[row]));
    }
    return verdicts;
  }
}
