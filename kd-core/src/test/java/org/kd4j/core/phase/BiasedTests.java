package org.kd4j.core.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

class BiasedTests {
  private static final List<Float> SHIFTS = List.of(0f, -1.5f, 2f);

  @Test
  void addsToTheLogitsUnderBothTheirNamesAndToNoOtherTap() {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    Task task = TinyTask.task(1);
    Trained trained = trained(task);
    try (NDManager base = NDManager.newBaseManager()) {
      Knowledge.Opening fresh = (t, as) -> Network.fresh(as, base, 1, "student");
      NDArray input = task.train().open(base).gather(base, new int[] {0, 1}).input();
      Outputs plain = trained.open(fresh).forward(input);
      Outputs shifted = new Biased(trained, SHIFTS).open(fresh).forward(input);
      float[] expected = plain.logits().toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += SHIFTS.get(i % 3);
      }
      assertThat(shifted.logits().toFloatArray()).containsExactly(expected);
      assertThat(shifted.tap(TappedBlock.LOGITS).toFloatArray()).containsExactly(expected);
      assertThat(shifted.tap("hidden1").toFloatArray())
          .containsExactly(plain.tap("hidden1").toFloatArray());
    }
  }

  @Test
  void teachesWhatItSaysWithTheShift() {
    Task task = TinyTask.task(2);
    Session session = new Session(task, 1, TinyTask.context());
    Trained teacher = session.teacher();
    Predictions plain = session.predict(teacher, task.train());
    Predictions shifted = session.predict(new Biased(teacher, SHIFTS), task.train());
    for (int i = 0; i < 6; i++) {
      assertThat(shifted.logits()[i]).isEqualTo(plain.logits()[i] + SHIFTS.get(i % 3));
    }
    float[] taughtPlainly = taught(session, teacher);
    assertThat(taught(session, new Biased(teacher, List.of(0f, 0f, 0f))))
        .containsExactly(taughtPlainly);
    assertThat(taught(session, new Biased(teacher, SHIFTS))).isNotEqualTo(taughtPlainly);
  }

  @Test
  void isKnownByWhatIsShiftedAndByHowMuch() {
    Trained trained = trained(TinyTask.task(1));
    Biased biased = new Biased(trained, SHIFTS);
    assertThat(biased.source()).contains(trained);
    assertThat(biased.fingerprint())
        .isEqualTo(new Biased(trained, List.of(0f, -1.5f, 2f)).fingerprint())
        .isNotEqualTo(trained.fingerprint())
        .isNotEqualTo(new Biased(trained, List.of(0f, -1.5f, 2.1f)).fingerprint());
    assertThat(biased).hasToString("student (mlp:8), class 1 -1.50, class 2 +2.00");
  }

  @Test
  void aShiftPerClassIsAsked() {
    Trained trained = trained(TinyTask.task(1));
    assertThatThrownBy(() -> new Biased(trained, List.of(1f)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "a shift per class: student (mlp:8) tells 3 classes apart, the shifts were [1.0]");
    assertThatThrownBy(() -> new Biased(trained, List.of(1f, Float.NaN, 0f)))
        .hasMessage("shifts must be finite, were [1.0, NaN, 0.0]");
  }

  private static float[] taught(Session session, Knowledge teacher) {
    Task task = session.task();
    Phase phase =
        task.phase(
            "student",
            task.freshStudent(),
            Objective.of("soft", 1, new SoftTargets(Target.of(Role.TEACHER), 2)),
            new Guide(Role.TEACHER, teacher));
    return session
        .predict(session.run(phase).network(Role.STUDENT), task.validation().orElseThrow())
        .logits();
  }

  private static Trained trained(Task task) {
    return new Trained(
        Fingerprint.ofText("a phase"),
        Role.STUDENT,
        Age.LAST,
        task.student(),
        Task.STUDENT_LINE,
        6,
        1);
  }
}
