package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class CurriculumTemperatureTests {
  private static final Shape ONE = new Shape(1);

  @Test
  void atAFixedTemperatureItIsSoftTargets() {
    assertThat(Example.value(z -> LogitFormulas.softTargetsKl(z, Example.teacher(z), number(z, 4))))
        .isCloseTo(0.866558, within(1e-5));
    assertThat(
            Gradients.relativeError(
                Example.gradient(
                    z -> LogitFormulas.softTargetsKl(z, Example.teacher(z), number(z, 4))),
                Example.gradient(z -> Formulas.softTargetsKl(z, Example.teacher(z), 4))))
        .isLessThan(1e-5);
  }

  /** Through both distributions and the factor T². */
  @Test
  void theTemperatureIsInTheGraph() {
    for (float t : new float[] {1.5f, 4, 15.62f}) {
      float gradient = Gradients.of(new float[] {t}, ONE, x -> soft(x)).gradient()[0];
      double slope = slope(t, x -> soft(x));
      assertThat((double) gradient).isCloseTo(slope, within(1e-3 * Math.abs(slope)));
    }
  }

  @Test
  void itStartsAtTheAuthorsTemperature() {
    float first =
        Gradients.of(
                new float[] {1},
                ONE,
                theta -> CurriculumTemperature.temperature(theta, 1, 20, 1).sum())
            .value();
    assertThat(first).isCloseTo(15.62f, within(0.005f));
  }

  /** Minimising the loss, θ is moved to where the loss is higher, λ times as far. */
  @Test
  void theGradientOfThetaIsReversedAndScaled() {
    double plain = slope(1, t -> soft(CurriculumTemperature.temperature(t, 1, 20, 0.7f)));
    assertThat(Math.abs(plain)).isGreaterThan(1e-3);
    for (float strength : new float[] {0.0245f, 0.5f, 1}) {
      Gradients.Evaluated reversed =
          Gradients.of(
              new float[] {1},
              ONE,
              t -> soft(CurriculumTemperature.temperature(t, 1, 20, strength)));
      assertThat((double) reversed.gradient()[0])
          .isCloseTo(-strength * plain, within(1e-3 * Math.abs(strength * plain)));
    }
  }

  @Test
  void reversalLeavesTheValueAndTurnsTheGradient() {
    Gradients.Evaluated turned =
        Gradients.of(
            new float[] {2, -3},
            new Shape(2),
            x -> LogitFormulas.reversed(x, 0.25f).mul(x.stopGradient()).sum());
    assertThat(turned.value()).isCloseTo(13, within(1e-5f));
    assertThat(turned.gradient()).containsExactly(-0.5f, 0.75f);
  }

  @Test
  void theReversalRisesAlongHalfACosineEpochByEpoch() {
    Schedule rise = new CurriculumTemperature.CosineRise(10);
    assertThat(at(rise, 1)).isCloseTo(0.0245f, within(1e-4f));
    assertThat(at(rise, 5)).isCloseTo(0.5f, within(1e-6f));
    assertThat(at(rise, 10)).isEqualTo(1);
    assertThat(at(rise, 200)).isEqualTo(1);
  }

  /** One step of plain gradient descent: θ climbs the loss the student descends. */
  @Test
  void thetaMovesAgainstTheStudent() {
    float still = theta(0, 1);
    float moved = theta(0.01f, 1);
    assertThat(still).isEqualTo(1);
    assertThat(moved).isNotEqualTo(1);
    float half = theta(0.01f, 2); // the first of two epochs of rise: λ = 1/2, then 1
    assertThat(half - 1).isCloseTo((moved - 1) / 2, within(0.01f * Math.abs(moved - 1)));
  }

  @Test
  void theObjectiveSaysItAll() {
    Example.Run run =
        Example.run(
            new CurriculumTemperature(new CurriculumTemperature.Factory().defaults()),
            TinyTask.task(1));
    assertThat(run.student().learners().get(0).objective())
        .hasToString(
            "0.1·hard + 0.9·soft(teacher, T learnt from 1 to 21 against the student,"
                + " λ rising over 10 epochs)");
  }

  @Test
  void temperaturesThatMeanNothingAreRefused() {
    refused(
        Map.of("startTemperature", "0"),
        "curriculum-temperature: startTemperature must be above 0, was 0.0");
    refused(
        Map.of("temperatureRange", "-1"),
        "curriculum-temperature: temperatureRange must be above 0, was -1.0");
    refused(
        Map.of("reversalEpochs", "-1"),
        "curriculum-temperature: reversalEpochs must be 0 or more, was -1");
  }

  private static void refused(Map<String, String> options, String message) {
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("curriculum-temperature", options))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  /** θ after one step of gradient descent at a rate. */
  private static float theta(float rate, int reversalEpochs) {
    Task tiny = TinyTask.task(1);
    Recipe once =
        new Recipe(
            Training.of(1, tiny.transfer().size()),
            new Sgd(Schedule.constant(rate), 0, false, 0, 0),
            tiny.recipe().augmentation());
    Task task =
        new Task(
            tiny.name(),
            tiny.train(),
            tiny.transfer(),
            tiny.validation(),
            tiny.teacher(),
            tiny.student(),
            tiny.teacherRecipe(),
            once);
    Store store = new MemoryStore();
    RunContext context = TinyTask.context(store);
    Session session = new Session(task, 3, context);
    new CurriculumTemperature(new CurriculumTemperature.Options(1, 20, 0.9f, 0.1f, reversalEpochs))
        .distill(session);
    Map<String, ByteBuffer> files =
        store.find(Store.Kind.PHASE, session.runs().get(1).fingerprint()).orElseThrow();
    var values =
        SafeTensors.decode(files.get("student.adapter.soft.temperature.safetensors")).values();
    assertThat(values).hasSize(1);
    return values.get(values.firstKey())[0];
  }

  private static float at(Schedule schedule, int epoch) {
    return schedule.at(new Progress((epoch - 1) * 7L, 7, 240, List.of()));
  }

  private static NDArray number(NDArray like, float value) {
    return like.getManager().create(new float[] {value});
  }

  /** The slope of a formula's value by central differences in double precision. */
  private static double slope(double at, Function<NDArray, NDArray> formula) {
    double h = 1e-4;
    double[] values =
        Example.inDoubles(
            new double[] {at + h},
            new double[] {at - h},
            ONE,
            (up, down) -> formula.apply(up).sub(formula.apply(down)));
    return values[0] / (2 * h);
  }

  /** The example's soft targets as a function of T, in its precision. */
  private static NDArray soft(NDArray temperature) {
    NDManager manager = temperature.getManager();
    NDArray student = manager.create(Example.STUDENT, Example.SHAPE);
    NDArray teacher = manager.create(Example.TEACHER, Example.SHAPE);
    return LogitFormulas.softTargetsKl(
        student.toType(temperature.getDataType(), false),
        teacher.toType(temperature.getDataType(), false),
        temperature);
  }
}
