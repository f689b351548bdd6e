package org.kd4j.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Shift;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class OnlineTests {
  private static final StrategyRegistry REGISTRY = Distillation.of(new OnlineModule()).strategies();

  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(REGISTRY);
  }

  @Test
  void badOptionsAreRefusedByName() {
    assertThatThrownBy(() -> REGISTRY.configure("online", Map.of("feedbackWeight", "-1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("online: feedbackWeight must be 0 or more, was -1.0");
    assertThatThrownBy(() -> REGISTRY.configure("online", Map.of("feedbackRamp", "1.5")))
        .hasMessage("online: feedbackRamp is a share of the epochs, from 0 to 1, was 1.5");
    assertThatThrownBy(() -> REGISTRY.configure("online", Map.of("start", "trained")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("pretrained");
    assertThatThrownBy(
            () -> REGISTRY.configure("online", Map.of("softWeight", "0", "hardWeight", "0")))
        .hasMessage("online: softWeight and hardWeight are both 0: nothing to learn from");
  }

  /** With dropout, augmentation and an uneven last batch: whatever the teacher alone would meet. */
  @Test
  void withoutFeedbackTheTeacherIsTheStandardTeacherBitForBit() {
    Recipe recipe =
        new Recipe(Training.of(3, 70), TinyTask.task(3).recipe().optimizer(), new Shift(1));
    Task task = with(TinyTask.task(3), recipe, recipe);
    Session session = new Session(task, 5, TinyTask.context());
    Trained joint = teacher(distill(session, Online.TeacherStart.FRESH, 0));
    same(session.weights(joint), session.weights(session.teacher()));
    Trained fedBack = teacher(distill(session, Online.TeacherStart.FRESH, 0.1f));
    assertThat(session.weights(fedBack).get("logits/03Linear/weight"))
        .isNotEqualTo(session.weights(joint).get("logits/03Linear/weight"));
  }

  /** In a phase of one step the student has read nothing that the feedback could have moved. */
  @Test
  void feedbackMovesTheTeacherAlone() {
    Task task = TinyTask.task(1);
    Recipe oneStep =
        new Recipe(Training.of(1, 300), task.recipe().optimizer(), task.recipe().augmentation());
    Session session = new Session(with(task, oneStep, oneStep), 1, TinyTask.context());
    DistillationResult none = distill(session, Online.TeacherStart.FRESH, 0);
    DistillationResult much = distill(session, Online.TeacherStart.FRESH, 100);
    same(weights(session, much.deployed()), weights(session, none.deployed()));
    assertThat(weights(session, teacher(much)).get("logits/03Linear/weight"))
        .isNotEqualTo(weights(session, teacher(none)).get("logits/03Linear/weight"));
  }

  @Test
  void aPretrainedTeacherGoesOnFromTheStandardTeacher() {
    Task task = TinyTask.task(2);
    Recipe still =
        new Recipe(
            task.recipe().training(),
            new Sgd(Schedule.constant(0), 0, false, 0, 0),
            task.recipe().augmentation());
    // The teacher's optimiser stands still in both phases, so what comes out is what went in.
    Session session = new Session(with(task, still, task.recipe()), 1, TinyTask.context());
    DistillationResult result = distill(session, Online.TeacherStart.PRETRAINED, 0.1f);
    same(session.weights(teacher(result)), session.weights(session.teacher()));
    assertThat(result.others().get("teacher")).isEqualTo(session.teacher());
    assertThat(session.runs()).hasSize(2);

    Session moving = new Session(task, 1, TinyTask.context());
    Trained after = teacher(distill(moving, Online.TeacherStart.PRETRAINED, 0.1f));
    assertThat(after.epochs()).isEqualTo(4);
    assertThat(after.line()).isEqualTo(Task.TEACHER_LINE);
    assertThat(moving.weights(after).get("logits/03Linear/weight"))
        .isNotEqualTo(moving.weights(moving.teacher()).get("logits/03Linear/weight"));
  }

  @Test
  void thePhaseSaysWhoLearnsFromWhom() {
    Session session = new Session(TinyTask.task(1), 1, TinyTask.context());
    REGISTRY.configure("online", Map.of()).strategy().distill(session);
    assertThat(session.runs().get(0).result().phase().learners())
        .extracting(l -> l.role() + ": " + l.objective())
        .isEqualTo(
            List.of(
                "student: 1·hard + 1·soft(teacher, T=4)",
                "teacher: 1·hard + ramp 0→0.1·soft(student, T=4)"));
  }

  @Test
  void theRampIsThatOfTemporalEnsembling() {
    RampUp ramp = new RampUp(1, 80f / 300);
    assertThat(ramp.at(epoch(0, 300))).isCloseTo(0.0067f, within(5e-5f));
    assertThat(ramp.at(epoch(40, 300))).isCloseTo(0.2865f, within(5e-5f));
    assertThat(ramp.at(epoch(79, 300))).isLessThan(1);
    assertThat(ramp.at(epoch(80, 300))).isEqualTo(1);
    assertThat(ramp.at(epoch(299, 300))).isEqualTo(1);
    assertThat(ramp.at(epoch(4, 30))).isCloseTo(0.2865f, within(5e-5f));
    assertThat(new RampUp(0.1f, 0).at(epoch(0, 30))).isEqualTo(0.1f);
  }

  private static Progress epoch(int epoch, int epochs) {
    return new Progress(7L * epoch + 3, 7, epochs, List.of());
  }

  private static DistillationResult distill(
      Session session, Online.TeacherStart start, float feedbackWeight) {
    return new Online(new Online.Options(start, 4, 0.9f, 0.1f, feedbackWeight, 0.5f))
        .distill(session);
  }

  private static Trained teacher(DistillationResult result) {
    return (Trained) result.others().get("joint-teacher");
  }

  private static SortedMap<String, float[]> weights(Session session, Knowledge trained) {
    return session.weights((Trained) trained);
  }

  static Task with(Task task, Recipe ofTeacher, Recipe ofStudents) {
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        task.teacher(),
        task.student(),
        ofTeacher,
        ofStudents);
  }

  static void same(SortedMap<String, float[]> a, SortedMap<String, float[]> b) {
    assertThat(a.keySet()).isEqualTo(b.keySet());
    a.forEach((path, values) -> assertThat(values).as(path).containsExactly(b.get(path)));
  }
}
