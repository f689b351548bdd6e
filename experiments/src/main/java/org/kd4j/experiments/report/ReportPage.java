package org.kd4j.experiments.report;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.study.Gallery;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;
import tech.tablesaw.api.Table;

/**
 * What the report's template shows, as texts and SVG.
 *
 * @param title of the study
 * @param facts what was compared on what
 * @param headline the result in a sentence
 * @param warnings why the numbers may be partial
 * @param legend what ± and p are
 * @param heads of the summary's numbers
 * @param summary its rows
 * @param differences what the comparisons rest on
 * @param accuracy SVG of the validation accuracy; empty without measurements
 * @param objective SVG of the training objective; empty without measurements
 * @param headless SVG of the objective on validation of phases that train no head; empty without
 * @param curvesShown how many rows the curves are of; 0 for all of them
 * @param costs accuracy against what rows cost
 * @param options accuracy against an option, where rows differ in it alone
 * @param reliability how right rows are where they are how sure
 * @param soft what the teacher says of each class on average
 * @param lessons who taught whom, by row
 * @param pictures test images with probabilities
 * @param confusions of the best row, beside its teacher's
 * @param best name of the best row
 * @param refresh whether the run goes on, so that there will be news
 * @param copies the summary as other documents take it
 * @param trialHeads of the table of trials
 * @param trials its cells
 * @param provenance name and value
 */
record ReportPage(
    String title,
    List<Fact> facts,
    String headline,
    List<String> warnings,
    String legend,
    List<String> heads,
    List<SummaryLine> summary,
    Differences differences,
    String accuracy,
    String objective,
    String headless,
    int curvesShown,
    List<Chart> costs,
    List<Chart> options,
    List<Chart> reliability,
    Optional<SoftTargetGrid> soft,
    List<Lesson> lessons,
    Optional<Pictures> pictures,
    ConfusionGrid confusions,
    String best,
    boolean refresh,
    List<Fact> copies,
    List<String> trialHeads,
    List<List<String>> trials,
    List<Fact> provenance) {

  /** More lines than this are not told apart. */
  private static final int MOST_CURVES = 16;

  private static final int MOST_DIAGRAMS = 11;

  /** The columns that fit a page; the others are the same in all rows, or wait in the CSV. */
  private static final List<String> TRIAL_COLUMNS =
      List.of(
          "strategy",
          "options",
          "seed",
          "test_accuracy",
          "test_errors",
          "test_nll",
          "test_ece",
          "test_macro_f1",
          "test_matthews",
          "validation_accuracy",
          "best_validation_accuracy",
          "agreement",
          "repeated_errors",
          "latency_ms",
          "train_seconds",
          "wall_seconds",
          "reused_phases");

  /**
   * A name and a value.
   *
   * @param name what
   * @param value how much
   */
  record Fact(String name, String value) {}

  static ReportPage of(RunRecord record) {
    StudyResult study = record.study();
    Summary summary = Summary.of(study);
    Table trials = Tables.trials(study);
    Map<StrategyChoice, String> palette = Palette.of(summary);
    List<StrategyChoice> drawn =
        ReliabilityDiagram.shown(summary, MOST_CURVES).stream().map(Summary.Row::choice).toList();
    List<Curve> accuracy = curves(study, drawn, palette, EpochMetrics.VALIDATION_ACCURACY);
    List<Curve> objective = curves(study, drawn, palette, EpochMetrics.LOSS);
    List<Curve> headless = curves(study, drawn, palette, EpochMetrics.VALIDATION_LOSS);
    Optional<StrategyChoice> best = summary.best().map(Summary.Row::choice);
    return new ReportPage(
        study.spec().name(),
        facts(study.spec()),
        Headline.of(summary),
        warnings(record),
        TerminalTable.legend(summary),
        SummaryLine.HEADS,
        SummaryLine.of(summary.ranked(), palette),
        Differences.of(summary, palette),
        accuracy.isEmpty() ? "" : LineChart.accuracy(accuracy),
        objective.isEmpty() ? "" : LineChart.objective(objective, "training"),
        headless.isEmpty() ? "" : LineChart.objective(headless, "validation"),
        drawn.size() < summary.rows().size() ? drawn.size() : 0,
        CostCharts.of(study, summary, palette),
        OptionCharts.of(summary, palette),
        ReliabilityDiagram.of(study, summary, palette, MOST_DIAGRAMS),
        SoftTargetGrid.of(study),
        Lesson.of(study, palette),
        Pictures.of(study),
        best.map(
                b ->
                    ConfusionGrid.of(
                        study,
                        Summary.byChoice(study).get(b),
                        palette.get(b),
                        b.toString(),
                        names(study)))
            .orElse(ConfusionGrid.NONE),
        best.map(StrategyChoice::toString).orElse(""),
        record.status() == RunRecord.Status.RUNNING,
        List.of(
            new Fact("CSV", Tables.csv(Tables.summary(summary))),
            new Fact("Markdown", TextTables.markdown(summary)),
            new Fact("LaTeX", TextTables.latex(summary))),
        TRIAL_COLUMNS.stream().map(n -> n.replace('_', ' ')).toList(),
        IntStream.range(0, trials.rowCount())
            .mapToObj(row -> TRIAL_COLUMNS.stream().map(n -> cell(trials, n, row)).toList())
            .toList(),
        provenance(record));
  }

  private static List<Curve> curves(
      StudyResult study,
      List<StrategyChoice> drawn,
      Map<StrategyChoice, String> palette,
      String quantity) {
    List<Curve> curves = new ArrayList<>();
    Map<StrategyChoice, List<TrialResult>> trials = Summary.byChoice(study);
    for (StrategyChoice choice : drawn) {
      Curve.of(choice.toString(), palette.get(choice), trials.get(choice), quantity)
          .ifPresent(curves::add);
    }
    return curves;
  }

  private static List<Fact> facts(StudySpec spec) {
    return List.of(
        new Fact("data", spec.data()),
        new Fact("teacher", spec.teacher().network()),
        new Fact("student", spec.student().network()),
        new Fact("seeds", String.join(", ", spec.seeds().stream().map(String::valueOf).toList())));
  }

  private static List<String> warnings(RunRecord record) {
    List<String> warnings = new ArrayList<>();
    switch (record.status()) {
      case RUNNING -> warnings.add("The run has not ended: this page shows what was done so far.");
      case INTERRUPTED -> warnings.add("The run was interrupted: this page shows what was done.");
      case FAILED ->
          warnings.add("The run failed in part: what failed is missing from all numbers.");
      case COMPLETED -> {}
    }
    warnings.addAll(record.study().failures());
    Unlearnt.of(record.study())
        .ifPresent(l -> warnings.add(Character.toUpperCase(l.charAt(0)) + l.substring(1) + "."));
    return warnings;
  }

  private static List<String> names(StudyResult study) {
    return study.gallery().map(Gallery::classNames).orElse(List.of());
  }

  private static String cell(Table table, String name, int row) {
    var column = table.column(name);
    if (column.isMissing(row)) {
      return name.equals("options") ? "" : Numbers.NONE;
    }
    return column.get(row) instanceof Double number
        ? Numbers.fixed(name.endsWith("seconds") ? "%.1f" : "%.4f", number)
        : String.valueOf(column.get(row));
  }

  private static List<Fact> provenance(RunRecord record) {
    DateTimeFormatter time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("command", String.join(" ", record.commandLine())));
    facts.add(new Fact("started", time.format(record.started())));
    facts.add(new Fact("ended", record.ended().map(time::format).orElse(Numbers.NONE)));
    facts.add(new Fact("status", record.status().name().toLowerCase(Locale.ROOT)));
    facts.add(new Fact("wall time", Numbers.seconds(record.study().wallSeconds())));
    add(facts, record.versions());
    add(facts, record.machine());
    add(facts, record.settings());
    facts.add(new Fact("config SHA-256", record.configHash()));
    List<String> data = record.study().dataFingerprints();
    IntStream.range(0, data.size())
        .forEach(i -> facts.add(new Fact("data fingerprint " + (i + 1), data.get(i))));
    return facts;
  }

  private static void add(List<Fact> facts, SortedMap<String, String> more) {
    more.forEach((name, value) -> facts.add(new Fact(name, value)));
  }
}
