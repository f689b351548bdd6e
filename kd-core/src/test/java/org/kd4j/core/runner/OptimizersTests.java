package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.network.Network;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.AdamW;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Optimisers as a phase uses them; their arithmetic is held to PyTorch's elsewhere. */
class OptimizersTests {
  private static final Task TASK = TinyTask.task(15);

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "adamw"})
  void everyOptimizerLearnsATinyTask(String name) {
    Schedule rate = Schedule.cosine(name.equals("sgd") ? 0.05f : 0.01f);
    PhaseResult result = session().run(phase(OptimizerSpec.parse(name, rate), Training.of(15, 50)));
    assertThat(result.history().get(14).of("student", EpochMetrics.VALIDATION_ACCURACY))
        .isGreaterThan(0.8);
  }

  /** One step of plain descent at a rate of 1: the weights move by the clipped gradient. */
  @Test
  void gradientsAreClippedByTheirGlobalNorm() {
    double free = moved(plain(0));
    assertThat(free).isGreaterThan(0.1);
    assertThat(moved(plain(0.05f))).isCloseTo(0.05, within(1e-5));
    assertThat(moved(plain((float) free * 2))).isCloseTo(free, within(1e-6));
  }

  @Test
  void weightDecayPullsWeightsInByItsShareOfEachStep() {
    OptimizerSpec still = new AdamW(Schedule.constant(0.1f), 0.9f, 0.999f, 1e30f, 0.5f, 0);
    SortedMap<String, float[]> before = first();
    SortedMap<String, float[]> after = last(still);
    // ε of 1e30 leaves only the decay: w ← w − 0.1·0.5·w.
    before.forEach(
        (path, values) -> {
          for (int i = 0; i < values.length; i++) {
            assertThat(after.get(path)[i]).isCloseTo(0.95f * values[i], within(1e-6f));
          }
        });
  }

  @Test
  void theRateIsRecordedWithEachEpoch() {
    OptimizerSpec warming = Sgd.of(Schedule.parse("linear,warmup=2", 0.1f));
    PhaseResult result = session().run(phase(warming, Training.of(4, 50)));
    // The last step of the first of 4 epochs of 6: warm-up 6/12 of 0.1·(1 − 5/24).
    assertThat(result.history().get(0).of("student", "learningRate"))
        .isCloseTo(0.5 * 0.1 * 19 / 24, within(1e-7));
    assertThat(result.history().get(3).of("student", "learningRate"))
        .isCloseTo(0.1 / 24, within(1e-7));
  }

  private static OptimizerSpec plain(float clipNorm) {
    return new Sgd(Schedule.constant(1), 0, false, 0, clipNorm);
  }

  private static double moved(OptimizerSpec optimizer) {
    Map<String, float[]> before = first();
    double sum = 0;
    for (Map.Entry<String, float[]> after : last(optimizer).entrySet()) {
      float[] from = before.get(after.getKey());
      for (int i = 0; i < from.length; i++) {
        sum += Math.pow(after.getValue()[i] - from[i], 2);
      }
    }
    return Math.sqrt(sum);
  }

  private static SortedMap<String, float[]> first() {
    TinyTask.context();
    try (NDManager manager = NDManager.newBaseManager()) {
      return Network.fresh(TASK.student(), manager, 1, Task.STUDENT_LINE).weights();
    }
  }

  private static SortedMap<String, float[]> last(OptimizerSpec optimizer) {
    Session session = session();
    int all = TASK.train().size();
    return session.weights(
        session.run(phase(optimizer, Training.of(1, all))).network(Role.STUDENT));
  }

  private static Session session() {
    return new Session(TASK, 1, TinyTask.context());
  }

  private static Phase phase(OptimizerSpec optimizer, Training training) {
    Phase phase = TASK.phase("student", TASK.freshStudent(), Objective.hard(1));
    Learner learner = phase.learners().get(0);
    return new Phase(
        phase.name(),
        java.util.List.of(
            new Learner(learner.role(), learner.start(), optimizer, learner.objective())),
        phase.feed(),
        phase.validation(),
        training,
        phase.stop(),
        phase.keep());
  }
}
