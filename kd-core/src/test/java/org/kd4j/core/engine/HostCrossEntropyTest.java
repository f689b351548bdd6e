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

/** The closed form against the same formula in operations. */
class HostCrossEntropyTest {
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
          z -> HostCrossEntropy.of(z, z.getManager().create(LABELS)),
          z -> {
            Labels known = Labels.of(z.getManager().create(LABELS));
            return z.logSoftmax(1).gather(known.index(), 1).mul(known.share()).sum().neg();
          });
    }
  }

  /** The gradient of a multiple of the loss is that multiple: value and graph agree. */
  @Test
  void aWeightedSumIsDifferentiatedAsOne() {
    float[] z = logits("student", 1);
    Function<NDArray, NDArray> sum =
        x ->
            Scalars.mul(HostCrossEntropy.of(x, x.getManager().create(LABELS)), 0.1f)
                .add(Scalars.mul(x.square().mean(), 0.9f));
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
            x -> HostCrossEntropy.of(x.transpose(), x.getManager().create(LABELS)));
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
    assertThat(
            Gradients.of(z, SHAPE, x -> HostCrossEntropy.of(x, x.getManager().create(LABELS)))
                .value())
        .isNaN();
  }

  @Test
  void onlySmallMatricesFit() {
    Engines.start(EngineSettings.defaults());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray small = manager.zeros(SHAPE);
      assertThat(HostCrossEntropy.fits(small)).isTrue();
      assertThat(HostCrossEntropy.fits(manager.zeros(new Shape(128, 1000)))).isFalse();
      assertThat(HostCrossEntropy.fits(manager.zeros(new Shape(2, 3, 4)))).isFalse();
    }
  }
}
