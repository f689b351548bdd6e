package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTableTest {
  @Test
  void isAlignedAndSaysWhatItsSignsMean() {
    assertThat(TerminalTable.render(SyntheticStudy.small(3), false))
        .isEqualTo(
            """
            strategy                 accuracy %  points vs scratch      p  errors    ECE  params  train
            teacher                98.10 ± 0.25          (teacher)      —   190.0  0.005  478.4k  3.0 s
            scratch                95.00 ± 0.00         (baseline)      —   500.0  0.013   23.9k  3.0 s
            offline temperature=4  96.17 ± 1.90       +1.17 ± 1.90  0.118   383.3  0.010   23.9k  6.0 s
            no difference detectable: offline temperature=4; to be found 4 times in 5, a difference would have
              to be 2.49 points
            3 seeds; ± is the half-width of the 95 % interval; differences are paired by seed; \
            p is Holm-corrected over 1 comparison
            """);
  }

  @Test
  void oneSeedHasNoInterval() {
    assertThat(TerminalTable.render(SyntheticStudy.small(1), false))
        .isEqualTo(
            """
            strategy               accuracy %  points vs scratch  p  errors    ECE  params  train
            teacher                 98.00 ± —          (teacher)  —   200.0  0.005  478.4k  3.0 s
            scratch                 95.00 ± —         (baseline)  —   500.0  0.013   23.9k  3.0 s
            offline temperature=4   96.00 ± —          +1.00 ± —  —   400.0  0.010   23.9k  6.0 s
            1 seed: no interval, no test, no statement
            """);
  }

  @Test
  void whoTakesAllForOneClassIsNamed() {
    assertThat(TerminalTable.render(SyntheticStudy.unlearnt(), false))
        .contains(
            """
            learnt nothing, every test sample is taken for one class: teacher, scratch (2 of 3); more epochs or
              another learning rate may help
            """);
    assertThat(Unlearnt.of(SyntheticStudy.small(3))).isEmpty();
  }

  @Test
  void coloursOnlyWhereAsked() {
    String plain = TerminalTable.render(SyntheticStudy.large(), false);
    String coloured = TerminalTable.render(SyntheticStudy.large(), true);
    assertThat(plain).doesNotContain("\u001b");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(plain);
    assertThat(coloured.lines().filter(l -> l.startsWith("\u001b[1m"))).hasSize(1);
  }

  @Test
  void longOptionsStandBelowTheirRow() {
    String[] lines = TerminalTable.render(SyntheticStudy.large(), false).split("\n");
    assertThat(lines[3]).startsWith("offline  ");
    assertThat(lines[4]).isEqualTo("  softWeight=0.9 temperature=4");
    assertThat(lines)
        .filteredOn(line -> !line.startsWith("3 seeds"))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }
}
