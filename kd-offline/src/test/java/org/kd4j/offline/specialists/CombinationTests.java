package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;

class CombinationTests {
  private static final List<List<Integer>> OVERLAPPING =
      List.of(List.of(0, 1, 2), List.of(2, 3), List.of(1, 4, 5), List.of(0, 5));
  private static final int CLASSES = 7;

  @Test
  void whereNobodyIsCalledItIsTheGeneralists() {
    double[] generalist = distribution(1, CLASSES);
    double[] q = new double[CLASSES];
    int steps =
        new Combination(CLASSES, OVERLAPPING)
            .minimize(generalist, new double[4][], new boolean[4], q);
    assertThat(q).containsExactly(generalist);
    assertThat(steps).isZero();
  }

  @Test
  void specialistsWhoSayWhatTheGeneralistSaysChangeNothing() {
    double[] generalist = distribution(5, CLASSES);
    double[][] same =
        OVERLAPPING.stream().map(group -> seen(generalist, group)).toArray(double[][]::new);
    double[] q = combined(CLASSES, OVERLAPPING, generalist, same, true, true, true, true);
    assertThat(q).containsExactly(generalist, within(1e-14));
  }

  /** In the group the mean of both; outside, what the mean leaves, in the generalist's ratios. */
  @Test
  void oneSpecialistHasAClosedForm() {
    double[] generalist = {0.1, 0.2, 0.3, 0.4};
    double[] specialist = {0.3, 0.5, 0.2}; // of classes 0 and 2, and dustbin
    double[] q = combined(4, List.of(List.of(0, 2)), generalist, new double[][] {specialist}, true);
    double outside = (0.6 + 0.2) / 2;
    assertThat(q)
        .containsExactly(new double[] {0.2, outside * 2 / 6, 0.4, outside * 4 / 6}, within(1e-15));
  }

  /** The paper: with a probability for each class from everyone it is the arithmetic mean. */
  @Test
  void modelsThatKnowEveryClassAreAveraged() {
    List<List<Integer>> allButOne = List.of(List.of(0, 1, 2), List.of(1, 2, 3));
    double[] generalist = {0.1, 0.2, 0.3, 0.4};
    double[][] specialists = {{0.4, 0.3, 0.2, 0.1}, {0.25, 0.25, 0.3, 0.2}};
    double[] q = combined(4, allButOne, generalist, specialists, true, true);
    assertThat(q)
        .containsExactly(new double[] {0.7 / 3, 0.75 / 3, 0.75 / 3, 0.8 / 3}, within(1e-6));
  }

  @Test
  void theSumOfDivergencesIsTheLeastAGeneralOptimiserFinds() {
    for (int problem = 0; problem < 30; problem++) {
      boolean[] active = new boolean[OVERLAPPING.size()];
      active[problem % 4] = true;
      active[(problem + 1 + problem % 2) % 4] = true;
      active[(problem / 4) % 4] = true;
      double[] generalist = distribution(100 + problem, CLASSES);
      double[][] specialists = specialists(problem);
      double[] q = combined(CLASSES, OVERLAPPING, generalist, specialists, active);
      assertThat(Arrays.stream(q).sum()).isCloseTo(1, within(1e-14));
      PointValuePair least = optimized(generalist, specialists, active);
      assertThat(divergence(q, generalist, specialists, active))
          .as("problem %d", problem)
          .isCloseTo(least.getValue(), within(1e-6))
          .isLessThan(divergence(generalist, generalist, specialists, active) - 1e-3);
      assertThat(q).containsExactly(softmax(least.getPoint()), within(2e-3));
    }
  }

  /** Zero stays zero under a product; the start must not let that happen. */
  @Test
  void aDustbinTheGeneralistRulesOutMayComeBack() {
    double[] generalist = {0.5, 0.5, 0, 0};
    double[][] specialist = {{0.1, 0.1, 0.8}};
    double[] q = combined(4, List.of(List.of(0, 1)), generalist, specialist, true);
    assertThat(q).containsExactly(new double[] {0.3, 0.3, 0.2, 0.2}, within(1e-12));
  }

  private static double[] combined(
      int classes,
      List<List<Integer>> groups,
      double[] generalist,
      double[][] specialists,
      boolean... active) {
    double[] q = new double[classes];
    new Combination(classes, groups).minimize(generalist, specialists, active, q);
    return q;
  }

  private static double[][] specialists(int problem) {
    double[][] all = new double[OVERLAPPING.size()][];
    Arrays.setAll(all, m -> distribution(1000 + 10 * problem + m, OVERLAPPING.get(m).size() + 1));
    return all;
  }

  /**
   * Conjugate gradients on logits, where q = softmax(z), as the paper parameterises it; begun again
   * where they end until that gains nothing.
   */
  private static PointValuePair optimized(
      double[] generalist, double[][] specialists, boolean[] active) {
    PointValuePair best = descended(new double[CLASSES], generalist, specialists, active);
    PointValuePair next = descended(best.getPoint(), generalist, specialists, active);
    while (next.getValue() < best.getValue()) {
      best = next;
      next = descended(best.getPoint(), generalist, specialists, active);
    }
    return best;
  }

  private static PointValuePair descended(
      double[] from, double[] generalist, double[][] specialists, boolean[] active) {
    return new NonLinearConjugateGradientOptimizer(
            NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE,
            new SimpleValueChecker(1e-15, 1e-15))
        .optimize(
            new ObjectiveFunction(z -> divergence(softmax(z), generalist, specialists, active)),
            new ObjectiveFunctionGradient(
                z -> gradient(softmax(z), generalist, specialists, active)),
            GoalType.MINIMIZE,
            new InitialGuess(from),
            new MaxEval(100_000));
  }

  private static double divergence(
      double[] q, double[] generalist, double[][] specialists, boolean[] active) {
    double sum = kl(generalist, q);
    for (int m = 0; m < active.length; m++) {
      sum += active[m] ? kl(specialists[m], seen(q, OVERLAPPING.get(m))) : 0;
    }
    return sum;
  }

  /** By z_c: Σ over models of q_c · (1 − p_m(g)/q(g)). */
  private static double[] gradient(
      double[] q, double[] generalist, double[][] specialists, boolean[] active) {
    double[] gradient = new double[q.length];
    for (int c = 0; c < q.length; c++) {
      gradient[c] = q[c] - generalist[c];
      for (int m = 0; m < active.length; m++) {
        if (active[m]) {
          List<Integer> group = OVERLAPPING.get(m);
          int at = group.contains(c) ? group.indexOf(c) : group.size();
          gradient[c] += q[c] - specialists[m][at] * q[c] / seen(q, group)[at];
        }
      }
    }
    return gradient;
  }

  /** q as a specialist sees it: its group, and the rest in one. */
  private static double[] seen(double[] q, List<Integer> group) {
    double[] seen = new double[group.size() + 1];
    for (int c = 0; c < q.length; c++) {
      seen[group.contains(c) ? group.indexOf(c) : group.size()] += q[c];
    }
    return seen;
  }

  private static double kl(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] > 0 ? p[i] * Math.log(p[i] / q[i]) : 0;
    }
    return sum;
  }

  private static double[] distribution(int which, int size) {
    double[] z = new double[size];
    Arrays.setAll(z, i -> 1.5 * Draws.of(1, "distribution", which).gaussian(i));
    return softmax(z);
  }

  private static double[] softmax(double[] z) {
    double max = Arrays.stream(z).max().orElseThrow();
    double[] e = Arrays.stream(z).map(v -> Math.exp(v - max)).toArray();
    double sum = Arrays.stream(e).sum();
    return Arrays.stream(e).map(v -> v / sum).toArray();
  }
}
