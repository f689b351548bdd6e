package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;

class OfflineTests {
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new OfflineModule()).strategies();
  private static final Shape SHAPE = new Shape(4, 5);

  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(REGISTRY);
  }

  @Test
  void theDefaultsAreTheCustomaryOnes() {
    assertThat(new Offline.Factory().defaults())
        .isEqualTo(
            new Offline.Options(
                4,
                0.9f,
                0.1f,
                Offline.LabelUse.OBJECTIVE,
                0.1f,
                Offline.Correction.NONE,
                Offline.StudentStart.FRESH));
  }

  @Test
  void aTemperatureOfZeroIsRefusedByName() {
    assertThatThrownBy(() -> REGISTRY.configure("offline", Map.of("temperature", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("offline: temperature must be above 0, was 0.0");
    assertThatThrownBy(() -> REGISTRY.configure("offline", Map.of("temprature", "4")))
        .hasMessage(
            "No option of offline 'temprature'. Did you mean 'temperature'?"
                + " Known: biasCorrection, hardWeight, labelShare, labels, softWeight, start, temperature.");
  }

  /**
   * Hinton, Vinyals and Dean 2015, section 2.1: with zero-mean logits and T high against them, the
   * gradient of T² · KL is (z_s − z_t)/C, that of half the mean square.
   */
  @Test
  void softTargetsTendToMatchingOfCentredLogitsAsTheTemperatureGrows() {
    float[] limit = gradient(student(0), z -> matching(z, true));
    double at10 = distance(10, limit, 0);
    double at100 = distance(100, limit, 0);
    double at1000 = distance(1000, limit, 0);
    assertThat(at100).isLessThan(at10 / 5);
    assertThat(at1000).isLessThan(at100 / 5).isLessThan(2e-3);
  }

  @Test
  void atALowTemperatureItIsNotTheLimit() {
    assertThat(distance(1, gradient(student(0), z -> matching(z, true)), 0)).isGreaterThan(0.1);
  }

  /** Logits with a mean of their own: soft targets do not see it, plain matching does. */
  @Test
  void withoutZeroMeansPlainMatchingIsNotTheLimit() {
    float offset = 3;
    float[] plain = gradient(student(offset), z -> matching(z, false));
    float[] centred = gradient(student(offset), z -> matching(z, true));
    assertThat(distance(1000, plain, offset)).isGreaterThan(0.5);
    assertThat(distance(1000, centred, offset)).isLessThan(5e-3);
  }

  private static double distance(float temperature, float[] limit, float offset) {
    return Gradients.relativeError(
        gradient(student(offset), z -> Formulas.softTargetsKl(z, teacher(z), temperature)), limit);
  }

  /**
   * Half the sum over classes of the squared difference, divided by the classes: gradient (z_s −
   * z_t)/C.
   */
  private static NDArray matching(NDArray z, boolean centre) {
    NDArray s = centre ? Formulas.centred(z) : z;
    NDArray t = centre ? Formulas.centred(teacher(z)) : teacher(z);
    return Scalars.div(Formulas.logitMse(s, t), 2);
  }

  private static float[] gradient(float[] z, Function<NDArray, NDArray> formula) {
    return Gradients.of(z, SHAPE, formula).gradient();
  }

  private static float[] student(float offset) {
    return logits("student", offset);
  }

  private static NDArray teacher(NDArray like) {
    return like.getManager().create(logits("teacher", 0), SHAPE);
  }

  private static float[] logits(String who, float offset) {
    Draws draws = Draws.of(1, who);
    float[] z = new float[(int) SHAPE.size()];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) (2 * draws.gaussian(i)) + offset;
    }
    return z;
  }
}
