package org.kd4j.mutual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class SelfDistillationTests {
  private static final StrategyRegistry REGISTRY = Distillation.of(new MutualModule()).strategies();

  /** Of weights after a few steps, in single precision. */
  private static final double CLOSE = 2e-6;

  private static Trained learnt(Session session, String id, Map<String, String> options) {
    return (Trained) REGISTRY.configure(id, options).strategy().distill(session).deployed();
  }

  /** Every third label is wrong. */
  private static ArraySamples noisy() {
    int[] labels = LinearTask.samples().labels();
    for (int i = 0; i < labels.length; i += 3) {
      labels[i] = (labels[i] + 1 + i % 2) % 3;
    }
    return LinearTask.samples().relabelled("linear, noisy", labels);
  }

  private enum Guide {
    END_OF_LAST_EPOCH,
    BEFORE_THE_STEP
  }

  /**
   * The paper's target, (1 − w_t) · y + w_t · p, by its derivative p_student − target, in plain
   * Java.
   */
  private static LinearTask.Net reference(
      ArraySamples samples, int epochs, double softWeight, Guide guide) {
    LinearTask.Net net = LinearTask.Net.fresh(Task.STUDENT_LINE);
    int[] y = samples.labels();
    for (int epoch = 0; epoch < epochs; epoch++) {
      LinearTask.Net before = net.copy();
      double trust = epoch == 0 ? 0 : softWeight * (epoch + 1) / epochs;
      for (int[] rows : LinearTask.batches(epoch)) {
        double[][] p = (guide == Guide.END_OF_LAST_EPOCH ? before : net).probabilities(rows);
        double[][] slope = net.probabilities(rows);
        for (int s = 0; s < rows.length; s++) {
          for (int c = 0; c < 3; c++) {
            double target = (1 - trust) * LinearTask.onehot(y[rows[s]], c) + trust * p[s][c];
            slope[s][c] = (slope[s][c] - target) / rows.length;
          }
        }
        net.descend(rows, slope);
      }
    }
    return net;
  }

  @Test
  void onNoisyLabelsItMovesAsThePapersTargetSays() {
    ArraySamples noisy = noisy();
    Session session = new Session(LinearTask.task(noisy, 4), LinearTask.SEED, TinyTask.context());
    LinearTask.Net learnt = LinearTask.Net.of(session.weights(learnt(session, "self", Map.of())));
    double apart = learnt.distance(reference(noisy, 4, 0.8, Guide.END_OF_LAST_EPOCH));
    assertThat(apart).isLessThan(CLOSE);
    assertThat(learnt.distance(reference(noisy, 4, 0.8, Guide.BEFORE_THE_STEP)))
        .as("were the guide not an epoch old")
        .isGreaterThan(1000 * CLOSE);
  }

  @Test
  void itsWeightGrowsByEpochAndTheLabelsKeepTheRest() {
    Session session = new Session(TinyTask.task(4), 1, TinyTask.context());
    learnt(session, "self", Map.of());
    List<EpochMetrics> history = session.runs().get(0).result().history();
    double[] soft = {0, 0.4, 0.6, 0.8};
    for (int e = 0; e < 4; e++) {
      assertThat((float) history.get(e).of("student", "weight.soft")).isEqualTo((float) soft[e]);
      assertThat((float) history.get(e).of("student", "weight.hard"))
          .isEqualTo(1 - (float) soft[e]);
    }
    assertThat(history.get(0).of("student", "soft")).isZero();
    assertThat(history.get(1).of("student", "soft")).isPositive();
    assertThat(session.runs().get(0).result().phase().learners().get(0).objective())
        .hasToString("(1 − 0→0.8 by epoch)·hard + 0→0.8 by epoch·soft(teacher, T=1)");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "9, 0", "10, 0.5", "19, 0.5", "20, 0.75", "39, 1"})
  void withinAnEpochItStays(int step, float value) {
    assertThat(new SelfDistillation.Growing(1).at(new Progress(step, 10, 4, List.of())))
        .isEqualTo(value);
  }

  @Test
  void withoutTrustInItselfItIsScratchBitForBit() {
    Session session = new Session(TinyTask.task(2), 7, TinyTask.context());
    Trained alone = learnt(session, "self", Map.of("softWeight", "0"));
    Trained scratch = learnt(session, "scratch", Map.of());
    assertThat(session.weights(alone))
        .usingRecursiveComparison()
        .isEqualTo(session.weights(scratch));
  }

  @Test
  void theDefaultsAreThePapers() {
    assertThat(new SelfDistillation.Factory().defaults())
        .isEqualTo(new SelfDistillation.Options(0.8f, 1));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> REGISTRY.configure("self", Map.of("softWeight", "1.5")))
        .isInstanceOf(UsageException.class)
        .hasMessage("self: softWeight must be from 0 to 1, the labels keep the rest; was 1.5");
    assertThatThrownBy(() -> REGISTRY.configure("self", Map.of("temperature", "0")))
        .hasMessage("self: temperature must be above 0, was 0.0");
  }
}
