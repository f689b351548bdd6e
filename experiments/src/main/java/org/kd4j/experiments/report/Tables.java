package org.kd4j.experiments.report;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.kd4j.core.evaluation.GuideMeasures;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.statistics.WilcoxonSignedRank;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvWriteOptions;

/**
 * A study's numbers as Tablesaw tables. Accuracies are shares from 0 to 1; what was not measured is
 * missing.
 */
public final class Tables {
  private Tables() {}

  /**
   * Gets the libraries that write records ready on a thread of their own: when first used, Tablesaw
   * scans the class path for half a second and Jackson takes as long to look at a record, which is
   * better spent beside the start than while trials wait.
   */
  public static void prepare() {
    Runnable ready =
        () -> {
          Json.prepare();
          Table.create("");
        };
    Thread thread = new Thread(ready, "tables");
    thread.setDaemon(true);
    thread.start();
  }

  /** One row per trial: what {@code results.csv} holds. */
  public static Table trials(StudyResult result) {
    List<TrialResult> trials = result.trials();
    Columns<TrialResult> c = new Columns<>(trials);
    c.text("task", t -> result.spec().name());
    c.text("data", t -> result.spec().data());
    c.text("teacher", TrialResult::teacher);
    c.text("student", TrialResult::student);
    c.text("strategy", t -> t.choice().strategy());
    c.text("options", t -> t.choice().optionsText());
    c.whole("seed", TrialResult::seed);
    c.whole("parameters", t -> t.complexity().parameters());
    c.number("test_accuracy", t -> t.test().accuracy());
    c.whole("test_errors", t -> t.test().errors());
    c.number("test_nll", t -> t.test().nll());
    c.number("test_ece", t -> t.test().ece());
    c.number("validation_accuracy", t -> t.validationAccuracy().orElse(Double.NaN));
    c.number("agreement", t -> guide(t, GuideMeasures::agreement));
    c.number("train_seconds", TrialResult::trainSeconds);
    c.number("wall_seconds", TrialResult::wallSeconds);
    c.whole("reused_phases", TrialResult::reusedPhases);
    c.number("test_brier", t -> t.test().brier());
    c.number("best_validation_accuracy", t -> t.bestValidationAccuracy().orElse(Double.NaN));
    c.number("guide_kl", t -> guide(t, GuideMeasures::kl));
    c.number("repeated_errors", t -> guide(t, GuideMeasures::repeatedErrors));
    c.whole("multiply_adds", t -> t.complexity().multiplyAdds());
    c.number("latency_ms", TrialResult::latencyMillis);
    c.number("test_macro_f1", t -> t.test().macroF1());
    c.number("test_matthews", t -> t.test().matthews());
    c.whole(
        "adapter_parameters",
        t -> t.phases().stream().mapToLong(PhaseReport::adapterParameters).sum());
    return c.table("trials");
  }

  /**
   * One row per strategy with options, the teacher first where it is known; what a strategy reports
   * beside what it deploys follows it, under its own name. The verdict is {@link Verdict}'s; the
   * detectable difference and the seeds needed are for a chance of 0.8 at the strictest level of
   * the correction; the signed-rank p and the BCa interval are there from 8 seeds on.
   */
  public static Table summary(StudyResult result) {
    return summary(Summary.of(result));
  }

  static Table summary(Summary summary) {
    List<Summary.Row> rows = summary.lines();
    Columns<Summary.Row> c = new Columns<>(rows);
    c.text("strategy", r -> r.choice().strategy());
    c.text("options", r -> r.choice().optionsText());
    c.text("kind", r -> r.kind().name().toLowerCase(Locale.ROOT));
    c.whole("seeds", r -> r.accuracy().n());
    c.number("accuracy", r -> r.accuracy().value());
    c.number("accuracy_half_width", r -> r.accuracy().halfWidth());
    c.number("difference", r -> difference(r, d -> d.mean().value()));
    c.number("difference_half_width", r -> difference(r, d -> d.mean().halfWidth()));
    c.number("p", r -> difference(r, PairedDifference::p));
    c.number("p_holm", Summary.Row::holm);
    c.text("verdict", r -> r.verdict().map(Verdict::words).orElse(""));
    c.number("errors", Summary.Row::errors);
    c.number("nll", Summary.Row::nll);
    c.number("ece", Summary.Row::ece);
    c.number("parameters", Summary.Row::parameters);
    c.number("multiply_adds", Summary.Row::multiplyAdds);
    c.number("train_seconds", Summary.Row::trainSeconds);
    double level = summary.strictestLevel();
    c.number("effect_size", r -> difference(r, d -> d.effectSize().hedges()));
    c.number("detectable_difference", r -> difference(r, d -> d.detectable(level)));
    c.number("seeds_needed", r -> difference(r, d -> d.seedsNeeded(level)));
    c.number("test_samples_low", r -> r.overTestSamples().low());
    c.number("test_samples_high", r -> r.overTestSamples().high());
    c.number("wilcoxon_p", r -> difference(r, Tables::wilcoxon));
    c.number("bca_low", r -> difference(r, d -> d.bootstrap().low()));
    c.number("bca_high", r -> difference(r, d -> d.bootstrap().high()));
    return c.table("summary");
  }

  /** A table as CSV: full precision, empty where missing, lines end with {@code \n}. */
  public static String csv(Table table) {
    StringWriter text = new StringWriter();
    table.write().usingOptions(CsvWriteOptions.builder(text).lineEnd("\n").build());
    return text.toString();
  }

  private static double guide(TrialResult trial, ToDoubleFunction<GuideMeasures> of) {
    return trial.guide().map(of::applyAsDouble).orElse(Double.NaN);
  }

  private static double wilcoxon(PairedDifference difference) {
    return difference.signedRank().map(WilcoxonSignedRank::p).orElse(Double.NaN);
  }

  private static double difference(Summary.Row row, ToDoubleFunction<PairedDifference> of) {
    Optional<PairedDifference> difference = row.difference();
    return difference.map(of::applyAsDouble).orElse(Double.NaN);
  }

  /** Columns over rows; a missing number is NaN. */
  private record Columns<T>(List<T> rows, List<Column<?>> made) {
    Columns(List<T> rows) {
      this(rows, new ArrayList<>());
    }

    void text(String name, Function<T, String> of) {
      made.add(StringColumn.create(name, rows.stream().map(of).toList()));
    }

    void whole(String name, ToLongFunction<T> of) {
      made.add(LongColumn.create(name, rows.stream().mapToLong(of).toArray()));
    }

    void number(String name, ToDoubleFunction<T> of) {
      made.add(DoubleColumn.create(name, rows.stream().mapToDouble(of).toArray()));
    }

    Table table(String name) {
      return Table.create(name, made.toArray(Column<?>[]::new));
    }
  }
}
