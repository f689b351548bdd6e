package org.kd4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.ReferenceLosses;
import org.kd4j.core.wiring.Distillation;

class FormulasTests {
  private static final Shape SHAPE = new Shape(2, 3);
  private static final float[] STUDENT = {1, 2, 3, 0.5f, -1, 2};
  private static final float[] TEACHER = {2, 1, 0, 0, 1, 3};

  /** Tensors with the loss and gradient that the loss's own published implementation computes. */
  @ParameterizedTest
  @ValueSource(strings = {"soft_targets_kl", "soft_targets_cross_entropy", "logit_mse"})
  void agreesWithThePublishedImplementation(String name) {
    ReferenceLosses.check(Distillation.of().formula(name), getClass(), name, 1e-5);
  }

  @Test
  void agreesWithValuesComputedByHandInDoublePrecision() {
    assertThat(value(z -> Formulas.crossEntropy(z, labels(z, 0, 2))))
        .isCloseTo(1.324459, within(1e-5));
    assertThat(value(z -> kl(z, 1))).isCloseTo(0.636533, within(1e-5));
    assertThat(value(z -> kl(z, 4))).isCloseTo(0.866558, within(1e-5));
    assertThat(
            value(
                z ->
                    Scalars.mul(Formulas.crossEntropy(z, labels(z, 0, 2)), 0.1f)
                        .add(Scalars.mul(kl(z, 4), 0.9f))))
        .isCloseTo(0.912348, within(1e-5));
    assertThat(value(z -> Formulas.logitMse(z, teacher(z)))).isCloseTo(2.708333, within(1e-5));
    assertThat(value(z -> Formulas.softTargetsCrossEntropy(z, teacher(z), 1)))
        .isCloseTo(1.314864, within(1e-5));
  }

  @Test
  void temperatureSquaredKeepsTheGradientsSize() {
    assertThat(Gradients.norm(gradient(z -> kl(z, 1)))).isCloseTo(0.414886, within(1e-5));
    assertThat(Gradients.norm(gradient(z -> kl(z, 10)))).isCloseTo(0.544218, within(1e-5));
    assertThat(Gradients.norm(gradient(z -> kl(z, 100)))).isCloseTo(0.555742, within(1e-4));
  }

  /** T² enlarges the last digits of the logarithms; no run may be stopped for it. */
  @ParameterizedTest
  @ValueSource(floats = {1, 20, 3000, 100_000})
  void nearlyEqualDistributionsAreNotBelowTheLeastDivergence(float temperature) {
    double least = Formulas.leastDivergence(temperature);
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 50; i++) {
      float apart = 0.001f * i;
      double kl =
          value(
              z ->
                  Formulas.softTargetsKl(
                      waves(z, 0).add(Scalars.mul(z.sum(), 0)), waves(z, apart), temperature));
      lowest = Math.min(lowest, kl);
    }
    assertThat(lowest).isGreaterThan(least);
    if (temperature >= 100_000) {
      assertThat(lowest).as("single precision alone").isLessThan(-1e-5);
    }
  }

  private static NDArray waves(NDArray like, float shift) {
    float[] values = new float[128 * 10];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (4 * Math.sin(i) + shift * Math.cos(3 * i));
    }
    return like.getManager().create(values, new Shape(128, 10));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    check(z -> kl(z, 2));
    check(z -> Formulas.softTargetsCrossEntropy(z, teacher(z), 3));
    check(z -> Formulas.crossEntropy(z, labels(z, 0, 2)));
    check(z -> Formulas.logitMse(Formulas.centred(z), Formulas.centred(teacher(z))));
  }

  @Test
  void divergenceFromOneselfIsZero() {
    assertThat(value(z -> Formulas.softTargetsKl(z, z.stopGradient(), 4)))
        .isCloseTo(0, within(1e-6));
    assertThat(Gradients.norm(gradient(z -> Formulas.softTargetsKl(z, z.stopGradient(), 4))))
        .isLessThan(1e-6);
  }

  @Test
  void unlabelledSamplesNeitherCountNorDivide() {
    double first = value(z -> Formulas.crossEntropy(z, labels(z, 0, -1)));
    double alone =
        Gradients.of(
                new float[] {1, 2, 3}, new Shape(1, 3), z -> Formulas.crossEntropy(z, labels(z, 0)))
            .value();
    assertThat(first).isCloseTo(alone, within(1e-6));
    assertThat(value(z -> Formulas.crossEntropy(z, labels(z, -1, -1)))).isZero();
    assertThat(gradient(z -> Formulas.crossEntropy(z, labels(z, -1, -1)))).containsOnly(0);
  }

  @Test
  void extremeLogitsStayFinite() {
    float[] huge = {1000, -1000, 0, -1000, 1000, 0};
    Gradients.Evaluated far =
        Gradients.of(huge, SHAPE, z -> Formulas.softTargetsKl(z, teacher(z), 1));
    assertThat(far.value()).isFinite();
    for (float g : far.gradient()) {
      assertThat(g).isFinite();
    }
  }

  @Test
  void theMeanOfDistributionsIsArithmetic() {
    double half =
        value(
            z ->
                Formulas.logMean(new NDList(z.logSoftmax(1), teacher(z).logSoftmax(1)))
                    .exp()
                    .sum());
    assertThat(half).isCloseTo(2, within(1e-5));
  }

  private static void check(Function<NDArray, NDArray> formula) {
    assertThat(
            Gradients.relativeError(
                gradient(formula), Gradients.differences(STUDENT, SHAPE, formula)))
        .isLessThan(2e-3);
  }

  private static NDArray kl(NDArray z, float temperature) {
    return Formulas.softTargetsKl(z, teacher(z), temperature);
  }

  private static NDArray teacher(NDArray like) {
    return like.getManager().create(TEACHER, SHAPE);
  }

  private static NDArray labels(NDArray like, long... labels) {
    return like.getManager().create(labels);
  }

  private static double value(Function<NDArray, NDArray> formula) {
    return Gradients.of(STUDENT, SHAPE, formula).value();
  }

  private static float[] gradient(Function<NDArray, NDArray> formula) {
    return Gradients.of(STUDENT, SHAPE, formula).gradient();
  }
}
