package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Gradients one sample at a time, against the textbook's for a linear network. */
class GradientSpreadTests {
  private static final Task TASK =
      TinyTask.task(3, new Mlp(List.of(24), 0, 0), new Mlp(List.of(), 0, 0));
  private static final Session SESSION = new Session(TASK, 1, TinyTask.context());
  private static final Trained LINEAR =
      SESSION
          .run(TASK.phase("student", TASK.freshStudent(), Objective.hard(1)))
          .network(Role.STUDENT);
  private static final int COUNT = 50;
  private static final int WIDTH = 36;

  /** ∂CE/∂W = (p − y) xᵀ, ∂CE/∂b = p − y; for soft targets at T, T·(p_s − p_t) for p − y. */
  @Test
  void ofALinearNetworkItIsTheTextbooks() {
    ArraySamples train = (ArraySamples) TASK.train();
    Predictions student = SESSION.predict(LINEAR, train);
    double[][] hard = new double[COUNT][];
    for (int row = 0; row < COUNT; row++) {
      hard[row] = student.probabilities(row, 1);
      hard[row][train.labels()[row]] -= 1;
    }
    close(SESSION.gradientSpread(phase(Objective.hard(1)), COUNT), textbook(hard, train));

    Predictions teacher = SESSION.predict(SESSION.teacher(), train);
    double[][] soft = new double[COUNT][3];
    for (int row = 0; row < COUNT; row++) {
      double[] p = student.probabilities(row, 5);
      double[] q = teacher.probabilities(row, 5);
      for (int c = 0; c < 3; c++) {
        soft[row][c] = 5 * (p[c] - q[c]);
      }
    }
    Objective objective = Objective.of("soft", 1, new SoftTargets(Target.of(Role.TEACHER), 5));
    close(SESSION.gradientSpread(phase(objective), COUNT), textbook(soft, train));
  }

  private static Phase phase(Objective objective) {
    Guide[] guides =
        objective.needs().taps().isEmpty()
            ? new Guide[0]
            : new Guide[] {new Guide(Role.TEACHER, SESSION.teacher())};
    return TASK.phase("looked at", Start.resume(LINEAR), objective, guides);
  }

  private static GradientSpread textbook(double[][] byLogits, ArraySamples train) {
    double[][] all = new double[COUNT][3 * (WIDTH + 1)];
    double[] mean = new double[3 * (WIDTH + 1)];
    for (int row = 0; row < COUNT; row++) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i <= WIDTH; i++) {
          double x = i == WIDTH ? 1 : train.raw(row)[i] / 255;
          all[row][c * (WIDTH + 1) + i] = byLogits[row][c] * x;
          mean[c * (WIDTH + 1) + i] += all[row][c * (WIDTH + 1) + i] / COUNT;
        }
      }
    }
    double variance = 0;
    double ofMean = 0;
    for (int i = 0; i < mean.length; i++) {
      for (int row = 0; row < COUNT; row++) {
        variance += (all[row][i] - mean[i]) * (all[row][i] - mean[i]) / (COUNT - 1);
      }
      ofMean += mean[i] * mean[i];
    }
    return new GradientSpread(ofMean - variance / COUNT, variance);
  }

  private static void close(GradientSpread found, GradientSpread exact) {
    assertThat(exact.variance()).isGreaterThan(0);
    assertThat(found.variance() / exact.variance()).isCloseTo(1, within(1e-4));
    assertThat(found.squaredMean()).isCloseTo(exact.squaredMean(), within(1e-4 * exact.variance()));
    assertThat(found.noiseScale()).isCloseTo(exact.noiseScale(), within(1e-2));
  }

  @Test
  void oneSampleAgainAndAgainHasNoVariance() {
    ArraySamples same = ((ArraySamples) TASK.train()).subset("same", new int[] {3, 3, 3, 3});
    Phase phase = phase(Objective.hard(1));
    GradientSpread none =
        SESSION.gradientSpread(phase.withFeed(Feed.of(same, phase.feed().augmentation())), 4);
    assertThat(none.squaredMean()).isGreaterThan(0);
    assertThat(none.variance()).isLessThan(1e-6 * none.squaredMean());
    assertThat(new GradientSpread(0, 0).noiseScale()).isNaN();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> SESSION.gradientSpread(phase(Objective.hard(1)), 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("a spread is over 2 samples at least and 300 at most, asked was 1");
    Task normalised = TinyTask.convolutional(1);
    Phase phase = normalised.phase("looked at", normalised.freshStudent(), Objective.hard(1));
    assertThatThrownBy(
            () -> new Session(normalised, 1, TinyTask.context()).gradientSpread(phase, 5))
        .hasMessageContaining("a sample alone has no gradient");
  }
}
