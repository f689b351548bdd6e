package org.kd4j.experiments.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.FindingsText;
import org.kd4j.experiments.report.NothingToTeach;
import org.kd4j.experiments.study.StudyResult;

/** What experiments say of numbers, and what they do not say. */
class FindingsSayTest {
  private static SortedMap<Long, Double> values(double... values) {
    SortedMap<Long, Double> bySeed = new TreeMap<>();
    for (double value : values) {
      bySeed.put(bySeed.size() + 1L, value);
    }
    return bySeed;
  }

  @Test
  void aPartOfASetIsNotCalledTheSet() {
    Results results =
        Told.of(new AssistantSize(), "cifar10")
            .row("assistant-size", "scratch", Double.NaN, 0.40, 0.41, 0.42)
            .results();
    assertThat(results.data())
        .startsWith("cifar10, 2000 training rows, 2000 test samples (a part of CIFAR-10")
        .contains("decoded from JPEG", "not the official rows", "not comparable");
    assertThat(Told.of(new AssistantSize()).results().data())
        .isEqualTo("strokes:10, 2000 training rows (embedded, generated)");
  }

  @Test
  void trainingIsToldOfWhoeverIsTrained() {
    Results results =
        Told.of(new AssistantSize(), "cifar10")
            .row("assistant-size", "scratch", Double.NaN, 0.40)
            .results();
    assertThat(results.training())
        .isEqualTo(
            "teacher cnn:10,share=0.25, 12 epochs in batches of 64; student cnn:2,share=0.25, 12"
                + " epochs in batches of 64, 60 updates");
  }

  @Test
  void aShareAboveOneIsNoShare() {
    Map<String, SortedMap<Long, Double>> shares = new LinkedHashMap<>();
    shares.put("hard labels", values(0.98, 0.985, 0.99));
    shares.put("soft targets, T=1", values(0.97, 0.974, 0.981));
    shares.put("soft targets, T=4", values(0.99, 1.003, 0.995));
    Findings.Table table = SoftGradients.shares("share", shares);
    assertThat(table.lines().get(1).verdict()).contains("than hard labels");
    Findings.Line chance = table.lines().get(2);
    assertThat(chance.row().what()).endsWith("T=4: no mean to be told from chance");
    assertThat(chance.row().values()).containsEntry(2L, 1.0);
    assertThat(chance.verdict()).isEmpty();
  }

  private static Told speech(double... ten) {
    String taught = "multi-teacher teachers=10 softWeight=1 hardWeight=0.5 temperature=";
    Told told =
        Told.of(new Speech())
            .row("speech", "scratch", Double.NaN, 0.550, 0.560, 0.557)
            .row("speech", "ensemble members=10 network=teacher", Double.NaN, ten);
    for (String t : new String[] {"1", "2", "5", "10"}) {
      told.row("speech", taught + t, Double.NaN, 0.558, 0.569, 0.565);
    }
    return told;
  }

  @Test
  void aShareIsKeptOfAGainThatIsThere() {
    assertThat(speech(0.560, 0.571, 0.567).notes()).contains("seed by seed: 81 ± 3 %.");
    assertThat(speech(0.562, 0.555, 0.574).notes())
        .contains("cannot be told with these seeds, which detect no gain")
        .doesNotContain("seed by seed");
  }

  @Test
  void aRatioSaysWhatItsSeedsSay() {
    SortedMap<Long, Double> teacher = values(7.0, 9.0, 3.0);
    assertThat(Ratio.less(values(3.1, 3.0, 3.3), teacher).told())
        .startsWith("a share that cannot be told with these seeds (");
    assertThat(Ratio.less(values(3.5, 4.5, 1.5), teacher).told()).isEqualTo("50 %");
    assertThat(Ratio.less(values(3.4, 4.5, 1.6), teacher).told()).matches("49 ± \\d %");
    assertThat(Ratio.less(values(3.5), teacher).told()).isEqualTo("50 % (one seed)");
    assertThat(Ratio.of(values(), teacher).told()).isEqualTo("an unknown share");
  }

  @Test
  void aSpreadHasAnIntervalToo() {
    Told told = Told.of(new EnsembleTeachers());
    told.row("ensemble", "scratch", Double.NaN, 0.60, 0.62, 0.61);
    told.row("ensemble", "offline", 0.65, 0.61, 0.60, 0.64);
    assertThat(told.notes())
        .contains("alone: standard deviation 20.0, 95 % interval 10.4 to 125.7.")
        .contains("overlap: who spreads less cannot be told");
    assertThat(told.findings().tables())
        .filteredOn(t -> t.title().startsWith("teachers"))
        .singleElement()
        .satisfies(t -> assertThat(t.rows()).noneMatch(r -> r.what().contains("random")));
    assertThat(told.findings().tables())
        .anyMatch(t -> t.title().equals("students under blur, against alone: accuracy, %"));
  }

  /** One teacher and alone are compared once under each disturbance, though two tables show it. */
  @Test
  void aPairOfStudentsHasOneP() {
    Told told = Told.of(new EnsembleTeachers());
    for (long seed = 1; seed <= 3; seed++) {
      double[] blurred = {0.50 + 0.01 * seed, 0.53 + 0.011 * seed, 0.52 + 0.001 * seed};
      String[] rows = {"scratch", "offline", "multi-teacher combine=random"};
      for (int i = 0; i < rows.length; i++) {
        told.measured("ensemble", rows[i], seed, Map.of("robustness.blur", blurred[i]));
      }
    }
    Findings.Line one = told.line("students under blur, against alone", "one teacher");
    Findings.Line alone = told.line("students under blur, against one teacher", "alone");
    assertThat(one.holm()).isEqualTo(alone.holm());
    assertThat(one.strictest()).isEqualTo(0.05 / 3); // three rows, each pair of them
  }

  /** Against the student alone and against the temperature preferred: one study, one measure. */
  @Test
  void temperaturesOfAWidthAreOneFamily() {
    Told told = Told.of(new TemperatureByWidth());
    String row = "offline hardWeight=0 softWeight=1 temperature=";
    told.row("width-800", "scratch", Double.NaN, 0.92, 0.91, 0.93);
    told.row("width-800", row + "0.5", Double.NaN, 0.93, 0.94, 0.93);
    told.row("width-800", row + "1", Double.NaN, 0.90, 0.91, 0.89);
    Findings.Line among = told.line("800 units a layer, temperatures against", "T=1");
    assertThat(among.strictest()).isEqualTo(0.05 / 3);
  }

  @Test
  void temperaturesAreComparedWithEachOtherAndByNoise() {
    Told told = Told.of(new TemperatureByWidth());
    String row = "offline hardWeight=0 softWeight=1 temperature=";
    told.row("width-800", row + "0.5", Double.NaN, 0.93, 0.94, 0.93);
    told.row("width-800", row + "1", Double.NaN, 0.90, 0.91, 0.89);
    for (String study : new String[] {"width-100", "noise-20", "noise-40"}) {
      double low = study.equals("noise-40") ? 0.95 : 0.80;
      told.row(study, row + "1", Double.NaN, low, low, low, 0.80);
      told.row(study, row + "2.5", Double.NaN, 0.70, 0.70, 0.70, low);
      told.row(study, row + "8", Double.NaN, 0.90, 0.90, 0.90, 0.90);
    }
    assertThat(told.notes())
        .contains("800 units a layer: validation prefers T=0.5, the lowest of the grid")
        .contains("100 units a layer: validation prefers T=8.")
        .contains("with 20 % wrong labels")
        .contains("by a factor of 1.00")
        .contains("with 40 % wrong labels")
        .contains("(log2 T by -2.7 ± 1.1): yes, lower");
    assertThat(told.line("800 units a layer, temperatures against", "T=1").verdict())
        .startsWith("worse than T=0.5");
  }

  @Test
  void teachersOfFeaturesAreShown() {
    Told told = Told.of(new FeatureTerms()).row("like", "offline", 0.55, 0.5, 0.51, 0.52);
    assertThat(told.line("like", "teacher").row().values()).hasSize(3);
    assertThat(told.line("like", "teacher").row().paper()).isEqualTo("72.34");
  }

  @Test
  void aTeacherNoBetterThanItsStudentIsNamed() {
    assertThat(NothingToTeach.of(taught(0.52, 0.60, 0.55, 0.50)))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("the teacher (52.02 % right) is not detectably better than the")
                    .contains("student alone (55.00 %; -2.98 ± ", "cannot be shown here"));
    assertThat(NothingToTeach.of(taught(0.52, 0.56, 0.55, 0.54)).orElseThrow())
        .contains("is worse than the student alone");
    assertThat(NothingToTeach.of(taught(0.60, 0.56, 0.55, 0.54))).isEmpty();
    assertThat(NothingToTeach.of(taught(0.52, 0.60))).isEmpty(); // one seed says nothing
  }

  private static StudyResult taught(double teacher, double... alone) {
    double[] same = new double[alone.length];
    return Told.of(new LabelWeight())
        .row("good-teacher", "scratch", Double.NaN, alone)
        .row("good-teacher", "offline hardWeight=0 softWeight=1", teacher, same)
        .results()
        .study("good-teacher");
  }

  /**
   * Accuracies of the league of perceptrons on six tasks; rows differ by their place times step.
   */
  private static Told league(double step) {
    Told told = Told.of(new ShootOut(), "mnist", "optdigits");
    String[] tasks = {
      "digits", "digits-noisy", "digits-few", "strokes-36", "strokes-10", "optdigits"
    };
    for (int task = 0; task < tasks.length; task++) {
      for (int i = 0; i < ShootOut.PERCEPTRONS.size(); i++) {
        double chance = 0.004 * ((31 * i + 17 * task * task) % 11);
        told.row(
            "mlp-" + tasks[task], ShootOut.PERCEPTRONS.get(i), Double.NaN, 0.5 + step * i + chance);
      }
    }
    return told;
  }

  @Test
  void ranksAreOverTasksThatAreNotIndependent() {
    Told told = league(0.01);
    assertThat(told.notes())
        .contains("independent, which these are not (3 are of mnist, 2 are of strokes)")
        .contains("Nemenyi's critical difference of mean ranks at 0.05: ");
    assertThat(told.findings().rankings()).hasSize(1);
    assertThat(FindingsText.markdown(told.findings()))
        .contains("|  | paper | ours | tasks | verdict |")
        .contains("interval over seeds, over tasks where a column counts tasks.")
        .contains("a student alone has 60 to 60 updates");
  }

  @Test
  void whoDiffersIsAskedOnlyWhereSomeDo() {
    Told told = league(0);
    assertThat(told.notes())
        .contains("so which ones is not asked (Nemenyi)")
        .doesNotContain("critical difference");
    assertThat(told.findings().rankings()).isEmpty();
  }

  @Test
  void whatIsRememberedIsMarked() {
    Told sizes = Told.of(new AssistantSize());
    String remembered = "[P]: as remembered, not checked against the paper.";
    assertThat(sizes.line("student", "alone").row().paper()).isEqualTo("70.16 [P]");
    assertThat(FindingsText.markdown(sizes.findings()))
        .contains(remembered)
        .contains("has 42.56 for 10 → 2, its main table 44.57");
    assertThat(FindingsText.markdown(Told.of(new TeacherSize()).findings())).contains(remembered);
    assertThat(FindingsText.markdown(Told.of(new MutualLearning()).findings()))
        .contains("68.99 % right")
        .doesNotContain(remembered);
  }

  @Test
  void whatPathsCostIsCountedAndNotTimed() {
    Told told =
        Told.of(new AssistantPaths()).row("assistant-paths", "assistant sizes=none", 0.5, 0.4, 0.5);
    assertThat(told.line("billions of multiply-adds", "10 → 2").row().values())
        .containsValue(4.0)
        .doesNotContainValue(10.0); // of two phases; the seconds
    assertThat(told.notes()).contains("Training took 10 to 10 seconds", "instead.");
  }

  private static Told pairs(double none, double many) {
    Told told = Told.of(new SpecialistTeachers());
    for (long seed = 1; seed <= 3; seed++) {
      Map<String, Double> measured = new TreeMap<>();
      measured.put("specialists.gain.0", none + 0.001 * seed);
      measured.put("specialists.gain.3", many - 0.002 * seed);
      told.measured(
          "pairs", "specialists deploy=whole regularizer=none specialists=16", seed, measured);
    }
    return told;
  }

  @Test
  void aGainByCoveringThatRunsTheOtherWayIsSaid() {
    assertThat(pairs(0.08, -0.10).notes()).contains("1,296 classes: the reverse of the paper");
    assertThat(pairs(0.001, 0.01).notes()).contains("is not detectable here");
    assertThat(pairs(0.01, 0.10).notes()).doesNotContain("paper");
  }

  @Test
  void bothStudiesOfSpecialistsSayWhatIsCovered() {
    Told told = Told.of(new SpecialistTeachers());
    for (String row : new String[] {"regularizer=none", "regularizer=dropout", "specialists=6"}) {
      for (long seed = 1; seed <= 3; seed++) {
        Map<String, Double> measured = new TreeMap<>();
        measured.put("specialists.conditional", 0.80 + 0.001 * seed);
        measured.put("specialists.generalist.conditional", 0.70 - 0.002 * seed);
        measured.put("specialists.gain.0", 0.01);
        measured.put("specialists.gain.1", 0.05);
        told.measured("specialists", "specialists deploy=whole " + row, seed, measured);
      }
    }
    String covered = "36 classes: accuracy among those that are covered";
    assertThat(told.line(covered, "with 3 specialists, held by none").verdict())
        .startsWith("better than generalist, classes of the 3 specialists");
    assertThat(told.line(covered, "with 6 specialists").verdict())
        .startsWith("better than generalist, classes of the 6 specialists");
    assertThat(told.line("36 classes, 3 specialists, held by none: relative", "1 (").row().values())
        .containsEntry(1L, 0.05);
    assertThat(told.findings().tables())
        .extracting(Findings.Table::title)
        .doesNotHaveDuplicates()
        .contains("1,296 classes: accuracy among those that are covered, %");
    Setup setup = new Setup(Budget.QUICK, new TreeSet<>());
    assertThat(new SpecialistTeachers().studies(setup))
        .allSatisfy(study -> assertThat(study.measure()).containsExactly("specialists"));
  }

  @Test
  void noAssistantMayBeThePreferredOne() {
    Told told =
        Told.of(new AssistantSize())
            .row("assistant-size", "assistant sizes=none", Double.NaN, 0.5, 0.5)
            .row("assistant-size", "assistant sizes=cnn:4,share=0.25", Double.NaN, 0.4, 0.4);
    assertThat(told.notes()).contains("Validation prefers the student without assistant.");
  }

  @Test
  void theStudentAloneIsNotTestedAgainstItself() {
    Told told = Told.of(new LabelWeight()).row("good-teacher", "scratch", Double.NaN, 0.5, 0.6);
    told.row("good-teacher", "offline hardWeight=1 softWeight=0.0", 0.7, 0.5, 0.6);
    assertThat(told.line("good teacher: test errors", "labels weigh 1").verdict()).isEmpty();
  }

  @Test
  void whereDistillationHurtsIsSaid() {
    Told told =
        Told.of(new TeacherSize())
            .row("teacher-4", "scratch", Double.NaN, 0.500, 0.511, 0.520)
            .row("teacher-6", "offline temperature=4", 0.7, 0.401, 0.410, 0.420);
    assertThat(told.notes()).contains("Distillation hurts: ", "taught by 6 convolutions, T=4.");
    assertThat(Told.of(new TeacherSize()).notes()).contains("No teacher at any temperature");
  }

  @Test
  void designsOfEqualCostAreComparedWithEachOther() {
    Told told =
        Told.of(new StudentDesign())
            .row("cnn", "scratch", Double.NaN, 0.500, 0.511, 0.520)
            .row("mobilenet", "scratch", Double.NaN, 0.401, 0.410, 0.420);
    assertThat(told.line("at equal cost, alone", "mobilenet").verdict())
        .startsWith("worse than cnn by ");
    assertThat(told.line("milliseconds", "mobilenet").row().values()).hasSize(3);
    assertThat(told.findings().tables().get(1).rows())
        .extracting(Findings.Row::what)
        .containsExactly("cnn", "slim-width", "mobilenet", "shufflenet");
  }
}
