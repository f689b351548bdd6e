package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.wiring.Distillation;

/** Options that name networks, from the command line to a plan. */
class AssistantStudyTests {
  private static final Distillation KNOWN = Distillation.discovered();
  private static final RunSettings SETTINGS =
      new RunSettings(Optional.empty(), false, Optional.empty(), 1, "cpu", true);

  private static StudySpec study(String... overrides) {
    StudyDraft draft =
        StudyDraft.empty(KNOWN, "compare").strategies(List.of("scratch", "assistant"));
    for (String override : overrides) {
      draft.override(override);
    }
    return draft.complete();
  }

  private static StudyPlan plan(String... overrides) {
    String[] all = new String[overrides.length + 5];
    System.arraycopy(overrides, 0, all, 5, overrides.length);
    all[0] = "data.train=40";
    all[1] = "seeds=1";
    all[2] = "epochs=1";
    all[3] = "teacher=mlp:12";
    all[4] = "student=mlp:4";
    return new StudyRunner(KNOWN, Map.of()).plan(study(all), SETTINGS, StudyListener.NONE);
  }

  @Test
  void aCommaPartsValuesUnlessItLeadsToAnOptionOfANetwork() {
    StudySpec spec =
        study("assistant.sizes=none,mlp:300,dropout=0.5,inputDropout=0.1+mlp:250,middle,mlp:260");
    assertThat(spec.strategies())
        .extracting(StrategyChoice::toString)
        .containsExactly(
            "scratch",
            "assistant sizes=none",
            "assistant sizes=mlp:300,dropout=0.5,inputDropout=0.1+mlp:250",
            "assistant sizes=middle",
            "assistant sizes=mlp:260");
    assertThat(StudyYaml.read(KNOWN, StudyYaml.write(spec), "study.yaml")).isEqualTo(spec);
  }

  /** The study keeps the word; the plan and the task have the network. */
  @Test
  void aStudentMayBeWrittenByItsTeacher() {
    StudySpec spec = study("teacher=mlp:12-12,dropout=0.3", "student=slim(teacher,width=0.25)");
    assertThat(spec.student().network()).isEqualTo("slim(teacher,width=0.25)");
    assertThat(StudyYaml.read(KNOWN, StudyYaml.write(spec), "study.yaml")).isEqualTo(spec);
    Prepared prepared =
        Prepared.of(
            KNOWN,
            study("data.train=40", "teacher=mlp:12-12,dropout=0.3", "student=quantised(teacher)"),
            SETTINGS,
            new DataShelf(KNOWN, Map.of()));
    assertThat(prepared.task().student()).hasToString("quantised(mlp:12-12,dropout=0.3,bits=4)");
    assertThatThrownBy(() -> study("teacher=slim(teacher)"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'teacher' stands for the study's teacher network in the student's");
  }

  @Test
  void whatIsKeptOfGuidesIsTheStudents() {
    Prepared prepared =
        Prepared.of(
            KNOWN,
            study("data.train=40", "cacheMegabytes=7"),
            SETTINGS,
            new DataShelf(KNOWN, Map.of()));
    assertThat(prepared.task().recipe().feed(prepared.task().transfer()).cacheMegabytes())
        .isEqualTo(7);
    assertThat(prepared.task().teacherPhase("teacher").feed().cacheMegabytes())
        .isEqualTo(Feed.CACHE);
  }

  @Test
  void aPlanShowsTheChain() {
    assertThat(plan("assistant.sizes=mlp:8+mlp:6").trials().get(1).phases())
        .extracting(StudyPlan.PlannedPhase::name)
        .containsExactly("teacher", "assistant mlp:8", "assistant mlp:6", "student");
  }

  @Test
  void sizesOutOfOrderAreRefusedWithThePlan() {
    assertThatThrownBy(() -> plan("assistant.sizes=mlp:6+mlp:8"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Strategy 'assistant sizes=mlp:6+mlp:8' does not fit this task: it takes sizes that fall"
                + " from the teacher mlp:12 to the student mlp:4, and mlp:8 (")
        .hasMessageContaining("parameters) follows mlp:6 (");
  }

  @Test
  void aTeacherSmallerThanItsStudentIsFlagged() {
    StudyPlan plan = plan("student=mlp:20", "assistant.sizes=none");
    assertThat(plan.notes()).hasSize(1);
    assertThat(plan.notes().get(0)).contains("mlp:12", "is smaller than", "mlp:20");
  }
}
