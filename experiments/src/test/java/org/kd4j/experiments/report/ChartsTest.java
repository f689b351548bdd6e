package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.experiments.statistics.Friedman;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.Nemenyi;
import org.kd4j.experiments.study.Portrait;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

class ChartsTest {
  private static CostCharts.Point point(String name, double cost, double accuracy) {
    return new CostCharts.Point(name, "", cost, accuracy);
  }

  @Test
  void theParetoFrontHoldsWhatNoOtherBeatsInBoth() {
    List<CostCharts.Point> front =
        CostCharts.front(
            List.of(
                point("large", 100, 0.9),
                point("beaten", 50, 0.7),
                point("small", 10, 0.8),
                point("as small, worse", 10, 0.6),
                point("middle", 50, 0.85),
                point("dear", 200, 0.9)));
    assertThat(front)
        .extracting(CostCharts.Point::name)
        .containsExactly("small", "middle", "large");
  }

  private static StudyResult rows(String option, String... values) {
    List<StrategyChoice> choices = new ArrayList<>(List.of(SyntheticStudy.SCRATCH));
    for (String value : values) {
      choices.add(StrategyChoice.of("offline").with("softWeight", "0.5").with(option, value));
    }
    List<TrialResult> trials = new ArrayList<>();
    for (int c = 0; c < choices.size(); c++) {
      trials.add(SyntheticStudy.trial(choices.get(c), 0, 0.9 + 0.01 * c, List.of()));
      trials.add(SyntheticStudy.trial(choices.get(c), 1, 0.9 + 0.011 * c, List.of()));
    }
    return SyntheticStudy.result(choices, 2, trials, Optional.empty());
  }

  private static List<Chart> options(StudyResult study) {
    Summary summary = Summary.of(study);
    return OptionCharts.of(summary, Palette.of(summary));
  }

  @Test
  void rowsThatDifferInTemperatureAloneMakeItsCurve() {
    List<Chart> charts = options(rows("temperature", "1", "4", "20"));
    assertThat(charts).hasSize(1);
    assertThat(charts.get(0).title()).isEqualTo("Accuracy against temperature");
    assertThat(charts.get(0).svg()).contains("temperature (log)", ">20<");
    assertThat(charts.get(0).note())
        .isEqualTo(
            "Rows of offline softWeight=0.5. The dashed line is the student taught by nobody.");
    assertThat(options(rows("temperature", "1", "4"))).isEmpty();
    assertThat(options(rows("label", "hard", "soft", "none"))).isEmpty();
  }

  @Test
  void marksOfOnePlaceStandSideBySide() {
    PointChart.Mark mark = new PointChart.Mark("", 4, Mean.of(0.7, 0.71), "m");
    PointChart.Mark other = new PointChart.Mark("", 8, Mean.of(0.8), "o");
    PointChart.Line line = new PointChart.Line("hue0", true, List.of(other, mark));
    PointChart.Line second = new PointChart.Line("hue1", false, List.of(mark));
    String svg =
        new PointChart("x", "y", 100, List.of(), List.of(line, second), List.of()).draw("t");
    List<Double> at =
        Pattern.compile("<circle class=\"dot hue.\" cx=\"([\\d.]+)\"")
            .matcher(svg)
            .results()
            .map(found -> Double.valueOf(found.group(1)))
            .toList();
    assertThat(at).hasSize(3);
    assertThat(at.get(2) - at.get(0)).isCloseTo(6, within(0.02));
    assertThat(at.get(1)).isGreaterThan(at.get(2) + 100);
    assertThat(svg.split("class=\"whisker", -1)).hasSize(3);
    assertThat(svg.split("<path", -1)).hasSize(2);
  }

  @Test
  void ticksAreToldApart() {
    for (Scale scale :
        List.of(
            Scale.linear(2.2951, 2.3044, 1),
            Scale.linear(0.0071, 0.0094, 1),
            Scale.linear(0.97, 0.9703, 100),
            Scale.linear(0, 2e-7, 1),
            Scale.linear(4, 10, 1))) {
      assertThat(Arrays.stream(scale.ticks()).mapToObj(scale::print).toList())
          .hasSizeGreaterThan(2)
          .doesNotHaveDuplicates();
    }
    assertThat(Scale.linear(2.2951, 2.3044, 1).print(2.3)).isEqualTo("2.300");
  }

  @Test
  void rowsThatDifferInANetworkMakeTheCurveOfTheCapacityGap() {
    List<Chart> charts = options(rows("assistants", "mlp:50", "mlp:200", "mlp:800"));
    assertThat(charts).hasSize(1);
    assertThat(charts.get(0).svg()).contains(">mlp:50<", ">mlp:800<");
  }

  @Test
  void portraitsSayHowRightANetworkIsWhereItIsHowSure() {
    // Two samples of class 0 and one of class 1: sure and right, sure and wrong, unsure and right.
    float sure = (float) Math.log(9);
    Predictions said =
        new Predictions(new float[] {sure, 0, 0, sure, 0, 0.1f, 5, 5}, 2, new int[] {0, 0, 1, -1});
    Portrait portrait = Portrait.of(said, true);
    assertThat(portrait.bins()).hasSize(2);
    assertThat(portrait.bins().get(0).place()).isEqualTo(7);
    assertThat(portrait.bins().get(0).accuracy()).isEqualTo(1);
    Portrait.Bin high = portrait.bins().get(1);
    assertThat(high.place()).isEqualTo(13);
    assertThat(high.samples()).isEqualTo(2);
    assertThat(high.confidence()).isEqualTo(0.9, org.assertj.core.api.Assertions.within(1e-6));
    assertThat(high.accuracy()).isEqualTo(0.5);
    assertThat(portrait.soft().get(0).mean())
        .isDeepEqualTo(new double[][] {{0.5, 0.5}, {0.475, 0.525}});
    assertThat(portrait.soft().get(2).temperature()).isEqualTo(2);
    assertThat(Portrait.of(said, false).soft()).isEmpty();
  }

  /** Which scratch, born-again and mutual learning have none of. */
  @Test
  void whereAnotherRowHasTheTeacherConfusionsAreComparedWithIt() {
    StudyResult study = SyntheticStudy.small(3);
    List<TrialResult> scratch = study.trials().subList(0, 3);
    assertThat(scratch).allMatch(t -> t.others().isEmpty());
    List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    assertThat(ConfusionGrid.of(study, scratch, "base", "scratch", names).grids())
        .extracting(Chart::title)
        .containsExactly("teacher", "scratch", "scratch − teacher");
  }

  @Test
  void criticalDifferencesAreDrawnAndTold() {
    double[][] scores = new double[6][];
    for (int task = 0; task < 6; task++) {
      scores[task] = new double[] {0.9, 0.89 + 0.02 * (task % 2), 0.5, 0.4 + 0.01 * task};
    }
    Nemenyi nemenyi = Nemenyi.of(Friedman.of(scores), 0.05);
    List<String> names = List.of("one", "two", "three", "four");
    assertThat(CriticalDifference.svg(names, nemenyi))
        .contains("critical difference 1.91", ">one  1.50<", ">four  4.00<");
    assertThat(CriticalDifference.told(names, nemenyi))
        .startsWith(
            "Friedman over 6 tasks: p "
                + Numbers.p(nemenyi.friedman().fp()).replaceFirst("^([0-9])", "= $1")
                + " (Iman and Davenport's F); ")
        .contains("No difference detectable within: ")
        .contains("one, two, three; three, four");
    assertThatThrownBy(() -> CriticalDifference.svg(names.subList(0, 2), nemenyi))
        .isInstanceOf(UsageException.class)
        .hasMessage("a diagram of 4 rows needs as many names, got 2");
  }

  @Test
  void theSummaryIsWrittenForMarkdownAndLatex() {
    StudyResult study = SyntheticStudy.small(3);
    assertThat(TextTables.markdown(Summary.of(study)).lines())
        .contains(
            "| strategy | against scratch | accuracy, % | vs scratch, points | p (Holm) | errors |"
                + " NLL | ECE | parameters | multiply-adds | training |")
        .anyMatch(line -> line.startsWith("| offline temperature=4 | no difference detectable | "));
    String latex = TextTables.latex(Summary.of(study));
    assertThat(latex)
        .startsWith("% 3 seeds; ")
        .contains("accuracy, \\% &", "$\\pm$", "\\\\\n\\bottomrule");
    List<String> lines = latex.lines().filter(l -> l.endsWith("\\\\")).toList();
    assertThat(lines.subList(0, 4)).allMatch(l -> l.chars().filter(c -> c == '&').count() == 10);
    assertThat(lines.subList(4, lines.size())) // what the differences rest on
        .hasSize(2)
        .allMatch(l -> l.chars().filter(c -> c == '&').count() == 8)
        .first(InstanceOfAssertFactories.STRING)
        .contains("over test samples", "seeds needed");
    assertThat(TextTables.markdown(Summary.of(study)))
        .contains("| strategy | against scratch | difference, points | over test samples | p |");
  }

  @Test
  void aReportIsThereWhileTheRunGoesOn(@TempDir Path folder) throws Exception {
    RunDirectory directory = RunDirectory.create(folder.resolve("run"));
    StudyResult study = SyntheticStudy.small(1);
    RunRecord running =
        RunRecord.starting(List.of("kd"), Map.of(), Map.of(), "", study.spec()).with(study);
    try (LiveReport live = new LiveReport()) {
      live.news(directory, running);
    }
    assertThat(Files.readString(directory.report()))
        .contains("The run has not ended", "http-equiv=\"refresh\"");
    directory.write(running.ended(RunRecord.Status.COMPLETED));
    assertThat(Files.readString(directory.report())).doesNotContain("http-equiv=\"refresh\"");
  }
}
