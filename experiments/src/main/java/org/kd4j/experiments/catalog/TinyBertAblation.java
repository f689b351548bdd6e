package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/**
 * TinyBERT with each of its terms left out and with each layer map (Jiao et al. 2020, tables 3 and
 * 4), and what its student costs beside the teacher and DistilBERT's student, which is as wide as
 * its teacher. All that is compared has the student's epochs.
 */
public final class TinyBertAblation implements Experiment {
  private static final String WHOLE = "TinyBERT";
  private static final String ALONE = "student alone";
  private static final String TINY = "tinybert";
  private static final String DISTIL = "distilbert";
  private static final String TEACHER = "teacher";
  private static final String UNIFORM = "uniform map";

  /** A row of the ablation: how it is run, and the paper's mean of MNLI, MRPC and CoLA. */
  private record Part(String row, String paper) {}

  private static final Map<String, Part> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("without embedding", new Part("tinybert embeddingWeight=0", "74.1"));
    PARTS.put("without hidden states", new Part("tinybert hiddenWeight=0", "72.9"));
    PARTS.put("without attention", new Part("tinybert attentionWeight=0", "71.0"));
    PARTS.put(
        "without hidden states and attention",
        new Part("tinybert hiddenWeight=0 attentionWeight=0", "56.3"));
    PARTS.put(
        "without all layers",
        new Part("tinybert embeddingWeight=0 hiddenWeight=0 attentionWeight=0", ""));
    PARTS.put("without prediction", new Part("tinybert predictionWeight=0 hardWeight=1", "73.5"));
  }

  private static final Map<String, Part> MAPS =
      Map.of(
          "top map", new Part("tinybert taps=top", "70.9"),
          "bottom map", new Part("tinybert taps=bottom", "71.3"));

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new TinyBertAblation());
  }

  @Override
  public String name() {
    return "tinybert-ablation";
  }

  @Override
  public String summary() {
    return "Jiao et al. 2020 (TinyBERT): each term left out, each layer map, and what the student"
        + " costs";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    String teacher =
        setup.pick(
            "transformer:2x16,heads=2", "transformer:4x64,heads=4", "transformer:6x384,heads=6");
    String narrow =
        setup.pick(
            "transformer:1x8,heads=2", "transformer:2x32,heads=4", "transformer:2x192,heads=6");
    String wide =
        setup.pick(
            "transformer:1x16,heads=2", "transformer:2x64,heads=4", "transformer:3x384,heads=6");
    int epochs = setup.pick(2, 10, 8);
    Basis tiny =
        new Basis(
            text(setup),
            Nets.transformer(teacher, setup.pick(epochs, 6, epochs)),
            Nets.transformer(narrow, epochs),
            setup.seeds(5));
    return List.of(
        tiny.study(TINY, rows()),
        tiny.withStudent(Nets.transformer(wide, epochs)).study(DISTIL, "scratch", "distilbert"),
        tiny.withStudent(Nets.transformer(teacher, epochs)).study(TEACHER, "scratch"));
  }

  /**
   * The teacher reads five times the sentences that students do where there are so many, for it has
   * no pretraining to know more by: from as many as they have it learns no more than they.
   */
  private static Setup.Data text(Setup setup) {
    Setup.Data data = setup.text(2000);
    return setup.budget() == Budget.QUICK && data.set().equals("sst2")
        ? data.with(data.split().withTrain(Optional.of(11_000)).withTransfer(2000))
        : data;
  }

  private static List<String> rows() {
    List<String> rows = new ArrayList<>(List.of("scratch", "offline", "tinybert"));
    PARTS.values().forEach(part -> rows.add(part.row()));
    MAPS.values().stream().map(Part::row).sorted().forEach(rows::add);
    return rows;
  }

  @Override
  public Findings findings(Results results) {
    Table accuracy =
        Table.of("test accuracy, %; the paper's is a mean of three tasks", Scale.ACCURACY)
            .family(TINY)
            .row("teacher", "", results.teacher(TINY, Measures::accuracy))
            .row(ALONE, "", results.accuracy(TINY, "scratch"))
            .row("soft targets", "", results.accuracy(TINY, "offline"), ALONE)
            .row(WHOLE, "75.6", results.accuracy(TINY, "tinybert"), ALONE);
    for (Map.Entry<String, Part> part : PARTS.entrySet()) {
      accuracy = compared(accuracy, results, part.getKey(), part.getValue(), WHOLE);
    }
    Table maps =
        Table.of("layer maps: test accuracy, %", Scale.ACCURACY)
            .family(TINY)
            .row(UNIFORM, "75.6", results.accuracy(TINY, "tinybert"));
    for (String map : List.of("top map", "bottom map")) {
      maps = compared(maps, results, map, MAPS.get(map), UNIFORM);
    }
    Table distil =
        Table.of("beside DistilBERT's student: test accuracy, %", Scale.ACCURACY)
            .row("DistilBERT's student alone", "", results.accuracy(DISTIL, "scratch"))
            .row(
                "DistilBERT",
                "71.9",
                results.accuracy(DISTIL, "distilbert"),
                "DistilBERT's student alone");
    Table parameters =
        costs(results, "thousand parameters", t -> t.complexity().parameters() / 1e3);
    Table latency =
        costs(results, "milliseconds for one text on this CPU", TrialResult::latencyMillis);
    return new Findings(
        List.of(accuracy, maps, distil, parameters, latency),
        List.of(less(results)),
        "networks are small and trained from random weights on the task's text alone: no published"
            + " BERT, no general distillation, no augmentation; at the quick budget the teacher"
            + " reads five times the sentences that students do, alone or taught; ours is one task,"
            + " "
            + results.data()
            + ", where the paper's numbers are means over MNLI, MRPC and CoLA, or over GLUE for"
            + " DistilBERT's four layers. Without hidden states and attention most of the paper's"
            + " loss is that of an initialisation, as its authors say: its student then begins at"
            + " random, as here every student does. Terms' weights and shares of epochs are the"
            + " strategy's defaults; without layers predictions have all epochs.");
  }

  private static Table compared(
      Table table, Results results, String what, Part part, String against) {
    return table.row(what, part.paper(), results.accuracy(TINY, part.row()), against);
  }

  private static Table costs(Results results, String title, ToDoubleFunction<TrialResult> of) {
    return Table.of(title, Scale.NUMBER)
        .row("teacher", "", results.of(TEACHER, "scratch", of))
        .row("DistilBERT's student", "", results.of(DISTIL, "distilbert", of))
        .row("TinyBERT's student", "", results.of(TINY, "tinybert", of));
  }

  private static String less(Results results) {
    return String.format(
        "TinyBERT's student saves, of the teacher's parameters: %s; of its time: %s. Of those of"
            + " DistilBERT's student it saves: %s; and: %s (in the paper 78 %% and 83 %%, of"
            + " networks of four and six layers). Shares are formed seed by seed.",
        saved(results, TEACHER, "scratch", t -> t.complexity().parameters()),
        saved(results, TEACHER, "scratch", TrialResult::latencyMillis),
        saved(results, DISTIL, "distilbert", t -> t.complexity().parameters()),
        saved(results, DISTIL, "distilbert", TrialResult::latencyMillis));
  }

  private static String saved(
      Results results, String study, String row, ToDoubleFunction<TrialResult> of) {
    return Ratio.less(results.of(TINY, "tinybert", of), results.of(study, row, of)).told();
  }
}
