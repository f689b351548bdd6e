package org.kd4j.experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/** Studies of a second or two, for real. */
final class TinyStudies {
  private TinyStudies() {}

  /** A study of two epochs on 300 digits. */
  static StudySpec study(
      String student, List<Long> seeds, Optional<Long> teacherSeed, String... rows) {
    List<StrategyChoice> choices = new ArrayList<>();
    for (String row : rows) {
      choices.add(StrategyChoice.of(row));
    }
    return new StudySpec(
        "tiny",
        "strokes:10,train=300,test=100",
        SplitSpec.DEFAULT,
        new NetworkPlan("mlp:16,dropout=0.2", 2, "shift:1", "adam", Optional.empty(), "cosine", 64),
        new NetworkPlan(student, 2, "none", "adam", Optional.empty(), "cosine", 64),
        choices,
        seeds,
        teacherSeed,
        0);
  }

  /** Runs it; an empty store trains everything anew. */
  static StudyResult run(
      Distillation distillation, StudySpec study, Optional<Path> store, int workers) {
    return run(distillation, study, store, workers, StudyListener.NONE);
  }

  /** Runs it while somebody watches. */
  static StudyResult run(
      Distillation distillation,
      StudySpec study,
      Optional<Path> store,
      int workers,
      StudyListener listener) {
    return new StudyRunner(distillation, Map.of())
        .run(
            study, new RunSettings(Optional.empty(), false, store, workers, "cpu", true), listener);
  }

  /** Plans it while somebody listens. */
  static StudyPlan plan(
      Distillation distillation, StudySpec study, Optional<Path> store, StudyListener listener) {
    return new StudyRunner(distillation, Map.of())
        .plan(study, new RunSettings(Optional.empty(), false, store, 1, "cpu", true), listener);
  }

  /** What a trial found, without what it took. */
  static List<String> findings(StudyResult result) {
    return result.trials().stream().map(TinyStudies::findings).toList();
  }

  private static String findings(TrialResult trial) {
    Measures test = trial.test();
    return String.join(
        " ",
        trial.choice().toString(),
        "seed " + trial.seed(),
        trial.student(),
        String.valueOf(trial.complexity()),
        test.accuracy() + " " + test.nll() + " " + test.ece() + " " + test.brier(),
        String.valueOf(test.confusion()),
        String.valueOf(trial.validationAccuracy()),
        String.valueOf(trial.guide()),
        String.valueOf(trial.phases().stream().map(p -> p.fingerprint() + p.history()).toList()));
  }
}
