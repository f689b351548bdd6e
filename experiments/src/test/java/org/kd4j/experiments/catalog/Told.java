package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kd4j.core.evaluation.Confusion;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.core.network.Complexity;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/** An experiment told of numbers that are made up, where its sentences are what is looked at. */
final class Told {
  private static final int TEST = 2_000;
  private final Experiment experiment;
  private final Setup setup;
  private final Map<String, List<TrialResult>> trials = new TreeMap<>();

  private Told(Experiment experiment, Setup setup) {
    this.experiment = experiment;
    this.setup = setup;
  }

  /** Nothing yet of an experiment at the quick budget with these sets at hand. */
  static Told of(Experiment experiment, String... sets) {
    return new Told(experiment, new Setup(Budget.QUICK, new TreeSet<>(List.of(sets))));
  }

  /** A row's accuracy at seeds 1, 2, …; the teacher's stands beside where it is not NaN. */
  Told row(String study, String row, double teacher, double... accuracy) {
    for (int i = 0; i < accuracy.length; i++) {
      add(study, row, i + 1, teacher, accuracy[i], Map.of());
    }
    return this;
  }

  /** A row with something measured of it at a seed. */
  Told measured(String study, String row, long seed, Map<String, Double> measured) {
    return add(study, row, seed, Double.NaN, 0.5, measured);
  }

  private Told add(
      String study,
      String row,
      long seed,
      double teacher,
      double accuracy,
      Map<String, Double> measured) {
    SortedMap<String, Measures> others = new TreeMap<>();
    if (!Double.isNaN(teacher)) {
      others.put("teacher", measures(teacher + 1e-4 * seed));
    }
    trials
        .computeIfAbsent(study, absent -> new ArrayList<>())
        .add(
            new TrialResult(
                StrategyChoice.parse(row),
                seed,
                "teacher",
                "student",
                new Complexity(1000, 900),
                measures(accuracy),
                Optional.empty(),
                Optional.empty(),
                Optional.of(accuracy),
                Optional.empty(),
                Optional.empty(),
                others,
                1,
                10,
                10,
                List.of(phase("teacher", 90), phase("student", 60)),
                new TreeMap<>(),
                new TreeMap<>(measured),
                List.of()));
    return this;
  }

  private static Measures measures(double accuracy) {
    int errors = (int) Math.round(TEST * (1 - accuracy));
    Confusion confusion = Confusion.of(new int[][] {{TEST - errors, errors}, {0, 0}});
    return new Measures(TEST, accuracy, errors, 1, 0.1, 0.5, confusion);
  }

  private static PhaseReport phase(String line, long steps) {
    return new PhaseReport(
        line,
        line,
        new TreeMap<>(Map.of(line, "1·hard")),
        new TreeMap<>(Map.of(line, line)),
        new TreeMap<>(),
        List.of(),
        "done",
        5,
        5,
        steps,
        false,
        "",
        0L,
        Optional.of(2e9));
  }

  Results results() {
    List<StudyResult> studies = new ArrayList<>();
    for (StudySpec spec : experiment.studies(setup)) {
      List<TrialResult> of = trials.getOrDefault(spec.name(), List.of());
      studies.add(new StudyResult(spec, List.of(), of, List.of(), Optional.empty(), 1));
    }
    return new Results(setup, studies);
  }

  Findings findings() {
    return experiment.findings(results());
  }

  /** The notes as one text. */
  String notes() {
    return String.join("\n", findings().notes());
  }

  /** A row of a table, both by the beginning of their names. */
  Findings.Line line(String table, String row) {
    Findings findings = findings();
    return findings.tables().stream()
        .filter(t -> t.title().startsWith(table))
        .flatMap(t -> findings.lines(t).stream())
        .filter(l -> l.row().what().startsWith(row))
        .findFirst()
        .orElseThrow();
  }
}
