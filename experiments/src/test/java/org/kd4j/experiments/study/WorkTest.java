package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kd4j.core.wiring.Distillation;

/** What phases cost, told the same on every machine. */
class WorkTest {
  private static final Distillation KNOWN = Distillation.discovered();
  private static final int BATCH = 20;
  private static final int STEPS = 4; // 2 epochs of 40 rows

  /** Of perceptrons on 28×28 images with ten classes: products of their layers' sizes. */
  @Test
  void learnersCountThreeTimesAndGuidesOnce() {
    StudyDraft draft =
        StudyDraft.empty(KNOWN, "work").strategies(List.of("scratch", "offline", "multi-teacher"));
    for (String value :
        List.of(
            "data=strokes:10",
            "data.train=40",
            "seeds=1",
            "epochs=2",
            "batch=" + BATCH,
            "teacher=mlp:12",
            "student=mlp:4")) {
      draft.override(value);
    }
    RunSettings settings =
        new RunSettings(Optional.empty(), false, Optional.empty(), 1, "cpu", true);
    StudyResult result =
        new StudyRunner(KNOWN, Map.of()).run(draft.complete(), settings, StudyListener.NONE);
    double student = 784 * 4 + 4 * 10;
    double teacher = 784 * 12 + 12 * 10;
    SortedMap<String, Double> last = new TreeMap<>();
    for (TrialResult trial : result.trials()) {
      List<PhaseReport> phases = trial.phases();
      PhaseReport taught = phases.get(phases.size() - 1);
      assertThat(taught.steps()).isEqualTo(STEPS);
      last.put(trial.choice().toString(), taught.multiplyAdds().orElseThrow());
    }
    assertThat(last)
        .containsEntry("scratch", BATCH * STEPS * 3 * student)
        .containsEntry("offline", BATCH * STEPS * (3 * student + teacher))
        .containsEntry("multi-teacher", BATCH * STEPS * (3 * student + 3 * teacher));
    TrialResult offline = result.trials().get(1);
    assertThat(offline.multiplyAdds())
        .isEqualTo(BATCH * STEPS * (3 * teacher + 3 * student + teacher));
  }
}
