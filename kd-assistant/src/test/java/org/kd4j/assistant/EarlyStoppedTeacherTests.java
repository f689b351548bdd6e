package org.kd4j.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

class EarlyStoppedTeacherTests {
  private static final int EPOCHS = 8;

  private static PhaseResult phase(Runs.Run run, int index) {
    return run.session().runs().get(index).result();
  }

  /** A cosine runs over the whole phase: the short teacher is the teacher of fewer epochs. */
  @Test
  void aShortScheduleIsACompleteTrainingOfFewerEpochs() {
    MemoryStore store = new MemoryStore();
    Task task = TinyTask.task(EPOCHS);
    Runs.Run run = Runs.run("early-stopped-teacher", task, Map.of("lengths", "2+4"), store);
    assertThat(run.lines()).containsExactly("teacher", "teacher", "student", "student");
    assertThat(phase(run, 0).history()).hasSize(2);
    assertThat(phase(run, 1).history()).hasSize(4);
    assertThat(phase(run, 1).stopReason()).isEqualTo("all 4 epochs done");
    Recipe full = task.teacherRecipe();
    Task shorter =
        task.withTeacherRecipe(
            new Recipe(full.training().withEpochs(4), full.optimizer(), full.augmentation()));
    Session session = Runs.session(shorter, store, new ArrayList<>());
    session.teacher();
    assertThat(session.runs().get(0).result().reused()).isTrue();
  }

  @Test
  void milestonesAndWarmUpAreInProportion() {
    Task task = TinyTask.task(EPOCHS);
    Recipe steps =
        new Recipe(
            task.teacherRecipe().training(),
            Sgd.of(Schedule.parse("multi-step:4-6,factor=0.5,warmup=2", 0.1f)),
            task.teacherRecipe().augmentation());
    Runs.Run run =
        Runs.run("early-stopped-teacher", task.withTeacherRecipe(steps), Map.of("lengths", "50%"));
    assertThat(phase(run, 0).history())
        .extracting(e -> (float) e.of("teacher", "learningRate"))
        .containsExactly(0.1f, 0.1f, 0.05f, 0.025f);
    assertThat(phase(run, 0).phase().learners().get(0).optimizer().rate())
        .hasToString("0.1 ×0.5 at [2, 3] after warm-up over 1 epochs");
  }

  /** The first epochs of the full training, with its rate, and then no more. */
  @Test
  void midRunLeavesTheFullScheduleInTheMiddle() {
    Task task = TinyTask.task(EPOCHS);
    Runs.Run run =
        Runs.run("early-stopped-teacher", task, Map.of("stop", "mid-run", "lengths", "3"));
    PhaseResult stopped = phase(run, 0);
    assertThat(stopped.stopReason()).isEqualTo("stopped in the middle, after 3 epochs");
    Session whole = Runs.session(task, new MemoryStore(), new ArrayList<>());
    whole.teacher();
    List<EpochMetrics> full = whole.runs().get(0).result().history();
    assertThat(full).hasSize(EPOCHS);
    assertThat(stopped.history()).isEqualTo(full.subList(0, 3));
    assertThat(run.result().others()).containsOnlyKeys("stopped-teacher");
    assertThat(((Trained) run.result().others().get("stopped-teacher")).phase())
        .isEqualTo(stopped.network(Role.TEACHER).phase());
  }

  @Test
  void theWholeLengthIsTheTasksTeacherAndTheResultPlainSoftTargets() {
    MemoryStore store = new MemoryStore();
    Runs.Run plain = Runs.run("assistant", TinyTask.task(EPOCHS), Map.of("sizes", "none"), store);
    for (String stop : List.of("short-schedule", "mid-run")) {
      Runs.Run whole =
          Runs.run(
              "early-stopped-teacher",
              TinyTask.task(EPOCHS),
              Map.of("lengths", "100%", "stop", stop),
              store);
      assertThat(whole.trained()).isEmpty();
      assertThat(whole.deployed()).isEqualTo(plain.deployed());
    }
  }

  @Test
  void theStudentsValidationAccuracyChooses() {
    Task task = TinyTask.task(EPOCHS);
    Runs.Run run = Runs.run("early-stopped-teacher", task, Map.of("lengths", "8+1+3"));
    Session session = run.session();
    assertThat(run.lines())
        .containsExactly("teacher", "teacher", "teacher", "student", "student", "student");
    List<Trained> students = new ArrayList<>();
    for (int i = 3; i < 6; i++) {
      students.add(phase(run, i).network(Role.STUDENT));
      assertThat(phase(run, i).phase().guides().get(0).knowledge())
          .as("lengths rise")
          .isEqualTo(phase(run, i - 3).network(Role.TEACHER));
    }
    List<Double> accuracies =
        students.stream()
            .map(s -> Evaluation.accuracy(session.predict(s, task.validation().orElseThrow())))
            .toList();
    int best = accuracies.indexOf(accuracies.stream().max(Double::compare).orElseThrow());
    assertThat(run.deployed()).isEqualTo(students.get(best));
    assertThat(run.result().others().get("stopped-teacher"))
        .isEqualTo(phase(run, best).network(Role.TEACHER));
    assertThat(run.notes())
        .containsExactly(
            "seed 3: the teacher of " + List.of(1, 3, 8).get(best) + " of 8 epochs teaches best");
  }

  @ParameterizedTest
  @CsvSource({"35, 200, 35", "17.5%, 200, 35", "25%, 200, 50", "17.5%, 2, 1", "100%, 7, 7"})
  void lengthsAreEpochsOrShares(String length, int of, int epochs) {
    assertThat(Length.parse("lengths", length).whole(of)).isEqualTo(epochs);
    assertThat(Length.parse("lengths", length)).hasToString(length);
  }

  @Test
  void lengthsThatRoundToTheSameAreOne() {
    Runs.Run run = Runs.run("early-stopped-teacher", TinyTask.task(2), Map.of());
    assertThat(run.lines()).containsExactly("teacher", "student");
  }

  @Test
  void longerThanTheTeachersTrainingAndNoValidationAreRefused() {
    Task task = TinyTask.task(EPOCHS);
    assertThat(
            Runs.REGISTRY
                .configure("early-stopped-teacher", Map.of("lengths", "4+9"))
                .missing(task))
        .contains(
            "stops its teacher early, and length 9 is more than the teacher's 8 epochs; give shorter"
                + " lengths, or the teacher more epochs");
    Task blind = Runs.withoutValidation(task);
    assertThatThrownBy(() -> Runs.run("early-stopped-teacher", blind, Map.of("lengths", "2+4")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Strategy 'early-stopped-teacher' does not fit this task: it chooses by validation, and the task"
                + " sets no samples aside for it.");
    assertThat(Runs.run("early-stopped-teacher", blind, Map.of("lengths", "2")).lines())
        .containsExactly("teacher", "student");
    assertThatThrownBy(
            () -> Runs.REGISTRY.configure("early-stopped-teacher", Map.of("lengths", "4+x")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "early-stopped-teacher: lengths takes epochs, as in 35, or a share of the planned ones, as"
                + " in 17.5%, above 0; was 'x'");
    assertThatThrownBy(
            () -> Runs.REGISTRY.configure("early-stopped-teacher", Map.of("stop", "midrun")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "No value for early-stopped-teacher.stop 'midrun'. Did you mean 'mid-run'? Known:"
                + " mid-run, short-schedule.");
  }
}
