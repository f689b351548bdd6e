package org.kd4j.offline.specialists;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The distribution q over all classes that agrees best with a generalist and its active
 * specialists: it minimises KL(p_g ‖ q) + Σ_{m active} KL(p_m ‖ q), where q's mass on a
 * specialist's dustbin is the sum over the classes outside its group (G. Hinton, O. Vinyals, J.
 * Dean, "Distilling the Knowledge in a Neural Network", 2015, equation 5).
 *
 * <p>In place of the paper's gradient descent on logits: q_c ← Σ_m p_m(g(c)) · q_c / q(g(c)),
 * normalised, where m runs over generalist and active specialists and g(c) is the class or dustbin
 * that c falls into for m. Each step lowers the sum (it is expectation–maximisation for a class
 * seen only up to its group), there is no rate to choose, and with one active specialist it arrives
 * at once. It ends when the sum is within 1e-6 of its least value, for sure: by convexity it
 * exceeds that by no more than M · (max_c r_c − 1), r_c being the factor by which a step changes
 * q_c and M the number of models.
 *
 * <p>Holds buffers: one for each thread.
 */
public final class Combination {
  /** How far above the least value the sum of divergences may be, in nats. */
  public static final double TOLERANCE = 1e-6;

  /** Where the generalist rules a class out, the start does not. */
  private static final double FLOOR = 1e-12;

  private final int[][] inside;
  private final int[][] outside;
  private final double[] given;
  private final double[] factor;

  /**
   * For generalists and specialists of these groups.
   *
   * @param classes of the generalist
   * @param groups the classes of each specialist, in the order of its outputs
   */
  public Combination(int classes, List<List<Integer>> groups) {
    this.given = new double[classes];
    this.factor = new double[classes];
    this.inside =
        groups.stream()
            .map(g -> g.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    this.outside =
        groups.stream()
            .map(g -> IntStream.range(0, classes).filter(c -> !g.contains(c)).toArray())
            .toArray(int[][]::new);
  }

  /**
   * Combines what is said of one sample.
   *
   * @param generalist p_g
   * @param specialists p_m by specialist, its group's classes first and the dustbin last; read only
   *     where active
   * @param active who takes part; nobody = the generalist's own
   * @param q takes the result
   * @return how many steps it took
   */
  public int minimize(double[] generalist, double[][] specialists, boolean[] active, double[] q) {
    int models = gather(generalist, specialists, active);
    if (models == 1) {
      System.arraycopy(generalist, 0, q, 0, q.length);
      return 0;
    }
    for (int c = 0; c < q.length; c++) {
      q[c] = Math.max(generalist[c], FLOOR);
    }
    int steps = 0;
    double gap;
    do {
      gap = step(specialists, active, models, q);
      steps++;
    } while (gap > TOLERANCE);
    return steps;
  }

  /** What singles a class out never changes: Σ of p_m(c) over those who know c by itself. */
  private int gather(double[] generalist, double[][] specialists, boolean[] active) {
    int models = 1;
    System.arraycopy(generalist, 0, given, 0, given.length);
    for (int m = 0; m < inside.length; m++) {
      if (active[m]) {
        models++;
        for (int i = 0; i < inside[m].length; i++) {
          given[inside[m][i]] += specialists[m][i];
        }
      }
    }
    return models;
  }

  /** One step; returns how far above its least value the sum was before it, at most. */
  private double step(double[][] specialists, boolean[] active, int models, double[] q) {
    Arrays.fill(factor, 0);
    for (int m = 0; m < outside.length; m++) {
      if (active[m]) {
        double mass = 0;
        for (int c : outside[m]) {
          mass += q[c];
        }
        double ratio = mass > 0 ? specialists[m][inside[m].length] / mass : 0;
        for (int c : outside[m]) {
          factor[c] += ratio;
        }
      }
    }
    double sum = 0;
    double most = 1;
    for (int c = 0; c < q.length; c++) {
      double next = (given[c] + q[c] * factor[c]) / models;
      most = q[c] > 0 ? Math.max(most, next / q[c]) : most;
      q[c] = next;
      sum += next;
    }
    for (int c = 0; c < q.length; c++) {
      q[c] /= sum;
    }
    return models * (most - 1);
  }
}
