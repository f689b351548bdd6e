package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.core.network.Complexity;
import org.kd4j.experiments.statistics.Bootstrap;
import org.kd4j.experiments.statistics.Holm;
import org.kd4j.experiments.statistics.Interval;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.Hits;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * The comparison a study was run for: a row per strategy with its options, averaged over seeds and
 * set against {@code scratch}, the student taught by nobody.
 *
 * @param teacher the standard teacher, for reference; empty where no trial reported it
 * @param rows in the order asked; those without any finished trial are missing
 * @param beside what rows report beside what they deploy, by row
 * @param seeds that were asked for
 * @param comparisons p-values that the Holm correction takes together
 */
public record Summary(
    Optional<Row> teacher,
    List<Row> rows,
    Map<StrategyChoice, List<Row>> beside,
    int seeds,
    int comparisons) {
  /** Id of the strategy that others are compared with. */
  public static final String SCRATCH = "scratch";

  /** What strategies call the standard teacher among what they report beside. */
  static final String TEACHER = "teacher";

  /** What a row is in the comparison. */
  public enum Kind {
    /** The teacher: shown, not compared. */
    REFERENCE,
    /** The student taught by nobody: the others' differences are to it. */
    BASELINE,
    /** A strategy. */
    COMPARED,
    /** What a strategy reports beside what it deploys: shown below it, not compared. */
    BESIDE;

    /** Whether it takes part in the comparison. */
    public boolean compared() {
      return this == BASELINE || this == COMPARED;
    }
  }

  /**
   * A row, means over seeds.
   *
   * @param kind what it is in the comparison
   * @param choice strategy and options
   * @param accuracy share of right predictions on the test split
   * @param difference of accuracy to the baseline, paired by seed; empty without a baseline
   * @param holm p of the difference after correction; NaN where there is none
   * @param overTestSamples interval of the difference over choices of test samples, the networks as
   *     they are; none where trials do not say which samples they got right
   * @param errors wrong predictions on the test split
   * @param nll negative log-likelihood, nats
   * @param ece expected calibration error
   * @param parameters of what is deployed; NaN where not known
   * @param multiplyAdds of a forward of one sample; NaN where not known
   * @param trainSeconds of all phases it rests on, summed, whether or not they ran at a time; NaN
   *     where not known
   */
  public record Row(
      Kind kind,
      StrategyChoice choice,
      Mean accuracy,
      Optional<PairedDifference> difference,
      double holm,
      Interval overTestSamples,
      double errors,
      double nll,
      double ece,
      double parameters,
      double multiplyAdds,
      double trainSeconds) {

    /** What the difference says; empty for rows that are not compared. */
    public Optional<Verdict> verdict() {
      return difference.map(d -> Verdict.of(d, holm));
    }

    private Row holm(double corrected) {
      return new Row(
          kind,
          choice,
          accuracy,
          difference,
          corrected,
          overTestSamples,
          errors,
          nll,
          ece,
          parameters,
          multiplyAdds,
          trainSeconds);
    }
  }

  /** The comparison of a study's trials. */
  public static Summary of(StudyResult result) {
    Map<StrategyChoice, List<TrialResult>> trials = byChoice(result);
    Optional<StrategyChoice> baseline =
        trials.keySet().stream()
            .filter(c -> c.strategy().equals(SCRATCH))
            .min(Comparator.comparingInt(c -> c.options().size()));
    List<TrialResult> scratch = baseline.map(trials::get).orElse(List.of());
    SortedMap<Long, Double> reference = accuracies(scratch);
    List<Row> rows = new ArrayList<>();
    trials.forEach(
        (choice, of) -> {
          boolean compared = baseline.isPresent() && !baseline.get().equals(choice);
          rows.add(
              row(
                  baseline.equals(Optional.of(choice)) ? Kind.BASELINE : Kind.COMPARED,
                  choice,
                  of,
                  compared
                      ? Optional.of(PairedDifference.of(accuracies(of), reference))
                      : Optional.empty(),
                  compared ? overTestSamples(of, scratch) : Interval.NONE));
        });
    double[] p =
        rows.stream()
            .mapToDouble(r -> r.difference().map(PairedDifference::p).orElse(Double.NaN))
            .toArray();
    double[] holm = Holm.corrected(p);
    for (int i = 0; i < holm.length; i++) {
      rows.set(i, rows.get(i).holm(holm[i]));
    }
    int comparisons = Holm.comparisons(p);
    Map<StrategyChoice, List<Row>> beside = new LinkedHashMap<>();
    trials.forEach((choice, of) -> beside.put(choice, beside(of)));
    return new Summary(teacher(result), rows, beside, result.spec().seeds().size(), comparisons);
  }

  /**
   * All that is shown, in order: the teacher, then every row with what it reports beside it, whose
   * rows have the reported name for a strategy.
   */
  public List<Row> lines() {
    List<Row> lines = new ArrayList<>(teacher.stream().toList());
    for (Row row : rows) {
      lines.add(row);
      lines.addAll(beside.getOrDefault(row.choice(), List.of()));
    }
    return lines;
  }

  /** The same with the rows of the highest mean accuracy first; of equals, the one asked first. */
  public Summary ranked() {
    List<Row> best = new ArrayList<>(rows);
    best.sort(Comparator.comparingDouble(row -> -row.accuracy().value()));
    return new Summary(teacher, best, beside, seeds, comparisons);
  }

  /** The level of a single test under which the correction is sure to leave it below 0.05. */
  public double strictestLevel() {
    return Holm.strictest(Verdict.LEVEL, comparisons);
  }

  /** The baseline's row. */
  public Optional<Row> baseline() {
    return rows.stream().filter(r -> r.kind() == Kind.BASELINE).findFirst();
  }

  /** The row of the highest mean accuracy, the first of equals; empty without rows. */
  public Optional<Row> best() {
    return rows.stream().reduce((a, b) -> b.accuracy().value() > a.accuracy().value() ? b : a);
  }

  /** A study's trials by row, in the order asked. */
  static Map<StrategyChoice, List<TrialResult>> byChoice(StudyResult result) {
    Map<StrategyChoice, List<TrialResult>> trials = new LinkedHashMap<>();
    for (StrategyChoice choice : result.spec().strategies()) {
      List<TrialResult> of =
          result.trials().stream()
              .filter(t -> t.choice().equals(choice))
              .sorted(Comparator.comparingLong(TrialResult::seed))
              .toList();
      if (!of.isEmpty()) {
        trials.put(choice, of);
      }
    }
    return trials;
  }

  private static SortedMap<Long, Double> accuracies(List<TrialResult> trials) {
    SortedMap<Long, Double> accuracies = new TreeMap<>();
    trials.forEach(t -> accuracies.put(t.seed(), t.test().accuracy()));
    return accuracies;
  }

  /** Over the seeds both rows have; none if any of them does not say which samples it got right. */
  private static Interval overTestSamples(List<TrialResult> row, List<TrialResult> reference) {
    Map<Long, TrialResult> others = new TreeMap<>();
    reference.forEach(t -> others.put(t.seed(), t));
    List<TrialResult> paired = row.stream().filter(t -> others.containsKey(t.seed())).toList();
    List<TrialResult> with = paired.stream().map(t -> others.get(t.seed())).toList();
    boolean known =
        Stream.concat(paired.stream(), with.stream()).allMatch(t -> t.hits().isPresent());
    return paired.isEmpty() || !known
        ? Interval.NONE
        : Bootstrap.overTestSamples(hits(paired), hits(with));
  }

  private static boolean[][] hits(List<TrialResult> trials) {
    return trials.stream()
        .flatMap(t -> t.hits().stream())
        .map(Hits::toArray)
        .toArray(boolean[][]::new);
  }

  private static Row row(
      Kind kind,
      StrategyChoice choice,
      List<TrialResult> of,
      Optional<PairedDifference> difference,
      Interval overTestSamples) {
    return new Row(
        kind,
        choice,
        mean(of, t -> t.test().accuracy()),
        difference,
        Double.NaN,
        overTestSamples,
        mean(of, t -> t.test().errors()).value(),
        mean(of, t -> t.test().nll()).value(),
        mean(of, t -> t.test().ece()).value(),
        mean(of, t -> t.complexity().parameters()).value(),
        mean(of, t -> t.complexity().multiplyAdds()).value(),
        mean(of, TrialResult::trainSeconds).value());
  }

  /** By the teacher's seed, a trial that reports the standard teacher, of whichever row. */
  private static SortedMap<Long, TrialResult> withTeacher(StudyResult result) {
    SortedMap<Long, TrialResult> bySeed = new TreeMap<>();
    for (TrialResult trial : result.trials()) {
      if (trial.others().containsKey(TEACHER)) {
        bySeed.putIfAbsent(result.spec().teacherSeed().orElse(trial.seed()), trial);
      }
    }
    return bySeed;
  }

  /** What the study's standard teacher does at a trial's seed; empty where no row reports it. */
  static Optional<Measures> teacherAt(StudyResult result, TrialResult trial) {
    return Optional.ofNullable(
            withTeacher(result).get(result.spec().teacherSeed().orElse(trial.seed())))
        .flatMap(with -> Optional.ofNullable(with.others().get(TEACHER)));
  }

  /** The teacher as trials report it: once a seed, or once where one teacher serves all seeds. */
  private static Optional<Row> teacher(StudyResult result) {
    SortedMap<Long, TrialResult> bySeed = withTeacher(result);
    if (bySeed.isEmpty()) {
      return Optional.empty();
    }
    List<TrialResult> trials = List.copyOf(bySeed.values());
    double seconds = mean(trials, Summary::teacherSeconds).value();
    return Optional.of(
        other(
            Kind.REFERENCE,
            TEACHER,
            trials,
            teacherCost(result, Complexity::parameters),
            teacherCost(result, Complexity::multiplyAdds),
            seconds));
  }

  /** The teacher is one network for all seeds, and recorded with the first. */
  private static double teacherCost(StudyResult result, ToDoubleFunction<Complexity> of) {
    return result.trials().stream()
        .flatMap(t -> t.portraits().stream())
        .flatMap(p -> p.teacher().stream())
        .mapToDouble(cost -> of.applyAsDouble(cost.complexity()))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** What all trials of a row report beside what they deploy, the standard teacher apart. */
  private static List<Row> beside(List<TrialResult> trials) {
    Set<String> names = new TreeSet<>(trials.get(0).others().keySet());
    trials.forEach(t -> names.retainAll(t.others().keySet()));
    names.remove(TEACHER);
    double unknown = Double.NaN;
    return names.stream()
        .map(name -> other(Kind.BESIDE, name, trials, unknown, unknown, unknown))
        .toList();
  }

  private static Row other(
      Kind kind,
      String name,
      List<TrialResult> trials,
      double parameters,
      double multiplyAdds,
      double seconds) {
    ToDoubleFunction<ToDoubleFunction<Measures>> average =
        of -> mean(trials, t -> of.applyAsDouble(t.others().get(name))).value();
    return new Row(
        kind,
        StrategyChoice.of(name),
        mean(trials, t -> t.others().get(name).accuracy()),
        Optional.empty(),
        Double.NaN,
        Interval.NONE,
        average.applyAsDouble(Measures::errors),
        average.applyAsDouble(Measures::nll),
        average.applyAsDouble(Measures::ece),
        parameters,
        multiplyAdds,
        seconds);
  }

  /** Durations of the phases that trained the teacher and nobody else. */
  private static double teacherSeconds(TrialResult trial) {
    DoubleStream own =
        trial.phases().stream()
            .filter(p -> p.learners().keySet().equals(Set.of(TEACHER)))
            .mapToDouble(PhaseReport::seconds);
    double[] seconds = own.toArray();
    return seconds.length == 0 ? Double.NaN : Arrays.stream(seconds).sum();
  }

  private static Mean mean(List<TrialResult> trials, ToDoubleFunction<TrialResult> of) {
    return Mean.of(trials.stream().mapToDouble(of).toArray());
  }
}
