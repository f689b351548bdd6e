package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kd4j.experiments.statistics.Friedman;
import org.kd4j.experiments.statistics.Nemenyi;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;

class HtmlReportTest {
  private static String page(StudyResult study) {
    return HtmlReport.render(SyntheticStudy.record(study), SyntheticStudy.CONFIG);
  }

  @Test
  void showsAllThereIsOfALargeStudy() throws Exception {
    String html = page(SyntheticStudy.large());
    // Kept for people to look at.
    Files.writeString(Path.of("target", "synthetic-report.html"), html);
    assertThat(html)
        .contains("Learning curves", "Who taught whom", "What the teacher sees", "Configuration")
        .contains("data:image/png;base64,", "T = 20", "temperature=4", "assistant/mlp:120")
        .contains("p is Holm-corrected over 5 comparisons");
  }

  @Test
  void tellsWhatTheDifferencesRestOnAndWhyNotMore() {
    assertThat(page(SyntheticStudy.small(3)))
        .contains("What the differences say", "no difference detectable", "seeds needed")
        .contains("with 3 seeds the ranks could not give a p below 0.250 whatever")
        .doesNotContain("BCa, points");
    assertThat(page(SyntheticStudy.small(9)))
        .contains("p (signed ranks)", "BCa, points", ">better<")
        .doesNotContain("could not give a p below");
    assertThat(page(SyntheticStudy.small(1))).contains("no statement: one seed");
  }

  @Test
  void theSummaryIsRankedByMeanAccuracy() {
    Summary summary = Summary.of(SyntheticStudy.large());
    List<Summary.Row> ranked =
        summary.ranked().lines().stream().filter(row -> row.kind().compared()).toList();
    assertThat(ranked)
        .isNotEqualTo(summary.rows())
        .containsExactlyInAnyOrderElementsOf(summary.rows())
        .isSortedAccordingTo((a, b) -> Double.compare(b.accuracy().value(), a.accuracy().value()));
    assertThat(summary.ranked().lines().get(0).kind()).isEqualTo(Summary.Kind.REFERENCE);
    String html = page(SyntheticStudy.large());
    String table = html.substring(html.indexOf("id=\"summary\""));
    table = table.substring(0, table.indexOf("</table>"));
    List<Integer> places = new ArrayList<>();
    for (Summary.Row row : ranked) {
      places.add(table.indexOf(">" + row.choice().strategy() + "<"));
    }
    assertThat(places).isSorted().allMatch(place -> place > 0);
  }

  /** Paper has nothing to click on. */
  @Test
  void whatIsFoldedIsPrinted() {
    assertThat(page(SyntheticStudy.large()))
        .contains("addEventListener(\"beforeprint\"", "addEventListener(\"afterprint\"")
        .contains("details[open] > summary { display: none; }")
        .doesNotContain("details > summary { display: none; }");
  }

  @Test
  void loadsNothing() {
    String html = page(SyntheticStudy.large());
    assertThat(html)
        .doesNotContain("http://", "https://", "//cdn", "@import", "<link", "<script s");
    assertThat(html).doesNotContainPattern("(src|href)=\"(?!data:|#)");
    assertThat(html).doesNotContainPattern("url\\((?!#)");
  }

  /** Cells that are 0 are not recorded, and what could not be read as a grid is a list. */
  @Test
  void ofManyClassesThePairsConfusedMostAreListed() throws Exception {
    String html = page(SyntheticStudy.ofClasses(1296));
    Files.writeString(Path.of("target", "synthetic-classes.html"), html);
    assertThat(html)
        .contains("The 24 most frequent errors", "the teacher does")
        .contains(row("c1294", "c1295", 3 * 1295, 3 * (1295 + 1296), 0))
        .contains(row("c1293", "c1294", 3 * 1294, 3 * (1294 + 1296), 3 * 1294))
        .contains(">c1271<")
        .doesNotContain(">c1270<", "Right ones are on the diagonal");
    assertThat(html.length()).isLessThan(1_000_000);
    String json = Json.write(SyntheticStudy.record(SyntheticStudy.ofClasses(1296)));
    assertThat(json).contains("\"confusion\" : {", "[ 1294, 1295, 1295 ]");
    assertThat(json.length()).isLessThan(1_000_000);
    assertThat(Json.read(json, "here").study().trials().get(0).test().confusion())
        .isEqualTo(SyntheticStudy.ofClasses(1296).trials().get(0).test().confusion());
  }

  private static String row(String label, String predicted, int times, int samples, int teacher) {
    return String.format(
        Locale.ROOT,
        "<tr><td>%s</td><td>%s</td><td class=\"number\">%d</td><td class=\"number\">%d</td>"
            + "<td class=\"number\">%d</td></tr>",
        label,
        predicted,
        times,
        samples,
        teacher);
  }

  @Test
  void aGridIsDrawnWhereItCanBeRead() {
    assertThat(page(SyntheticStudy.ofClasses(20)))
        .contains("Right ones are on the diagonal")
        .doesNotContain("most frequent errors");
    assertThat(page(SyntheticStudy.ofClasses(21)))
        .contains("The 20 most frequent errors")
        .doesNotContain("Right ones are on the diagonal");
  }

  /** Its links lead to the studies beside it and nowhere else. */
  @Test
  void findingsAreAPageWithRanksOverTasks() throws Exception {
    String[] names = {"offline", "a<b", "scratch", "online", "mutual", "dkd", "dist"};
    double[][] scores = new double[6][names.length];
    for (int task = 0; task < scores.length; task++) {
      for (int row = 0; row < names.length; row++) {
        scores[task][row] = 0.9 - 0.01 * row + 0.013 * ((task + row) % 3);
      }
    }
    Nemenyi nemenyi = Nemenyi.of(Friedman.of(scores), 0.05);
    TreeMap<Long, Double> alone = new TreeMap<>(Map.of(1L, 0.90, 2L, 0.91, 3L, 0.92));
    TreeMap<Long, Double> taught = new TreeMap<>(Map.of(1L, 0.93, 2L, 0.95, 3L, 0.95));
    Findings findings =
        new Findings(
                List.of(
                    Findings.Table.of("task-1: test accuracy, %", Findings.Scale.ACCURACY)
                        .row("alone", "", alone)
                        .row("taught", "", taught, "alone")),
                List.of("A note."),
                "everything.")
            .ranking(List.of(new Findings.Ranking("Rows over tasks", List.of(names), nemenyi)));
    TreeMap<String, String> settings = new TreeMap<>();
    ExperimentRecord record =
        ExperimentRecord.starting("shoot", "quick", List.of(), List.of(), List.of(), settings);
    String html =
        HtmlReport.render(
            record,
            "Who is best?",
            Map.of("data", "made up"),
            findings,
            Map.of("one", "one/r.html"));
    Files.writeString(Path.of("target", "synthetic-findings.html"), html);
    assertThat(html)
        .contains("critical difference", "Friedman over 6 tasks: p ", "a&lt;b", "<h1>shoot</h1>")
        .contains("task-1: test accuracy, %", "better than alone", "What differs: everything.")
        .contains("<a href=\"one/r.html\">one</a>")
        .doesNotContain("http://", "https://", "<script ", "@import", "<link", "a<b");
  }

  @Test
  void findingsShowCurvesOverStudies() throws Exception {
    Figure.Series warm = Figure.Series.curve("T=4");
    Figure.Series hot = Figure.Series.curve("T=20");
    for (int size : new int[] {10, 4, 8, 6}) {
      warm = warm.at(size, "<by " + size + ">", seeds(0.70 + 0.004 * size));
      hot = hot.at(size, "by " + size, seeds(0.75 - 0.003 * size));
    }
    Figure gap =
        Figure.of("The <gap>", "convolutions", "test accuracy, %", Findings.Scale.ACCURACY)
            .with(warm)
            .with(hot.at(12, "failed", Map.of()))
            .with(Figure.Series.curve("nothing came out").at(4, "failed", Map.of()))
            .level("student alone", seeds(0.71))
            .level("lost", Map.of())
            .noting("A note below.");
    Figure cloud =
        Figure.of("Cost", "seconds", "loss, nats", Findings.Scale.NATS)
            .with(Figure.Series.cloud("paths").at(10, "cheap", seeds(2)).at(900, "dear", seeds(1)));
    Findings findings =
        new Findings(
                List.of(
                    Findings.Table.of("accuracy, %", Findings.Scale.ACCURACY)
                        .row("alone", "", new TreeMap<>(seeds(0.71)))),
                List.of("A note."),
                "everything.")
            .drawing(gap, cloud, Figure.of("Empty", "x", "y", Findings.Scale.NATS));
    ExperimentRecord record =
        ExperimentRecord.starting("gap", "quick", List.of(), List.of(), List.of(), new TreeMap<>());
    String html = HtmlReport.render(record, "Where?", Map.of(), findings, Map.of());
    Files.writeString(Path.of("target", "synthetic-curves.html"), html);
    assertThat(html)
        .contains("<h3>The &lt;gap&gt;</h3>", "A note below.", ">convolutions<", "seconds (log)")
        .contains("<title>&lt;by 4&gt;: 71.60 ± 1.24</title>", ">student alone</span>")
        .contains("band base dashed", "line hue1", "whisker hue1", "<title>cheap: 2.0000 ± ")
        .doesNotContain("nothing came out", "failed", "Empty", "lost", "NaN", "<by 4>");
    assertThat(html.split("<path class=\"line ", -1)).hasSize(3);
  }

  private static Map<Long, Double> seeds(double around) {
    return Map.of(1L, around - 0.005, 2L, around, 3L, around + 0.005);
  }

  @Test
  void escapesWhatPeopleWrote() {
    StrategyChoice sly =
        StrategyChoice.of("offline").with("note", "<script>alert('1')</script>&\"");
    StudyResult study =
        SyntheticStudy.result(
            List.of(sly),
            1,
            List.of(
                SyntheticStudy.trial(
                    sly,
                    0,
                    0.9,
                    List.of(SyntheticStudy.phase("<b>", 2, 0.9, 0, "student", "<i>hard</i>")))),
            Optional.empty());
    String html = HtmlReport.render(SyntheticStudy.record(study), "name: </pre><script>");
    assertThat(html)
        .doesNotContain("<script>alert", "</pre><script>", "<i>hard", "<b><")
        .contains("&lt;script&gt;");
  }

  @Test
  void isThereForOneSeedWithoutTeacherImagesOrScratch() {
    StrategyChoice alone = StrategyChoice.of("mutual");
    StudyResult study =
        SyntheticStudy.result(
            List.of(alone),
            1,
            List.of(SyntheticStudy.trial(alone, 0, 0.9, List.of())),
            Optional.empty());
    String html = page(study);
    assertThat(html).contains("90.00 ± —", "without a student trained from scratch");
    assertThat(html).doesNotContain("Learning curves", "What the teacher sees", "NaN");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    StudyResult study = SyntheticStudy.small(2);
    StudyResult partial =
        new StudyResult(
            study.spec(),
            study.dataFingerprints(),
            study.trials().subList(0, 3),
            List.of("offline temperature=4, seed 1: the loss is not finite"),
            Optional.empty(),
            10);
    RunRecord record = SyntheticStudy.record(partial).ended(RunRecord.Status.FAILED);
    String html = HtmlReport.render(record, SyntheticStudy.CONFIG);
    Files.writeString(Path.of("target", "synthetic-partial.html"), html);
    assertThat(html).contains("The run failed in part", "seed 1: the loss is not finite");
  }

  @Test
  void isThereBeforeAnyTrialIsDone() {
    StudyResult study =
        SyntheticStudy.result(List.of(SyntheticStudy.SCRATCH), 1, List.of(), Optional.empty());
    assertThat(page(study)).contains("No trial has finished");
  }

  @Test
  void fiveHundredTrialsAreWrittenInSecondsAndSmall() throws Exception {
    StudyResult sweep = SyntheticStudy.sweep(100);
    ThreadMXBean clock = ManagementFactory.getThreadMXBean(); // other processes do not count
    long before = clock.getCurrentThreadCpuTime();
    String html = page(sweep);
    double seconds = (clock.getCurrentThreadCpuTime() - before) * 1e-9;
    Files.writeString(Path.of("target", "synthetic-sweep.html"), html);
    assertThat(sweep.trials()).hasSize(500);
    assertThat(seconds).isLessThan(10);
    assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(3_000_000);
  }

  @Test
  void isTheSameInAnyLocale() {
    Locale before = Locale.getDefault();
    String here = page(SyntheticStudy.large());
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(page(SyntheticStudy.large())).isEqualTo(here);
      Locale.setDefault(Locale.GERMANY);
      assertThat(page(SyntheticStudy.large())).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }
}
