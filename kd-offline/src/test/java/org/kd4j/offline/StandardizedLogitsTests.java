package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class StandardizedLogitsTests {
  @Test
  void agreesWithValuesComputedInDoublePrecision() {
    assertThat(9 * Example.value(z -> soft(z, 2))).isCloseTo(6.499112, within(2e-5));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    Example.gradientAgreesWithDifferences(z -> soft(z, 2));
  }

  @Test
  void theDeviationIsUnbiased() {
    double[] z = {1, 2, 3, 6};
    double deviation = Math.sqrt((4 + 1 + 0 + 9) / 3.0);
    double[] standardized =
        Example.inDoubles(z, z, new Shape(1, 4), (s, t) -> LogitFormulas.standardized(s));
    for (int c = 0; c < z.length; c++) {
      assertThat(standardized[c]).isCloseTo((z[c] - 3) / deviation, within(1e-6));
    }
  }

  /** What the method is for: a student need not match the range of its teacher's logits. */
  @Test
  void neitherScaleNorOffsetOfEitherSideMatters() {
    double plain = Example.value(z -> soft(z, 2));
    assertThat(Example.value(z -> soft(Scalars.mul(z, 5).add(7), 2)))
        .isCloseTo(plain, within(1e-5));
    assertThat(
            Example.value(
                z ->
                    Formulas.softTargetsKl(
                        LogitFormulas.standardized(z),
                        LogitFormulas.standardized(Scalars.mul(Example.teacher(z), 0.1f)),
                        2)))
        .isCloseTo(plain, within(1e-5));
  }

  @Test
  void equalLogitsBecomeZerosAndKeepTheGradientFinite() {
    Gradients.Evaluated flat =
        Gradients.of(new float[] {4, 4, 4, 0, 0, 0}, Example.SHAPE, z -> soft(z, 2));
    assertThat(flat.value()).isFinite();
    for (float g : flat.gradient()) {
      assertThat(g).isFinite();
    }
    assertThat(
            Gradients.of(
                    new float[] {4, 4, 4, 0, 0, 0},
                    Example.SHAPE,
                    z -> LogitFormulas.standardized(z).square().sum())
                .value())
        .isZero();
  }

  @Test
  void theObjectiveSaysItAll() {
    Example.Run run =
        Example.run(
            new StandardizedLogits(new StandardizedLogits.Factory().defaults()), TinyTask.task(1));
    assertThat(run.student().learners().get(0).objective())
        .hasToString("0.1·hard + 9·soft(teacher, standardised, T=2)");
  }

  @Test
  void withoutASoftTermItIsRefused() {
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("standardized-logits", Map.of("softWeight", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("standardized-logits: softWeight must be above 0, was 0.0");
  }

  private static NDArray soft(NDArray z, float temperature) {
    return Formulas.softTargetsKl(
        LogitFormulas.standardized(z), LogitFormulas.standardized(Example.teacher(z)), temperature);
  }
}
