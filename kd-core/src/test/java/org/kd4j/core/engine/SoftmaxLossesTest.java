package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.testkit.Gradients;

/** Closed forms against the same formulas in operations. */
class SoftmaxLossesTest {
  private static final Shape SHAPE = new Shape(6, 5);
  private static final long[] LABELS = {0, 4, -1, 2, 2, -1};

  private static float[] logits(String who, double scale) {
    Draws draws = Draws.of(3, who);
    float[] z = new float[(int) SHAPE.size()];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) (scale * draws.gaussian(i));
    }
    return z;
  }

  private static void same(
      float[] z, Function<NDArray, NDArray> closed, Function<NDArray, NDArray> operations) {
    Gradients.Evaluated one = Gradients.of(z, SHAPE, closed);
    Gradients.Evaluated other = Gradients.of(z, SHAPE, operations);
    assertThat((double) one.value())
        .isCloseTo(other.value(), within(2e-6 * Math.max(1, Math.abs(other.value()))));
    for (int i = 0; i < z.length; i++) {
      assertThat((double) one.gradient()[i])
          .as("gradient %d", i)
          .isCloseTo(other.gradient()[i], within(2e-6));
    }
  }

  @Test
  void crossEntropyIsItsFormula() {
    for (double scale : new double[] {0, 1, 30}) {
      same(
          logits("student", scale),
          z -> SoftmaxLosses.crossEntropy(z, z.getManager().create(LABELS)),
          z -> {
            Labels known = Labels.of(z.getManager().create(LABELS));
            return z.logSoftmax(1).gather(known.index(), 1).mul(known.share()).sum().neg();
          });
    }
  }

  @Test
  void divergenceIsItsFormula() {
    for (float temperature : new float[] {1, 4, 20}) {
      same(
          logits("student", 3),
          z -> SoftmaxLosses.divergence(z, teacher(z, temperature), temperature),
          z -> {
            NDArray logP = teacher(z, temperature);
            NDArray logQ = Scalars.div(z, temperature).logSoftmax(1);
            NDArray each = logQ.neg().add(logP).mul(logP.exp());
            return Scalars.mul(each.sum(), temperature * temperature / SHAPE.get(0));
          });
    }
  }

  private static NDArray teacher(NDArray like, float temperature) {
    NDArray z = like.getManager().create(logits("teacher", 3), SHAPE);
    return Scalars.div(z, temperature).logSoftmax(1);
  }

  /** The gradient of a multiple of the loss is that multiple: value and graph agree. */
  @Test
  void aWeightedSumOfThemIsDifferentiatedAsOne() {
    float[] z = logits("student", 1);
    Function<NDArray, NDArray> sum =
        x ->
            Scalars.mul(SoftmaxLosses.crossEntropy(x, x.getManager().create(LABELS)), 0.1f)
                .add(Scalars.mul(SoftmaxLosses.divergence(x, teacher(x, 4), 4), 0.9f));
    assertThat(
            Gradients.relativeError(
                Gradients.of(z, SHAPE, sum).gradient(), Gradients.differences(z, SHAPE, sum)))
        .isLessThan(2e-3);
  }

  @Test
  void whatIsNotContiguousIsReadInItsOwnOrder() {
    Shape turned = new Shape(5, 6);
    Gradients.Evaluated there =
        Gradients.of(
            logits("student", 1),
            turned,
            x -> SoftmaxLosses.crossEntropy(x.transpose(), x.getManager().create(LABELS)));
    Gradients.Evaluated back =
        Gradients.of(
            logits("student", 1),
            turned,
            x -> {
              Labels known = Labels.of(x.getManager().create(LABELS));
              NDArray log = x.transpose().logSoftmax(1);
              return log.gather(known.index(), 1).mul(known.share()).sum().neg();
            });
    assertThat((double) there.value()).isCloseTo(back.value(), within(2e-6));
    assertThat(Gradients.relativeError(there.gradient(), back.gradient())).isLessThan(1e-5);
  }

  @Test
  void whatIsNotFiniteIsSaid() {
    float[] z = logits("student", 1);
    z[7] = Float.NaN;
    assertThat(Gradients.of(z, SHAPE, x -> SoftmaxLosses.divergence(x, teacher(x, 4), 4)).value())
        .isNaN();
  }

  @Test
  void onlySmallMatricesFit() {
    Engines.start(EngineSettings.defaults());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray small = manager.zeros(SHAPE);
      assertThat(SoftmaxLosses.fit(small, small)).isTrue();
      assertThat(SoftmaxLosses.fit(small, manager.zeros(new Shape(1, 5)))).isFalse();
      assertThat(SoftmaxLosses.fit(manager.zeros(new Shape(128, 1000)))).isFalse();
      assertThat(SoftmaxLosses.fit(manager.zeros(new Shape(2, 3, 4)))).isFalse();
    }
  }
}
