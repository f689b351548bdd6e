package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.Scratch;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

/** How {@code offline} uses labels, and what it does where there are none. */
class LabelTargetsTests {
  private static final double[] P = {0.6, 0.3, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7};
  private static final Shape THREE = new Shape(3, 3);

  @Test
  void mixedTargetsGiveTheLabelItsShare() {
    double[] mixed =
        Example.inDoubles(
            logs(P),
            logs(P),
            THREE,
            (s, t) -> LogitFormulas.mixedWithLabels(t, Example.labels(t, 1, -1, 2), 0.1f).exp());
    double[] expected = {0.54, 0.37, 0.09, 0.2, 0.5, 0.3, 0.09, 0.18, 0.73};
    close(mixed, expected);
  }

  @Test
  void shiftedTargetsExchangeTheLabelWithTheTop() {
    double[] shifted =
        Example.inDoubles(
            logs(P),
            logs(P),
            THREE,
            (s, t) -> LogitFormulas.shiftedToLabels(t, Example.labels(t, 2, -1, 2)).exp());
    double[] expected = {0.1, 0.3, 0.6, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7};
    close(shifted, expected);
  }

  /** In single precision e^-200 is 0, and its logarithm would poison the divergence. */
  @Test
  void probabilitiesThatUnderflowStayFinite() {
    double[] sure = {0, -200, -300};
    for (long label = 0; label < 3; label++) {
      long y = label;
      assertThat(
              Example.inSingles(
                  sure,
                  new Shape(1, 3),
                  t -> LogitFormulas.mixedWithLabels(t, Example.labels(t, y), 0.1f)))
          .doesNotContain(Float.NEGATIVE_INFINITY, Float.NaN);
      assertThat(
              Example.inSingles(
                  sure,
                  new Shape(1, 3),
                  t -> LogitFormulas.shiftedToLabels(t, Example.labels(t, y))))
          .contains(0f, -200f, -300f);
    }
  }

  @Test
  void theObjectiveSaysHowLabelsAreUsed() {
    assertThat(objective(options(0.9f, 0.1f, Offline.LabelUse.MIX)))
        .isEqualTo("0.1·hard + 0.9·soft(mix(teacher, 0.1·labels), T=4)");
    assertThat(objective(options(1, 0, Offline.LabelUse.SHIFT)))
        .isEqualTo("1·soft(shift(teacher, labels), T=4)");
    assertThat(objective(options(1, 0, Offline.LabelUse.OBJECTIVE)))
        .isEqualTo("1·soft(teacher, T=4)");
  }

  @Test
  void aWhollyUnlabelledTransferSetIsLearntFromSoftTargetsAlone() {
    Task task = Example.labelledEvery(0, TinyTask.task(25));
    Example.Run withHard = run(options(0.9f, 0.1f, Offline.LabelUse.OBJECTIVE), task);
    assertThat(accuracy(withHard)).isGreaterThan(0.75);
    assertThat(withHard.session().runs().get(1).result().history())
        .allSatisfy(
            epoch -> {
              assertThat(epoch.of("student", "hard")).isZero();
              assertThat(epoch.of("student", "soft")).isPositive();
            });
  }

  /** A term on nothing is 0 and moves nothing; corrected targets correct nothing. */
  @Test
  void withoutLabelsEveryUseOfLabelsIsTheSame() {
    Task task = Example.labelledEvery(0, TinyTask.task(2));
    float[] softAlone = run(options(0.9f, 0, Offline.LabelUse.OBJECTIVE), task).logits();
    for (Offline.LabelUse use : Offline.LabelUse.values()) {
      assertThat(run(options(0.9f, 0.1f, use), task).logits())
          .as(use.name())
          .containsExactly(softAlone);
    }
  }

  @Test
  void halfLabelledSetsAreLearntFromBoth() {
    Task half = Example.labelledEvery(2, TinyTask.task(25));
    Task none = Example.labelledEvery(0, TinyTask.task(2));
    Task some = Example.labelledEvery(2, TinyTask.task(2));
    for (Offline.LabelUse use : Offline.LabelUse.values()) {
      assertThat(run(options(0.9f, 0.1f, use), some).logits())
          .as("the labels shown are used: " + use)
          .isNotEqualTo(run(options(0.9f, 0.1f, use), none).logits());
    }
    Example.Run run = run(options(0.9f, 0.1f, Offline.LabelUse.MIX), half);
    assertThat(accuracy(run)).isGreaterThan(0.75);
    assertThat(run.session().runs().get(1).result().history())
        .allSatisfy(epoch -> assertThat(epoch.of("student", "hard")).isPositive());
  }

  /** A target that learns something before each epoch goes on doing so when it is corrected. */
  @Test
  void whatATargetPreparesBeforeAnEpochIsStillPrepared() {
    Task task = TinyTask.task(1);
    Session session = new Session(task, 3, TinyTask.context());
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    Target prepared = new Prepared(Target.of(Role.TEACHER));
    Objective objective =
        Objective.of("mix", 1, new SoftTargets(new LabelTargets.Mixed(prepared, 0.1f), 4))
            .and("shift", 1, new SoftTargets(new LabelTargets.Shifted(prepared), 4));
    var result = session.run(task.phase("student", task.freshStudent(), objective, teacher));
    assertThat(result.history().get(0).of("student", "mix")).isPositive();
    assertThat(result.history().get(0).of("student", "shift")).isPositive();
  }

  /** Cannot say anything before it remembers something. */
  private record Prepared(Target of) implements Target {
    @Override
    public void begin(EpochView epoch, Memory memory) {
      memory.set("offset", new float[] {0});
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      return of.logProbabilities(view, temperature).add(view.memory("offset"));
    }

    @Override
    public Needs needs() {
      return of.needs();
    }
  }

  @Test
  void labelsAloneWithoutAnyLabelAreRefused() {
    Task task = Example.labelledEvery(0, TinyTask.task(1));
    assertThatThrownBy(() -> run(options(0, 1, Offline.LabelUse.OBJECTIVE), task))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "phase 'student' learns from labels alone, and tiny/labelled-0 has none;"
                + " add a soft term, or show some labels");
  }

  @Test
  void withoutASoftTermItIsTrainingFromScratch() {
    Task task = TinyTask.task(2);
    assertThat(run(options(0, 1, Offline.LabelUse.OBJECTIVE), task).logits())
        .containsExactly(Example.run(new Scratch(), task).logits());
  }

  @Test
  void aShareOfOneIsRefused() {
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("offline", Map.of("labels", "mix", "labelShare", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("offline: labelShare must be above 0 and below 1, was 1.0");
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("offline", Map.of("labels", "mixed")))
        .hasMessage(
            "No value for offline.labels 'mixed'. Did you mean 'mix'?"
                + " Known: mix, objective, shift.");
  }

  private static double accuracy(Example.Run run) {
    ArraySamples validation = (ArraySamples) run.session().task().validation().orElseThrow();
    Session session = run.session();
    return Evaluation.accuracy(session.predict(run.result().deployed(), validation));
  }

  private static Example.Run run(Offline.Options options, Task task) {
    return Example.run(new Offline(options), task);
  }

  private static String objective(Offline.Options options) {
    return run(options, TinyTask.task(1)).student().learners().get(0).objective().toString();
  }

  private static Offline.Options options(float soft, float hard, Offline.LabelUse use) {
    return new Offline.Options(
        4, soft, hard, use, 0.1f, Offline.Correction.NONE, Offline.StudentStart.FRESH);
  }

  private static double[] logs(double[] p) {
    double[] logs = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      logs[i] = Math.log(p[i]);
    }
    return logs;
  }

  private static void close(double[] found, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("at " + i).isCloseTo(expected[i], within(1e-7));
    }
  }
}
