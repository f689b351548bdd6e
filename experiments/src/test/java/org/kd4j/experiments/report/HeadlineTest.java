package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

class HeadlineTest {
  private static String of(StudyResult study) {
    return Headline.of(Summary.of(study));
  }

  @Test
  void aDifferenceThatMayBeChanceIsCalledSo() {
    assertThat(of(SyntheticStudy.small(3)))
        .isEqualTo(
            "“offline temperature=4” has the highest mean test accuracy: 96.17 %, 1.17 ± 1.90 points"
                + " above the student taught by nobody (3 seeds, p = 0.118 after correction for 1"
                + " comparison), which may be chance. The teacher has 98.10 %.");
  }

  @Test
  void aDifferenceThatChanceWouldRarelyMakeIsCalledSo() {
    assertThat(of(SyntheticStudy.small(9)))
        .contains("(9 seeds, p = 0.012 after correction for 1 comparison)")
        .contains("which chance alone would rarely do");
  }

  @Test
  void oneSeedProvesNothing() {
    assertThat(of(SyntheticStudy.small(1))).contains("with one seed this may well be chance");
  }

  @Test
  void equalDifferencesAreNotTested() {
    assertThat(of(study(scratch(0, 0.95), scratch(1, 0.96), offline(0, 0.96), offline(1, 0.97))))
        .contains("1.00 ± 0.00 points above")
        .contains("the same at every seed, which leaves nothing to test it against");
  }

  @Test
  void noStrategyMayBeatTheBaseline() {
    assertThat(of(study(scratch(0, 0.97), offline(0, 0.96))))
        .isEqualTo(
            "No strategy has a higher mean than the student taught by nobody, which has 97.00 % test"
                + " accuracy over 1 seed.");
  }

  @Test
  void rowsOfDifferentSeedsAreNotCompared() {
    assertThat(of(study(scratch(0, 0.95), offline(1, 0.96)))).contains("so not compared");
  }

  private static TrialResult scratch(long seed, double accuracy) {
    return SyntheticStudy.trial(SyntheticStudy.SCRATCH, seed, accuracy, List.of());
  }

  private static TrialResult offline(long seed, double accuracy) {
    return SyntheticStudy.trial(SyntheticStudy.OFFLINE, seed, accuracy, List.of());
  }

  private static StudyResult study(TrialResult... trials) {
    return SyntheticStudy.result(
        List.of(SyntheticStudy.SCRATCH, SyntheticStudy.OFFLINE),
        2,
        List.of(trials),
        Optional.empty());
  }
}
