package org.kd4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.testkit.Gradients;

/** What several teachers say together, against numbers computed here in double precision. */
class TargetsTests {
  private static final Shape SHAPE = new Shape(2, 3);
  private static final float[] ONE = {1, 2, 3, 0.5f, -1, 2};
  private static final float[] TWO = {2, 1, 0, 0, 1, 3};
  private static final float[] THREE = {-1, 0.5f, 0, 4, 1, -2};
  private static final long[] LABELS = {0, 2};
  private static final List<Role> PAIR = roles(2);
  private static final List<Role> TRIO = roles(3);

  @Test
  void theArithmeticMeanIsOfProbabilities() {
    for (float t : new float[] {1, 4}) {
      double[][] p = {softmax(ONE, t), softmax(TWO, t), softmax(THREE, t)};
      close(
          probabilities(Target.mean(TRIO), t, ONE, TWO, THREE),
          i -> (p[0][i] + p[1][i] + p[2][i]) / 3);
    }
  }

  @Test
  void theGeometricMeanIsNormalisedAgain() {
    for (float t : new float[] {1, 4}) {
      double[] p = softmax(ONE, t);
      double[] q = softmax(TWO, t);
      double[] roots = IntStream.range(0, 6).mapToDouble(i -> Math.sqrt(p[i] * q[i])).toArray();
      close(
          probabilities(Target.geometric(PAIR), t, ONE, TWO),
          i -> roots[i] / (roots[i / 3 * 3] + roots[i / 3 * 3 + 1] + roots[i / 3 * 3 + 2]));
    }
  }

  /** log p_k = z_k/T less a number of the sample's, which normalising takes away. */
  @Test
  void theSoftenedMeanOfLogitsIsTheGeometricMeanAndNotTheArithmetic() {
    float t = 2;
    float[] mean = new float[6];
    for (int i = 0; i < 6; i++) {
      mean[i] = (ONE[i] + TWO[i]) / 2;
    }
    double[] expected = softmax(mean, t);
    close(probabilities(Target.meanLogits(PAIR), t, ONE, TWO), i -> expected[i]);
    close(probabilities(Target.geometric(PAIR), t, ONE, TWO), i -> expected[i]);
    assertThat(Target.meanLogits(PAIR)).isEqualTo(Target.geometric(PAIR));
    float[] arithmetic = probabilities(Target.mean(PAIR), t, ONE, TWO);
    assertThat(Math.abs(arithmetic[0] - expected[0])).isGreaterThan(1e-3);
  }

  @Test
  void fixedWeightsWeigh() {
    double[] p = softmax(ONE, 4);
    double[] q = softmax(TWO, 4);
    close(
        probabilities(Target.weighted(PAIR, List.of(0.3f, 0.7f)), 4, ONE, TWO),
        i -> 0.3f * p[i] + 0.7f * q[i]);
  }

  @Test
  void whoHasWeightZeroIsNotAsked() {
    Stub view = new Stub(0, LABELS, ONE, TWO);
    evaluate(view, Target.weighted(PAIR, List.of(0f, 1f)), 4);
    assertThat(view.asked).containsOnly(Role.teacher(1));
  }

  @Test
  void weightsThatDoNotSumToOneAreRefused() {
    assertThatThrownBy(() -> Target.weighted(PAIR, List.of(0.5f, 0.6f)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "weights of teachers must be 0 or more and sum to 1, were [0.5, 0.6], which sum to 1.1");
    assertThatThrownBy(() -> Target.weighted(PAIR, List.of(-0.5f, 1.5f)))
        .hasMessageContaining("were [-0.5, 1.5], which sum to 1.0");
    assertThatThrownBy(() -> Target.weighted(PAIR, List.of(1f)))
        .hasMessage("a weighted mean takes one weight for each of 2 teachers, were 1: [1.0]");
    assertThatThrownBy(() -> Target.weighted(PAIR, List.of(0.5f, 0.50002f)))
        .hasMessageContaining("sum to 1.00002");
    assertThat(Target.weighted(TRIO, List.of(1f / 3, 1f / 3, 1f / 3))).isNotNull();
    assertThatThrownBy(() -> Target.mean(List.of()))
        .hasMessage("a target of several teachers needs at least one");
  }

  /** Values computed elsewhere in double precision for these logits and labels. */
  @Test
  void confidenceWeightsAreThePapers() {
    float[] weights = weights(LABELS, ONE, TWO);
    assertThat(weights[0]).isCloseTo(0.1192f, within(1e-4f));
    assertThat(weights[1]).isCloseTo(0.8808f, within(1e-4f));
    assertThat(weights[2]).isCloseTo(0.4821f, within(1e-4f));
    assertThat(weights[3]).isCloseTo(0.5179f, within(1e-4f));
  }

  @Test
  void confidenceOfThreeFollowsTheFormula() {
    float[] weights = weights(LABELS, ONE, TWO, THREE);
    for (int row = 0; row < 2; row++) {
      int at = 3 * row + (int) LABELS[row];
      double[] odds = {1 / softmax(ONE, 1)[at], 1 / softmax(TWO, 1)[at], 1 / softmax(THREE, 1)[at]};
      double sum = odds[0] + odds[1] + odds[2];
      for (int k = 0; k < 3; k++) {
        assertThat((double) weights[3 * row + k]).isCloseTo((1 - odds[k] / sum) / 2, within(1e-6));
      }
    }
  }

  @Test
  void aLoneTeacherIsTrustedAndWithoutALabelAllAreAlike() {
    assertThat(weights(LABELS, ONE)).containsExactly(1, 1);
    float[] partly = weights(new long[] {-1, 2}, ONE, TWO);
    assertThat(partly[0]).isEqualTo(0.5f);
    assertThat(partly[1]).isEqualTo(0.5f);
    assertThat(partly[2]).isCloseTo(0.4821f, within(1e-4f));
    float[] none = weights(new long[] {-1, -1}, ONE, TWO, THREE);
    for (float w : none) {
      assertThat(w).isCloseTo(1f / 3, within(1e-7f));
    }
  }

  @Test
  void theConfidentTargetIsTheMeanByThoseWeights() {
    float[] w = weights(LABELS, ONE, TWO);
    double[] p = softmax(ONE, 4);
    double[] q = softmax(TWO, 4);
    close(
        probabilities(Target.confidence(PAIR), 4, ONE, TWO),
        i -> w[i / 3 * 2] * p[i] + w[i / 3 * 2 + 1] * q[i]);
  }

  @Test
  void oneTeacherIsItselfBitForBitHoweverItIsCombined() {
    float[] single = probabilities(Target.of(Role.TEACHER), 4, ONE);
    for (Target alone :
        List.of(
            Target.mean(roles(1)),
            Target.geometric(roles(1)),
            Target.oneAtRandom(roles(1)),
            Target.weighted(roles(1), List.of(1f)),
            Target.confidence(roles(1)))) {
      assertThat(probabilities(alone, 4, ONE)).as("%s", alone).containsExactly(single);
    }
  }

  @Test
  void oneAtRandomAsksTheDrawnTeacherAloneAndAllInTheLongRun() {
    int[] drawn = new int[3];
    for (int step = 0; step < 300; step++) {
      Stub view = new Stub(step, LABELS, ONE, TWO, THREE);
      float[] said = evaluate(view, Target.oneAtRandom(TRIO), 4);
      assertThat(view.asked).hasSize(1);
      int k = view.asked.get(0).index();
      assertThat(k).isEqualTo(Draws.of(1, "term").at(step).below(0, 3));
      double[] expected = softmax(List.of(ONE, TWO, THREE).get(k), 4);
      close(said, i -> expected[i]);
      drawn[k]++;
    }
    for (int times : drawn) {
      assertThat(times).isBetween(70, 130);
    }
  }

  /** float's exponential is 0 below −104: what is combined must stay in log space. */
  @Test
  void probabilitiesBelowTheSmallestNumberAreCombinedAsLogarithms() {
    float[] far = {0, -400, -500, 0, -400, -500};
    float[] near = {0, -390, -600, 0, -390, -600};
    for (Target target :
        List.of(
            Target.mean(PAIR),
            Target.geometric(PAIR),
            Target.weighted(PAIR, List.of(0.5f, 0.5f)),
            Target.confidence(PAIR))) {
      float[] logs = logs(new Stub(0, new long[] {2, -1}, far, near), target, 1);
      for (float log : logs) {
        assertThat(log).as("%s", target).isFinite();
      }
      assertThat(logs[4]).isBetween(-400f, -390f);
    }
    assertThat(logs(new Stub(0, LABELS, far, near), Target.mean(PAIR), 1)[1])
        .isCloseTo(-390.6931f, within(1e-3f));
  }

  /** KL(Σ w_k p_k ‖ q) and Σ w_k KL(p_k ‖ q) differ by what does not hang on q. */
  @Test
  void learningFromTheMixtureIsLearningFromAllByTheirWeights() {
    float t = 3;
    List<Float> weights = List.of(0.2f, 0.3f, 0.5f);
    Function<NDArray, NDArray> mixture =
        z ->
            Formulas.softTargetsKlOfLog(
                z,
                Target.weighted(TRIO, weights)
                    .logProbabilities(new Stub(0, LABELS, ONE, TWO, THREE).of(z), t),
                t);
    Function<NDArray, NDArray> sum =
        z -> {
          NDArray all = null;
          for (int k = 0; k < 3; k++) {
            NDArray teacher = z.getManager().create(List.of(ONE, TWO, THREE).get(k), SHAPE);
            NDArray kl = Scalars.mul(Formulas.softTargetsKl(z, teacher, t), weights.get(k));
            all = all == null ? kl : all.add(kl);
          }
          return all;
        };
    float[] z = {0.3f, -1.2f, 0.8f, 1.1f, 0.4f, -0.6f};
    Gradients.Evaluated one = Gradients.of(z, SHAPE, mixture);
    Gradients.Evaluated each = Gradients.of(z, SHAPE, sum);
    assertThat(Gradients.relativeError(one.gradient(), each.gradient())).isLessThan(1e-5);
    assertThat(Gradients.relativeError(one.gradient(), Gradients.differences(z, SHAPE, mixture)))
        .isLessThan(2e-3);
    assertThat(one.value()).isLessThan(each.value() - 1e-2f);
  }

  @Test
  void theLogSumCanBeDifferentiated() {
    Function<NDArray, NDArray> formula =
        z -> Formulas.logMean(new NDList(z, z.getManager().create(TWO, SHAPE))).square().sum();
    float[] z = {0.3f, -1.2f, 0.8f, 1.1f, 0.4f, -0.6f};
    assertThat(
            Gradients.relativeError(
                Gradients.of(z, SHAPE, formula).gradient(),
                Gradients.differences(z, SHAPE, formula)))
        .isLessThan(2e-3);
  }

  @Test
  void targetsPrintWhatTheyAre() {
    assertThat(Target.mean(PAIR)).hasToString("mean(teacher, teacher-2)");
    assertThat(Target.geometric(PAIR)).hasToString("geometric(teacher, teacher-2)");
    assertThat(Target.oneAtRandom(PAIR)).hasToString("random(teacher, teacher-2)");
    assertThat(Target.confidence(PAIR)).hasToString("confidence(teacher, teacher-2)");
    assertThat(Target.weighted(PAIR, List.of(0.25f, 0.75f)))
        .hasToString("mean(0.25·teacher, 0.75·teacher-2)");
    assertThat(new SoftTargets(Target.oneAtRandom(PAIR), 4))
        .hasToString("soft(random(teacher, teacher-2), T=4)");
  }

  private static List<Role> roles(int teachers) {
    return IntStream.range(0, teachers).mapToObj(Role::teacher).toList();
  }

  private static float[] probabilities(Target target, float temperature, float[]... teachers) {
    return evaluate(new Stub(0, LABELS, teachers), target, temperature);
  }

  private static float[] evaluate(Stub view, Target target, float temperature) {
    float[] logs = logs(view, target, temperature);
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.exp(logs[i]);
    }
    return logs;
  }

  private static float[] logs(Stub view, Target target, float temperature) {
    float[][] logs = new float[1][];
    Gradients.of(
        ONE,
        SHAPE,
        z -> {
          logs[0] = target.logProbabilities(view.of(z), temperature).toFloatArray();
          return z.sum();
        });
    return logs[0];
  }

  private static float[] weights(long[] labels, float[]... teachers) {
    float[][] weights = new float[1][];
    Gradients.of(
        ONE,
        SHAPE,
        z -> {
          NDList logits = new NDList();
          for (float[] teacher : teachers) {
            logits.add(z.getManager().create(teacher, SHAPE));
          }
          weights[0] =
              Formulas.confidenceWeights(logits, z.getManager().create(labels)).toFloatArray();
          return z.sum();
        });
    return weights[0];
  }

  private static double[] softmax(float[] z, float temperature) {
    double[] p = new double[z.length];
    for (int row = 0; row < z.length; row += 3) {
      double sum = 0;
      for (int i = row; i < row + 3; i++) {
        p[i] = Math.exp(z[i] / temperature);
        sum += p[i];
      }
      for (int i = row; i < row + 3; i++) {
        p[i] /= sum;
      }
    }
    return p;
  }

  private static void close(float[] values, Function<Integer, Double> expected) {
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i]).as("element %d", i).isCloseTo(expected.apply(i), within(1e-6));
    }
  }

  /** A step at which teachers say what they are told to say. */
  private static final class Stub implements StepView {
    final List<Role> asked = new ArrayList<>();
    private final int step;
    private final long[] labels;
    private final float[][] teachers;
    private NDArray like;

    Stub(int step, long[] labels, float[]... teachers) {
      this.step = step;
      this.labels = labels;
      this.teachers = teachers;
    }

    /** The same in the manager of an array. */
    Stub of(NDArray array) {
      this.like = array;
      return this;
    }

    @Override
    public Outputs of(Role role) {
      asked.add(role);
      NDArray logits = like.getManager().create(teachers[role.index()], SHAPE);
      return new Outputs(List.of(TappedBlock.LOGITS), new NDList(logits, logits));
    }

    @Override
    public NDArray target() {
      return like.getManager().create(labels);
    }

    @Override
    public NDArray memory(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Draws draws() {
      return Draws.of(1, "term").at(step);
    }

    @Override
    public Outputs own() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray input() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int[] rows() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray adapter(String name, NDArray x) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Progress progress() {
      throw new UnsupportedOperationException();
    }
  }
}
