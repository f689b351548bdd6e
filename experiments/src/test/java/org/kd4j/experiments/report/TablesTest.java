package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;
import tech.tablesaw.api.Table;

class TablesTest {
  private static final int TEACHER = 0;
  private static final int SCRATCH = 1;
  private static final int OFFLINE = 2;

  @Test
  void oneRowPerTrialWithSharesAndEmptyCellsWhereNothingWasMeasured() {
    Table table = Tables.trials(SyntheticStudy.small(2));
    assertThat(table.columnNames())
        .containsExactly(
            "task",
            "data",
            "teacher",
            "student",
            "strategy",
            "options",
            "seed",
            "parameters",
            "test_accuracy",
            "test_errors",
            "test_nll",
            "test_ece",
            "validation_accuracy",
            "agreement",
            "train_seconds",
            "wall_seconds",
            "reused_phases",
            "test_brier",
            "best_validation_accuracy",
            "guide_kl",
            "repeated_errors",
            "multiply_adds",
            "latency_ms",
            "test_macro_f1",
            "test_matthews",
            "adapter_parameters");
    assertThat(table.rowCount()).isEqualTo(4);
    assertThat(table.doubleColumn("test_accuracy").asList())
        .containsExactly(0.95, 0.95, 0.96, 0.955);
    assertThat(table.column("agreement").isMissing(0)).isTrue();
    assertThat(table.doubleColumn("agreement").get(2)).isEqualTo(0.975);
    assertThat(table.column("repeated_errors").isMissing(2)).isTrue();
    assertThat(table.longColumn("reused_phases").asList()).containsExactly(0L, 0L, 1L, 1L);
  }

  @Test
  void theDifferenceIsToScratchPairedBySeed() {
    Table table = Tables.summary(SyntheticStudy.small(3));
    assertThat(table.stringColumn("strategy").asList())
        .containsExactly("teacher", "scratch", "offline");
    assertThat(table.doubleColumn("accuracy").get(TEACHER)).isCloseTo(0.981, within(1e-12));
    assertThat(table.longColumn("seeds").get(TEACHER)).isEqualTo(3);
    assertThat(table.column("difference").isMissing(TEACHER)).isTrue();
    assertThat(table.column("difference").isMissing(SCRATCH)).isTrue();
    // SciPy: ttest_1samp([0.01, 0.005, 0.02], 0)
    assertThat(table.doubleColumn("difference").get(OFFLINE)).isCloseTo(0.0116666667, within(1e-9));
    assertThat(table.doubleColumn("difference_half_width").get(OFFLINE))
        .isCloseTo(0.018973, within(1e-6));
    assertThat(table.doubleColumn("p").get(OFFLINE)).isCloseTo(0.118083, within(1e-6));
    assertThat(table.doubleColumn("p_holm").get(OFFLINE)).isCloseTo(0.118083, within(1e-6));
    assertThat(table.doubleColumn("train_seconds").asList()).containsExactly(3.0, 3.0, 6.0);
  }

  @Test
  void theVerdictAndWhatItRestsOn() {
    Table three = Tables.summary(SyntheticStudy.small(3));
    assertThat(three.stringColumn("verdict").asList())
        .containsExactly("", "", "no difference detectable");
    // SciPy: 3.26404 standard deviations of 0.00763763 have a power of 0.8; Hedges' factor is
    // 0.5642.
    assertThat(three.doubleColumn("detectable_difference").get(OFFLINE))
        .isCloseTo(0.0249296, within(1e-6));
    assertThat(three.doubleColumn("effect_size").get(OFFLINE)).isCloseTo(0.861818, within(1e-5));
    assertThat(three.doubleColumn("seeds_needed").get(OFFLINE)).isEqualTo(6);
    for (String fromEight : List.of("wilcoxon_p", "bca_low", "bca_high")) {
      assertThat(three.column(fromEight).isMissing(OFFLINE)).as(fromEight).isTrue();
    }
    double low = three.doubleColumn("test_samples_low").get(OFFLINE);
    double high = three.doubleColumn("test_samples_high").get(OFFLINE);
    assertThat(low).isBetween(0.005, 0.0116);
    assertThat(high).isBetween(0.0118, 0.02);
  }

  @Test
  void fromEightSeedsOnRanksAndResamplesStandBesideIt() {
    Table table = Tables.summary(SyntheticStudy.small(9));
    assertThat(table.stringColumn("verdict").get(OFFLINE)).isEqualTo("better");
    // SciPy, of 0.01, 0.005, 0.02, 0.01, 0, 0.015, −0.005, 0.02, 0.03: Pratt, all signs counted
    assertThat(table.doubleColumn("wilcoxon_p").get(OFFLINE)).isEqualTo(0.0234375);
    assertThat(table.doubleColumn("bca_low").get(OFFLINE)).isCloseTo(0.005, within(0.0006));
    assertThat(table.doubleColumn("bca_high").get(OFFLINE)).isCloseTo(0.018333, within(0.0006));
  }

  @Test
  void aDifferenceThatCouldNotBeTestedHasNoStatement() {
    assertThat(Tables.summary(SyntheticStudy.small(1)).stringColumn("verdict").asList())
        .containsExactly("", "", "no statement");
  }

  @Test
  void withoutHitsThereIsNoIntervalOverTestSamples() {
    StudyResult study = SyntheticStudy.small(2);
    List<TrialResult> trials = new ArrayList<>(study.trials());
    TrialResult t = trials.get(3);
    trials.set(
        3,
        new TrialResult(
            t.choice(),
            t.seed(),
            t.teacher(),
            t.student(),
            t.complexity(),
            t.test(),
            Optional.empty(),
            t.portraits(),
            t.validationAccuracy(),
            t.bestValidationAccuracy(),
            t.guide(),
            t.others(),
            t.latencyMillis(),
            t.trainSeconds(),
            t.wallSeconds(),
            t.phases(),
            t.gallery(),
            t.measured(),
            t.notes()));
    assertThat(Tables.summary(with(study, trials)).column("test_samples_low").isMissing(OFFLINE))
        .isTrue();
  }

  @Test
  void oneSeedHasADifferenceAndNoInterval() {
    Table table = Tables.summary(SyntheticStudy.small(1));
    assertThat(table.doubleColumn("difference").get(OFFLINE)).isCloseTo(0.01, within(1e-12));
    for (String empty : List.of("accuracy_half_width", "difference_half_width", "p", "p_holm")) {
      assertThat(table.column(empty).isMissing(OFFLINE)).as(empty).isTrue();
    }
  }

  @Test
  void withoutScratchNothingIsCompared() {
    StudyResult study = SyntheticStudy.small(3);
    StudyResult without = with(study, study.trials().subList(3, 6));
    Table table = Tables.summary(without);
    assertThat(table.rowCount()).isEqualTo(2);
    assertThat(table.column("difference").countMissing()).isEqualTo(2);
    assertThat(Summary.of(without).comparisons()).isZero();
  }

  @Test
  void aFailedTrialLeavesItsPairOut() {
    StudyResult study = SyntheticStudy.small(3);
    List<TrialResult> trials = new ArrayList<>(study.trials());
    trials.remove(0);
    Table table = Tables.summary(with(study, trials));
    assertThat(table.doubleColumn("difference").get(OFFLINE)).isCloseTo(0.0125, within(1e-12));
  }

  @Test
  void oneTeacherForAllSeedsCountsOnce() {
    StudyResult study = SyntheticStudy.small(3);
    var s = study.spec();
    var shared =
        new org.kd4j.experiments.study.StudySpec(
            s.name(),
            s.data(),
            s.split(),
            s.teacher(),
            s.student(),
            s.strategies(),
            s.seeds(),
            Optional.of(7L),
            0);
    Table table =
        Tables.summary(
            new StudyResult(shared, List.of(), study.trials(), List.of(), Optional.empty(), 1));
    assertThat(table.longColumn("seeds").get(TEACHER)).isEqualTo(1);
    assertThat(table.column("accuracy_half_width").isMissing(TEACHER)).isTrue();
  }

  /** Recorded with the first seed, where it is as large as with all others. */
  @Test
  void whatTheTeacherCostsStandsInItsRow() {
    Table table = Tables.summary(SyntheticStudy.large());
    assertThat(table.numberColumn("parameters").getDouble(TEACHER)).isEqualTo(478_410);
    assertThat(table.numberColumn("multiply_adds").getDouble(TEACHER)).isEqualTo(477_600);
  }

  @Test
  void csvHasTheSameBytesInAnyLocale() {
    Locale before = Locale.getDefault();
    String here = Tables.csv(Tables.trials(SyntheticStudy.small(1)));
    try {
      for (String tag : List.of("de-DE", "ar-EG", "tr-TR", "hi-IN-u-nu-deva")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(Tables.csv(Tables.trials(SyntheticStudy.small(1)))).as(tag).isEqualTo(here);
      }
    } finally {
      Locale.setDefault(before);
    }
    assertThat(here)
        .isEqualTo(
            """
            task,data,teacher,student,strategy,options,seed,parameters,test_accuracy,test_errors,\
            test_nll,test_ece,validation_accuracy,agreement,train_seconds,wall_seconds,\
            reused_phases,test_brier,best_validation_accuracy,guide_kl,repeated_errors,\
            multiply_adds,latency_ms,test_macro_f1,test_matthews,adapter_parameters
            synthetic,made-up,mlp:400-400,mlp:30,scratch,,0,23860,0.95,500,0.17500000000000016,\
            0.012500000000000011,0.9475,,3.0,3.5,0,0.07500000000000007,0.95,,,23820,0.25,\
            0.9501742161843625,0.9444503508202159,0
            synthetic,made-up,mlp:400-400,mlp:30,offline,temperature=4,0,23860,0.96,400,\
            0.14000000000000012,0.010000000000000009,0.9575,0.975,6.0,3.5,1,0.06000000000000005,\
            0.96,0.0625,,23820,0.25,0.9601157316024018,0.9555586161225665,0
            """);
  }

  private static StudyResult with(StudyResult study, List<TrialResult> trials) {
    return new StudyResult(
        study.spec(), study.dataFingerprints(), trials, List.of(), Optional.empty(), 1);
  }
}
