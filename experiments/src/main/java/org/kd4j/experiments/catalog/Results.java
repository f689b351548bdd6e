package org.kd4j.experiments.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.kd4j.core.evaluation.GuideMeasures;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * What an experiment's studies came to, to be asked for numbers by seed. What is not there, because
 * a trial failed, say, is missing in what is returned.
 *
 * @param setup of the run
 * @param studies in the order of {@link Experiment#studies}
 */
public record Results(Setup setup, List<StudyResult> studies) {
  private static final String TEACHER = "teacher";

  /** Copies. */
  public Results {
    studies = List.copyOf(studies);
  }

  /** A study by its name. */
  public StudyResult study(String name) {
    return studies.stream()
        .filter(s -> s.spec().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no study '" + name + "'"));
  }

  /**
   * A number of each trial of a row.
   *
   * @param study by name
   * @param row as {@link StrategyChoice#parse} reads it
   * @param of the number
   */
  public SortedMap<Long, Double> of(String study, String row, ToDoubleFunction<TrialResult> of) {
    StrategyChoice choice = StrategyChoice.parse(row);
    SortedMap<Long, Double> values = new TreeMap<>();
    study(study).trials().stream()
        .filter(trial -> trial.choice().equals(choice))
        .forEach(trial -> values.put(trial.seed(), of.applyAsDouble(trial)));
    return values;
  }

  /** Accuracies of what a row deploys. */
  public SortedMap<Long, Double> accuracy(String study, String row) {
    return of(study, row, trial -> trial.test().accuracy());
  }

  /** Wrong predictions of what a row deploys. */
  public SortedMap<Long, Double> errors(String study, String row) {
    return of(study, row, trial -> trial.test().errors());
  }

  /** A measure of something a row reports beside what it deploys. */
  public SortedMap<Long, Double> beside(
      String study, String row, String name, ToDoubleFunction<Measures> of) {
    return of(
        study,
        row,
        t -> Optional.ofNullable(t.others().get(name)).map(of::applyAsDouble).orElse(Double.NaN));
  }

  /** A measure of how a row's student follows its guide. */
  public SortedMap<Long, Double> guide(
      String study, String row, ToDoubleFunction<GuideMeasures> of) {
    return of(study, row, t -> t.guide().map(of::applyAsDouble).orElse(Double.NaN));
  }

  /** What a study measures beside, by {@code measurement.name}. */
  public SortedMap<Long, Double> measured(String study, String row, String name) {
    return of(study, row, t -> t.measured().getOrDefault(name, Double.NaN));
  }

  /** A measure of a study's standard teacher, from whichever row reports it. */
  public SortedMap<Long, Double> teacher(String study, ToDoubleFunction<Measures> of) {
    SortedMap<Long, Double> values = new TreeMap<>();
    for (TrialResult trial : study(study).trials()) {
      Measures teacher = trial.others().get(TEACHER);
      if (teacher != null) {
        values.put(trial.seed(), of.applyAsDouble(teacher));
      }
    }
    return values;
  }

  /** The mean of values by seed; NaN without any. */
  public static double mean(Map<Long, Double> values) {
    return values.values().stream()
        .filter(v -> !v.isNaN())
        .mapToDouble(v -> v)
        .average()
        .orElse(Double.NaN);
  }

  /** The name of the highest mean, the first of equals; empty where all are missing. */
  public static Optional<String> highest(Map<String, SortedMap<Long, Double>> rows) {
    return rows.entrySet().stream()
        .filter(e -> !Double.isNaN(mean(e.getValue())))
        .reduce((a, b) -> mean(b.getValue()) > mean(a.getValue()) ? b : a)
        .map(Map.Entry::getKey);
  }

  /** What the data is: sets, rows, and whether it is what the paper has. */
  public String data() {
    String sets =
        studies.stream()
            .map(
                s ->
                    s.spec().data()
                        + s.spec().split().train().map(n -> ", " + n + " training rows").orElse(""))
            .distinct()
            .collect(Collectors.joining("; "));
    boolean embedded =
        studies.stream().allMatch(s -> s.spec().data().matches("(strokes|frames|phrases).*"));
    return sets + (embedded ? " (embedded, generated)" : "");
  }
}
