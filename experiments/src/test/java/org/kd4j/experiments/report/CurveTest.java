package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyDraft;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.TrialResult;

/** Curves of what was really trained. */
class CurveTest {
  private static final Distillation KNOWN = Distillation.discovered();

  /** Who is deployed learns beside others that the phase measures too. */
  @Test
  void theCurveOfARowIsTheDeployedNetworksOwn() {
    StudyDraft draft =
        StudyDraft.empty(KNOWN, "curves").strategies(List.of("scratch", "mutual", "online"));
    for (String value :
        List.of(
            "data=strokes:10",
            "data.train=400",
            "seeds=1",
            "epochs=2",
            "batch=20",
            "teacher=mlp:12",
            "student=mlp:8",
            "mutual.peers=3")) {
      draft.override(value);
    }
    RunSettings settings =
        new RunSettings(Optional.empty(), false, Optional.empty(), 1, "cpu", true);
    StudyResult result =
        new StudyRunner(KNOWN, Map.of()).run(draft.complete(), settings, StudyListener.NONE);
    for (TrialResult trial : result.trials()) {
      double[] mean =
          Curve.of("row", "hue0", List.of(trial), EpochMetrics.VALIDATION_ACCURACY)
              .orElseThrow()
              .mean();
      assertThat(mean[mean.length - 1])
          .describedAs(trial.choice().toString())
          .isEqualTo(trial.validationAccuracy().orElseThrow());
    }
    TrialResult mutual = result.trials().get(1);
    assertThat(mutual.phases().get(0).roles())
        .containsExactly(
            Map.entry("peer-2", "peer-2"),
            Map.entry("peer-3", "peer-3"),
            Map.entry("student", "peer"));
  }
}
