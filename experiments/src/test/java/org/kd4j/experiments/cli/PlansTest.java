package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyDraft;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudyRunner;

/** Plans of what there really is. */
class PlansTest {
  private static final Distillation KNOWN = Distillation.discovered();

  private static StudyPlan plan(String... overrides) {
    StudyDraft draft = StudyDraft.empty(KNOWN, "plan").strategies(List.of("scratch", "offline"));
    for (String value : overrides) {
      draft.override(value);
    }
    RunSettings settings =
        new RunSettings(Optional.empty(), false, Optional.empty(), 1, "cpu", true);
    return new StudyRunner(KNOWN, Map.of()).plan(draft.complete(), settings, StudyListener.NONE);
  }

  @Test
  void whatATeacherSaysOfAllSamplesTakesRoom() {
    String[] small = {
      "data=strokes:36", "data.train=450", "seeds=1", "teacher=mlp:4", "student=mlp:4"
    };
    StudyPlan kept = plan(small);
    StudyPlan asked =
        plan(Stream.concat(Stream.of(small), Stream.of("cacheMegabytes=0")).toArray(String[]::new));
    assertThat(kept.estimatedBytes() - asked.estimatedBytes())
        .as("450 rows, each with 36 logits")
        .isEqualTo(4L * 450 * 36);
  }

  @Test
  void labelsAloneTeachNothingWhereAllAreHidden() {
    CommandLines.Ended ended =
        CommandLines.kd(
            Map.of(),
            "plan",
            "scratch",
            "offline",
            "--data=strokes:10",
            "--train=400",
            "--hide-labels=1");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("phase 'student' learns from labels alone, and");
  }

  @Test
  void theQuickBudgetIsTheDefaultsOfTheData() {
    String[] usual = {"plan", "offline", "--data=phrases"};
    CommandLines.Ended plain = CommandLines.kd(Map.of(), usual);
    CommandLines.Ended quick =
        CommandLines.kd(Map.of(), usual[0], usual[1], usual[2], "--budget=quick");
    assertThat(plain.status()).as(plain.err()).isEqualTo(0);
    assertThat(quick.out()).isEqualTo(plain.out());
  }

  @Test
  void doctorTellsOfAllWhateverIsBroken() {
    CommandLines.Ended ended = CommandLines.kd(Map.of("KD_PLUGINS", "/no/such/folder"), "doctor");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).contains("engine", "memory", "plug-ins", "KD_PLUGINS names");
  }
}
