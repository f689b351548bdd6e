package org.kd4j.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.testkit.Gradients;

/** KDCL's four ways of combining, against values computed elsewhere and a general optimiser. */
class CombinedLogitsTests {
  private static final float[] S = {1, 2, 3, 0.5f, -1, 2};
  private static final float[] T = {2, 1, 0, 0, 1, 3};
  private static final int[] LABELS = {0, 2};

  @Test
  void minLogitTakesTheLeastMarginOfEachClass() {
    assertThat(combine(CombinedLogits::minLogit, S, T)).containsExactly(0, -1, -2, -3, -3, 0);
    assertThat(combine(CombinedLogits::minLogit, T, S)).containsExactly(0, -1, -2, -3, -3, 0);
  }

  @Test
  void itsDivergenceIsThatOfDoublePrecision() {
    Gradients.Evaluated found = Gradients.of(S, new Shape(2, 3), CombinedLogitsTests::learnt);
    assertThat(found.value()).isCloseTo(0.726881f, within(1e-5f));
    float[] differences = Gradients.differences(S, new Shape(2, 3), CombinedLogitsTests::learnt);
    assertThat(Gradients.relativeError(found.gradient(), differences)).isLessThan(2e-3);
  }

  /** The target holds still while its own logits are differentiated, as it does in a step. */
  private static NDArray learnt(NDArray z) {
    NDManager m = z.getManager();
    NDArray target = CombinedLogits.minLogit(logits(m, 3, S, T), m.create(new long[] {0, 2}));
    return Formulas.softTargetsKlOfLog(z, Scalars.div(target, 2).logSoftmax(1), 2);
  }

  /** Not the better network sample by sample: S is better on neither, T on both. */
  @Test
  void naiveTakesTheNetworkThatIsBestOnTheBatch() {
    assertThat(combine(CombinedLogits::naive, S, T)).containsExactly(T);
    assertThat(combine(CombinedLogits::naive, T, S, S)).containsExactly(T);
    float[] mixed = {9, 0, 0, 1, 0, 0.5f}; // best on the first sample, worst on the second
    assertThat(combine(CombinedLogits::naive, mixed, T)).containsExactly(T);
    float[] alike = T.clone();
    assertThat(combine(CombinedLogits::naive, alike, T)).containsExactly(T);
  }

  @Test
  void linearMixesLogitsByTheWeights() {
    float[] weights = weights(LABELS, 3, S, T);
    float[] mixed = combine(CombinedLogits::linear, S, T);
    for (int i = 0; i < mixed.length; i++) {
      assertThat(mixed[i]).isCloseTo(weights[0] * S[i] + weights[1] * T[i], within(1e-5f));
    }
  }

  /**
   * Peers of every quality: alike ones (a combination inside the simplex), one far better than the
   * others (a corner), logits of great and small scale.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 1, 0, 0",
    "2, 1, 0, 1",
    "3, 1, 0, 2",
    "4, 1, 0, 3",
    "3, 1, 3, 4",
    "3, 30, 0, 5",
    "3, 0.1, 0, 6",
    "2, 30, 2, 7",
    "5, 3, 1, 8"
  })
  void linearFindsWhatAGeneralOptimiserFinds(int peers, float scale, float ahead, int seed) {
    int batch = 32;
    int classes = 5;
    Draws draws = Draws.of(seed, "peers");
    int[] labels = new int[batch];
    float[][] logits = new float[peers][batch * classes];
    long next = 0;
    for (int b = 0; b < batch; b++) {
      labels[b] = draws.below(next++, classes);
      for (int k = 0; k < peers; k++) {
        for (int c = 0; c < classes; c++) {
          double known = (1 + (k == 0 ? ahead : 0)) * (c == labels[b] ? 1 : 0);
          logits[k][b * classes + c] = (float) (scale * (known + draws.gaussian(next++)));
        }
      }
    }
    float[] found = weights(labels, classes, logits);
    double sum = 0;
    for (float w : found) {
      assertThat(w).isBetween(0f, 1f);
      sum += w;
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    double least = generalOptimiser(logits, labels, classes);
    double[] doubles = new double[peers];
    for (int k = 0; k < peers; k++) {
      doubles[k] = found[k];
    }
    double ours = loss(doubles, logits, labels, classes);
    assertThat(ours - least).as("loss above the least, %s", least).isLessThan(1e-5 * (1 + least));
    double even = loss(equal(peers), logits, labels, classes);
    assertThat(even - least).as("what there was to gain").isGreaterThan(20 * (ours - least));
  }

  private static double[] equal(int peers) {
    double[] weights = new double[peers];
    Arrays.fill(weights, 1.0 / peers);
    return weights;
  }

  /** Nelder and Mead over x, α = x²/Σx², restarted. */
  private static double generalOptimiser(float[][] logits, int[] labels, int classes) {
    double[] x = new double[logits.length];
    Arrays.fill(x, 1);
    double least = Double.POSITIVE_INFINITY;
    for (int restart = 0; restart < 6; restart++) {
      var best =
          new SimplexOptimizer(1e-12, 1e-12)
              .optimize(
                  new MaxEval(20_000),
                  GoalType.MINIMIZE,
                  new InitialGuess(x),
                  new NelderMeadSimplex(logits.length, 0.3),
                  new ObjectiveFunction(p -> loss(squares(p), logits, labels, classes)));
      x = best.getPoint();
      least = Math.min(least, best.getValue());
    }
    return least;
  }

  private static double[] squares(double[] x) {
    double sum = Arrays.stream(x).map(v -> v * v).sum();
    return Arrays.stream(x).map(v -> v * v / sum).toArray();
  }

  private static double loss(double[] weights, float[][] logits, int[] labels, int classes) {
    double sum = 0;
    for (int b = 0; b < labels.length; b++) {
      double[] z = new double[classes];
      for (int c = 0; c < classes; c++) {
        for (int k = 0; k < weights.length; k++) {
          z[c] += weights[k] * logits[k][b * classes + c];
        }
      }
      double max = Arrays.stream(z).max().orElseThrow();
      double total = Arrays.stream(z).map(v -> Math.exp(v - max)).sum();
      sum += max + Math.log(total) - z[labels[b]];
    }
    return sum / labels.length;
  }

  @Test
  void linearSharesEquallyAmongEqualNetworks() {
    float[] weights = weights(LABELS, 3, S, S, S);
    for (float w : weights) {
      assertThat(w).isCloseTo(1f / 3, within(1e-5f));
    }
  }

  /** Two classes; the errors are (−e, e), and the networks err on different samples. */
  @Test
  void generalWeighsIndependentErrorsByTheirInverseSquares() {
    float[] a = {logit(0.9), 0, 60, 0};
    float[] b = {60, 0, logit(0.8), 0};
    float[] weights = CombinedLogits.errorWeights(List.of(a, b), new int[] {0, 0}, 2);
    assertThat(weights[0]).isCloseTo(0.8f, within(1e-4f));
    assertThat(weights[1]).isCloseTo(0.2f, within(1e-4f));
  }

  /** Who errs as another does, only more, is weighed against it. */
  @Test
  void generalMinimisesTheSquaredErrorOfTheCombination() {
    float[] a = {logit(0.9), 0, logit(0.95), 0, logit(0.99), 0};
    float[] b = {logit(0.7), 0, logit(0.9), 0, logit(0.9), 0};
    int[] labels = {0, 0, 0};
    float[] weights = CombinedLogits.errorWeights(List.of(a, b), labels, 2);
    assertThat(weights[0]).isGreaterThan(1);
    assertThat(weights[0] + weights[1]).isCloseTo(1, within(1e-5f));
    double[][] errors = {errors(a, labels), errors(b, labels)};
    double least = square(errors, weights[0]);
    assertThat(square(errors, weights[0] + 0.05)).isGreaterThan(least);
    assertThat(square(errors, weights[0] - 0.05)).isGreaterThan(least);
  }

  private static double[] errors(float[] logits, int[] labels) {
    Predictions said = new Predictions(logits, 2, labels);
    double[] errors = new double[labels.length];
    for (int row = 0; row < labels.length; row++) {
      errors[row] = 1 - said.probabilities(row, 1)[labels[row]];
    }
    return errors;
  }

  private static double square(double[][] errors, double first) {
    double sum = 0;
    for (int row = 0; row < errors[0].length; row++) {
      sum += Math.pow(first * errors[0][row] + (1 - first) * errors[1][row], 2);
    }
    return sum;
  }

  @Test
  void generalSharesEquallyAmongNetworksThatAgreeOrNeverErr() {
    float[] one = {logit(0.9), 0, logit(0.6), 0};
    for (float w : CombinedLogits.errorWeights(List.of(one, one, one), new int[] {0, 1}, 2)) {
      assertThat(w).isCloseTo(1f / 3, within(1e-4f));
    }
    float[] sure = {900, 0, 0, 900};
    assertThat(Evaluation.accuracy(new Predictions(sure, 2, new int[] {0, 1}))).isEqualTo(1);
    assertThat(CombinedLogits.errorWeights(List.of(sure, sure), new int[] {0, 1}, 2))
        .containsExactly(0.5f, 0.5f);
  }

  private static float logit(double p) {
    return (float) Math.log(p / (1 - p));
  }

  private static float[] combine(BiFunction<NDList, NDArray, NDArray> how, float[]... networks) {
    return evaluate(LABELS, 3, how, networks);
  }

  private static float[] weights(int[] labels, int classes, float[]... networks) {
    return evaluate(labels, classes, CombinedLogits::simplexWeights, networks);
  }

  private static float[] evaluate(
      int[] labels, int classes, BiFunction<NDList, NDArray, NDArray> how, float[]... networks) {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    try (NDManager m = NDManager.newBaseManager()) {
      NDArray y = m.create(Arrays.stream(labels).asLongStream().toArray());
      return how.apply(logits(m, classes, networks), y).toFloatArray();
    }
  }

  private static NDList logits(NDManager m, int classes, float[]... networks) {
    List<NDArray> arrays = new ArrayList<>();
    for (float[] z : networks) {
      arrays.add(m.create(z, new Shape(z.length / classes, classes)));
    }
    return new NDList(arrays);
  }
}
