package org.kd4j.experiments.report;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * Teachers that are not detectably more accurate than the student alone, by the t-test paired by
 * seed: what such a study shows of its strategies, it does not show of passing on knowledge that a
 * student lacks.
 */
public final class NothingToTeach {
  private static final StrategyChoice ALONE = StrategyChoice.of(Summary.SCRATCH);

  private NothingToTeach() {}

  /**
   * Says so, with both accuracies.
   *
   * @return empty where the teacher is detectably better, where there is none, where no student is
   *     alone, and below two seeds
   */
  public static Optional<String> of(StudyResult study) {
    SortedMap<Long, Double> teacher = new TreeMap<>();
    SortedMap<Long, Double> alone = new TreeMap<>();
    for (TrialResult trial : study.trials()) {
      Measures of = trial.others().get(Summary.TEACHER);
      if (of != null) {
        teacher.put(trial.seed(), of.accuracy());
      }
      if (trial.choice().equals(ALONE)) {
        alone.put(trial.seed(), trial.test().accuracy());
      }
    }
    PairedDifference above = PairedDifference.of(teacher, alone);
    Verdict verdict = Verdict.of(above, above.p());
    boolean better = verdict == Verdict.BETTER;
    boolean untested = verdict == Verdict.NO_STATEMENT && !(above.mean().value() <= 0);
    if (above.mean().n() < 2 || better || untested) {
      return Optional.empty();
    }
    teacher.keySet().retainAll(alone.keySet());
    alone.keySet().retainAll(teacher.keySet());
    return Optional.of(
        String.format(
            "the teacher (%s %% right) is %s the student alone (%s %%; %s points): that distillation"
                + " passes on what a better teacher knows cannot be shown here",
            Numbers.percent(Mean.of(teacher).value()),
            verdict == Verdict.WORSE ? "worse than" : "not detectably better than",
            Numbers.percent(Mean.of(alone).value()),
            Numbers.points(above.mean())));
  }
}
