package org.kd4j.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Following;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Shadow;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.strategy.Peers;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

class CodistillationTests {
  @Test
  void eachLearnsFromTheOthersCopy() {
    Phase phase =
        Plans.phase(TinyTask.task(2), "codistillation", Map.of("peers", "3", "exchangeEvery", "3"));
    assertThat(phase.learners())
        .extracting(l -> l.start().line() + ": " + l.objective())
        .containsExactly(
            "student: 1·hard + 1 after the first exchange·soft(mean(stale-2, stale-3), T=1)",
            "peer-2: 1·hard + 1 after the first exchange·soft(mean(stale, stale-3), T=1)",
            "peer-3: 1·hard + 1 after the first exchange·soft(mean(stale, stale-2), T=1)");
    assertThat(phase.shadows()).containsExactly(shadow(0), shadow(1), shadow(2));
  }

  private static Shadow shadow(int i) {
    return new Shadow(
        new Role("stale", i), new Role("peer", i), new Following.Snapshot(3, Following.Unit.STEP));
  }

  @Test
  void noPeersLossMovesAnother() {
    Plans.nobodyMovesAnother(TinyTask.task(3), "codistillation", Map.of("exchangeEvery", "2"));
  }

  /** What the other and its copy say of every sample, step by step. */
  private static final List<float[][][]> SAID = new ArrayList<>();

  private static final LossTerm SPY =
      view -> {
        SAID.add(
            new float[][][] {
              bySample(view.of(Peers.role(1)).logits(), view.rows()),
              bySample(view.of(Codistillation.stale(1)).logits(), view.rows())
            });
        return Scalars.mul(view.own().logits().sum(), 0);
      };

  private static float[][] bySample(NDArray logits, int[] rows) {
    float[] values = logits.toFloatArray();
    int classes = values.length / rows.length;
    float[][] sorted = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      sorted[rows[i]] = Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
    }
    return sorted;
  }

  /** All samples in one batch, so that every step shows where the networks stand. */
  @Test
  void theGuideIsThePeerAsItWasAtTheLastExchange() {
    Task plain = TinyTask.task(8);
    Recipe recipe =
        new Recipe(Training.of(8, 300), plain.recipe().optimizer(), plain.recipe().augmentation());
    Task task = OnlineTests.with(plain, recipe, recipe);
    SAID.clear();
    Phase phase = Plans.phase(task, "codistillation", Map.of("exchangeEvery", "3"));
    Phase spied =
        Plans.changed(
            phase,
            l ->
                l.role().equals(Peers.role(0))
                    ? Plans.with(l, l.objective().and("spy", 1, SPY))
                    : l);
    new Session(task, 1, TinyTask.context()).run(spied);
    assertThat(SAID).hasSize(8);
    for (int step = 0; step < 8; step++) {
      float[][] stale = SAID.get(step)[1];
      assertThat(distance(stale, SAID.get(3 * (step / 3))[0])).as("step %d", step).isLessThan(1e-5);
      if (step % 3 != 0) {
        assertThat(distance(stale, SAID.get(step)[0])).as("step %d", step).isGreaterThan(1e-3);
      }
    }
  }

  private static double distance(float[][] a, float[][] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      for (int c = 0; c < a[i].length; c++) {
        most = Math.max(most, Math.abs(a[i][c] - b[i][c]));
      }
    }
    return most;
  }

  /** Until then the student is scratch's, bit for bit. */
  @Test
  void nobodyLearnsFromAnybodyBeforeBurnInAndFirstExchange() {
    Task task = TinyTask.task(3);
    Session session = new Session(task, 1, TinyTask.context());
    Plans.REGISTRY.configure("scratch", Map.of()).strategy().distill(session);
    Plans.REGISTRY.configure("codistillation", Map.of()).strategy().distill(session);
    Plans.REGISTRY
        .configure("codistillation", Map.of("exchangeEvery", "1", "burnIn", "12"))
        .strategy()
        .distill(session);
    List<EpochMetrics> scratch = history(session, 0);
    List<EpochMetrics> afterAnEpoch = history(session, 1);
    List<EpochMetrics> afterTwo = history(session, 2);
    for (int epoch = 0; epoch < 3; epoch++) {
      double alone = scratch.get(epoch).of("student", "hard");
      assertThat(afterAnEpoch.get(epoch).of("peer", "hard") == alone).isEqualTo(epoch < 1);
      assertThat(afterTwo.get(epoch).of("peer", "hard") == alone).isEqualTo(epoch < 2);
    }
    assertThat(afterTwo.get(1).of("peer", "soft")).isZero();
    assertThat(afterTwo.get(2).of("peer", "soft")).isPositive();
  }

  private static List<EpochMetrics> history(Session session, int run) {
    return session.runs().get(run).result().history();
  }

  @Test
  void theWeightBeginsWithTheLaterOfBurnInAndExchange() {
    Codistillation.AfterBurnIn byEpoch = new Codistillation.AfterBurnIn(0.5f, 0, 0);
    assertThat(byEpoch.at(step(9))).isZero();
    assertThat(byEpoch.at(step(10))).isEqualTo(0.5f);
    Codistillation.AfterBurnIn late = new Codistillation.AfterBurnIn(1, 7, 5);
    assertThat(late.at(step(6))).isZero();
    assertThat(late.at(step(7))).isEqualTo(1);
    Codistillation.AfterBurnIn early = new Codistillation.AfterBurnIn(1, 2, 5);
    assertThat(early.at(step(4))).isZero();
    assertThat(early.at(step(5))).isEqualTo(1, within(0f));
    assertThat(late).hasToString("1 after 7 steps and the first exchange");
  }

  private static Progress step(long step) {
    return new Progress(step, 10, 4, List.of());
  }

  @Test
  void anExchangeAfterTheEndIsRefused() {
    assertThatThrownBy(
            () -> Plans.phase(TinyTask.task(2), "codistillation", Map.of("exchangeEvery", "12")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Strategy 'codistillation' does not fit this task: it would end before anybody learns from anybody:"
                + " burnIn=0 and exchangeEvery=12 of 12 steps; choose both below the steps.");
    assertThatThrownBy(
            () -> Plans.phase(TinyTask.task(2), "codistillation", Map.of("burnIn", "50")))
        .hasMessageContaining("burnIn=50 and exchangeEvery=0 of 12 steps");
    assertThatThrownBy(
            () -> Plans.REGISTRY.configure("codistillation", Map.of("exchangeEvery", "-1")))
        .hasMessage(
            "codistillation: exchangeEvery must be 0 (once an epoch) or more steps, was -1");
  }
}
