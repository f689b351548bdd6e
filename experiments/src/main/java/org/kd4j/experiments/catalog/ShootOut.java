package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kd4j.core.base.SpecText;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.statistics.Friedman;
import org.kd4j.experiments.statistics.Nemenyi;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * Every strategy that fits, with its defaults, in three leagues: perceptrons, convolutional
 * networks and encoders of text. Students of a task have the same network, the same epochs and the
 * same first weights. Within a task rows are compared with the student alone; across tasks, from
 * five on, by Friedman's test and Nemenyi's critical difference of mean ranks.
 */
public final class ShootOut implements Experiment {
  private static final String ALONE = "student alone";

  /** Strategies that fit any images. */
  static final List<String> PERCEPTRONS =
      List.of(
          "scratch",
          "assistant",
          "assistant-path",
          "be-your-own-teacher",
          "born-again",
          "codistillation",
          "correlation-congruence",
          "crd",
          "curriculum-temperature",
          "defensive",
          "densely-guided",
          "dist",
          "dkd",
          "early-stopped-student",
          "early-stopped-teacher",
          "ensemble",
          "hints",
          "kdcl",
          "label-smoothing",
          "logit-matching",
          "multi-teacher",
          "mutual",
          "offline",
          "one",
          "online",
          "pkt",
          "rkd",
          "self",
          "similarity-preserving",
          "specialists",
          "standardized-logits",
          "teacher-free",
          "vid");

  /** Strategies that compare maps. */
  static final List<String> MAPS =
      List.of(
          "activation-boundaries",
          "attention-transfer",
          "factor-transfer",
          "fsp",
          "neuron-selectivity",
          "overhaul",
          "review",
          "simkd");

  /**
   * Strategies that fit encoders of text of one width, with two classes: those that {@code kd
   * compare --all} would take, terms over hidden states among them.
   */
  static final List<String> TEXTS =
      List.of(
          "scratch",
          "assistant",
          "assistant-path",
          "born-again",
          "codistillation",
          "correlation-congruence",
          "crd",
          "curriculum-temperature",
          "defensive",
          "densely-guided",
          "dist",
          "distilbert",
          "early-stopped-student",
          "early-stopped-teacher",
          "ensemble",
          "hints",
          "kdcl",
          "label-smoothing",
          "logit-matching",
          "minilm",
          "multi-teacher",
          "mutual",
          "offline",
          "online",
          "pkd",
          "pkt",
          "rkd",
          "self",
          "similarity-preserving",
          "standardized-logits",
          "teacher-free",
          "tinybert",
          "vid");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new ShootOut());
  }

  @Override
  public String name() {
    return "shoot-out";
  }

  @Override
  public String summary() {
    return "Every strategy that fits, in leagues, at equal epochs: ranked within a task, tested"
        + " across tasks";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    return Stream.of(perceptrons(setup), convolutional(setup), texts(setup))
        .flatMap(List::stream)
        .toList();
  }

  private static List<StudySpec> texts(Setup setup) {
    NetworkPlan teacher =
        Nets.transformer(
            setup.pick(
                "transformer:4x16,heads=2",
                "transformer:4x64,heads=4",
                "transformer:6x384,heads=6"),
            setup.pick(1, 6, 8));
    String student =
        setup.pick(
            "transformer:2x16,heads=2", "transformer:2x64,heads=4", "transformer:3x384,heads=6");
    Basis sentences =
        new Basis(setup.text(700), teacher, teacher.withNetwork(student), setup.seeds(3));
    return List.of(sentences.study("text", TEXTS));
  }

  private static List<StudySpec> perceptrons(Setup setup) {
    NetworkPlan teacher = Nets.teacher(setup, 200, 15);
    NetworkPlan student = Nets.student(setup, 50, 10);
    Basis digits = new Basis(setup.digits(1000), teacher, student, setup.seeds(5));
    Basis characters = digits.withData(setup.strokes(36, 1500));
    List<StudySpec> studies = new ArrayList<>();
    studies.add(digits.study("mlp-digits", PERCEPTRONS));
    if (setup.budget() != Budget.SMOKE) {
      studies.add(
          digits
              .withSplit(split -> split.withLabelNoise(0.3f))
              .study("mlp-digits-noisy", PERCEPTRONS));
      studies.add(
          digits
              .withSplit(split -> split.withTrain(Optional.of(300)))
              .study("mlp-digits-few", PERCEPTRONS));
      studies.add(characters.study("mlp-strokes-36", PERCEPTRONS));
      // Without real digits the first task is this one already: no task votes twice.
      if (!digits.data().equals(setup.strokes(10, 1000))) {
        studies.add(digits.withData(setup.strokes(10, 1000)).study("mlp-strokes-10", PERCEPTRONS));
      }
      if (setup.sets().contains("optdigits")) {
        studies.add(
            digits
                .withData(new Setup.Data("optdigits", characters.data().split()))
                .withTeacher(teacher.seeing("none"))
                .study("mlp-optdigits", PERCEPTRONS));
      }
    }
    return studies;
  }

  private static List<StudySpec> convolutional(Setup setup) {
    // Of one width, so that what compares maps entry by entry fits too.
    NetworkPlan teacher =
        Nets.convolutional(setup, residual(setup, setup.pick(20, 20, 56)))
            .withEpochs(setup.pick(1, 8, 160));
    NetworkPlan student =
        Nets.convolutional(setup, residual(setup, setup.pick(8, 8, 20)))
            .withEpochs(setup.pick(1, 5, 160));
    Basis photographs =
        new Basis(setup.photographs(600), teacher, student, setup.seeds(3))
            .withSplit(split -> split.withValidation(setup.pick(100, 500, 5000)));
    return List.of(photographs.study("cnn-photographs", convolutional()));
  }

  private static String residual(Setup setup, int layers) {
    return "resnet:" + layers + setup.pick(",width=0.125", ",width=0.25", "");
  }

  /** The ids of the league of perceptrons, then those that need convolutions. */
  static List<String> convolutional() {
    return Stream.concat(PERCEPTRONS.stream(), MAPS.stream()).toList();
  }

  @Override
  public Findings findings(Results results) {
    List<Table> tables = new ArrayList<>();
    for (var study : results.studies()) {
      String name = study.spec().name();
      Table table =
          Table.of(name + ": test accuracy, %", Scale.ACCURACY)
              .row(ALONE, "", results.accuracy(name, "scratch"));
      for (String row : ranked(results, name)) {
        if (!row.equals("scratch")) {
          table = table.row(row, "", results.accuracy(name, row), ALONE);
        }
      }
      tables.add(table);
    }
    List<String> notes = new ArrayList<>();
    Optional<Friedman> friedman = friedman(results, notes);
    friedman.ifPresent(test -> tables.add(ranks(results, test)));
    Optional<Nemenyi> across = friedman.flatMap(test -> across(test, notes));
    List<Findings.Ranking> rankings =
        across.stream()
            .map(test -> new Findings.Ranking("Perceptrons over tasks", PERCEPTRONS, test))
            .toList();
    return new Findings(
            tables,
            notes,
            "there is no one table to repeat; every strategy runs with its defaults, none is tuned;"
                + " the epochs of the deployed student are equal, what else a strategy trains is"
                + " its own affair (assistants, peers, generations), and so is what it deploys (an"
                + " ensemble is several networks); "
                + updates(results)
                + results.data()
                + ".")
        .ranking(rankings);
  }

  /** How long students learn, as a clause; empty where nothing is known. */
  private static String updates(Results results) {
    LongSummaryStatistics updates =
        results.studies().stream()
            .mapToLong(Results::updates)
            .filter(n -> n > 0)
            .summaryStatistics();
    return updates.getCount() == 0
        ? ""
        : "a student alone has "
            + updates.getMin()
            + " to "
            + updates.getMax()
            + " updates, so ranks are also of how fast a student learns; ";
  }

  /** The rows of a study, the highest mean first. */
  private static List<String> ranked(Results results, String study) {
    return results.study(study).spec().strategies().stream()
        .map(Object::toString)
        .sorted(
            Comparator.comparingDouble(row -> -Results.mean(results.accuracy(study, row).bySeed())))
        .toList();
  }

  /** Mean accuracies of the perceptrons, [task][row]. */
  private static double[][] scores(Results results) {
    return results.studies().stream()
        .map(s -> s.spec().name())
        .filter(name -> name.startsWith("mlp-"))
        .map(
            task ->
                PERCEPTRONS.stream()
                    .mapToDouble(row -> Results.mean(results.accuracy(task, row).bySeed()))
                    .toArray())
        .toArray(double[][]::new);
  }

  /** The test of differences of the perceptrons' mean ranks over tasks. */
  private static Optional<Friedman> friedman(Results results, List<String> notes) {
    double[][] scores = scores(results);
    boolean whole =
        Stream.of(scores).flatMapToDouble(java.util.Arrays::stream).noneMatch(Double::isNaN);
    if (scores.length < Friedman.FEWEST_TASKS || !whole) {
      notes.add(
          "Across tasks nothing is tested: that takes "
              + Friedman.FEWEST_TASKS
              + " tasks with a score of every row.");
      return Optional.empty();
    }
    Friedman friedman = Friedman.of(scores);
    notes.add(
        String.format(
            Locale.ROOT,
            "Across %d tasks of perceptrons: Friedman's χ² = %.1f, p = %.2g; Iman and Davenport's F"
                + " = %.2f, p %s.",
            friedman.tasks(),
            friedman.chiSquared(),
            friedman.p(),
            friedman.f(),
            Double.isNaN(friedman.fp())
                ? "not to be had"
                : String.format(Locale.ROOT, "= %.2g", friedman.fp())));
    String related = related(results);
    if (!related.isEmpty()) {
      notes.add(
          "The test takes tasks for independent, which these are not ("
              + related
              + "): there is less evidence than its p says.");
    }
    return Optional.of(friedman);
  }

  /** Sets that several tasks of perceptrons are cut from: {@code 3 of mnist, 2 of strokes}. */
  private static String related(Results results) {
    Map<String, Long> tasks =
        results.studies().stream()
            .filter(s -> s.spec().name().startsWith("mlp-"))
            .collect(
                Collectors.groupingBy(
                    s -> SpecText.parse(s.spec().data()).head(),
                    TreeMap::new,
                    Collectors.counting()));
    return tasks.entrySet().stream()
        .filter(set -> set.getValue() > 1)
        .map(set -> set.getValue() + " are of " + set.getKey())
        .collect(Collectors.joining(", "));
  }

  /** All rows against each other, which is only asked where the test says that some differ. */
  static Optional<Nemenyi> across(Friedman friedman, List<String> notes) {
    boolean rejected = Double.isInfinite(friedman.f()) || friedman.fp() < Verdict.LEVEL;
    if (!rejected) {
      notes.add(
          "That some rows differ over tasks is not detectable, so which ones is not asked"
              + " (Nemenyi).");
      return Optional.empty();
    }
    Nemenyi nemenyi = Nemenyi.of(friedman, Verdict.LEVEL);
    notes.add(
        String.format(
            Locale.ROOT,
            "Nemenyi's critical difference of mean ranks at 0.05: %.2f.",
            nemenyi.criticalDifference()));
    int scratch = PERCEPTRONS.indexOf("scratch");
    String apart =
        IntStream.range(0, PERCEPTRONS.size())
            .filter(row -> row != scratch && nemenyi.p(row, scratch) < Verdict.LEVEL)
            .mapToObj(PERCEPTRONS::get)
            .collect(Collectors.joining(", "));
    notes.add(
        "Mean ranks further than that from the student alone: "
            + (apart.isEmpty() ? "none" : apart)
            + ".");
    return Optional.of(nemenyi);
  }

  /** Mean ranks over the tasks of the perceptrons, the best first. */
  private static Table ranks(Results results, Friedman test) {
    double[][] scores = scores(results);
    List<Integer> order =
        IntStream.range(0, PERCEPTRONS.size())
            .boxed()
            .sorted(Comparator.comparing(test.meanRanks()::get))
            .toList();
    Table table =
        Table.of("mean rank over tasks of perceptrons, 1 = best", Scale.NUMBER).over("tasks");
    for (int row : order) {
      table = table.row(PERCEPTRONS.get(row), "", ranks(scores, row));
    }
    return table;
  }

  /** Ranks of a row by task. */
  private static java.util.SortedMap<Long, Double> ranks(double[][] scores, int row) {
    java.util.SortedMap<Long, Double> ranks = new java.util.TreeMap<>();
    for (int task = 0; task < scores.length; task++) {
      double rank = 0.5;
      for (double other : scores[task]) {
        rank += other > scores[task][row] ? 1 : other == scores[task][row] ? 0.5 : 0;
      }
      ranks.put((long) task, rank);
    }
    return ranks;
  }
}
