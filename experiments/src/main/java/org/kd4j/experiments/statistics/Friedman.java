package org.kd4j.experiments.statistics;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.kd4j.core.base.UsageException;

/**
 * Friedman's test: whether rows differ over tasks, judged by their ranks within each task, so that
 * tasks of any scale count the same (M. Friedman, "The Use of Ranks to Avoid the Assumption of
 * Normality Implicit in the Analysis of Variance", Journal of the American Statistical Association,
 * 1937; for comparing learners over data sets J. Demšar, "Statistical Comparisons of Classifiers
 * over Multiple Data Sets", JMLR 2006).
 *
 * <pre>χ² = (12 N/(k(k+1)) · Σ R̄ⱼ² − 3 N (k+1)) / (1 − Σ(t³ − t)/(N(k³ − k)))</pre>
 *
 * with N tasks, k rows, mean ranks R̄ⱼ and groups of t tied rows within a task; and F = (N−1)χ² /
 * (N(k−1) − χ²) with k−1 and (k−1)(N−1) degrees of freedom, beside which χ² is too cautious with
 * few tasks (R. Iman and J. Davenport, "Approximations of the Critical Region of the Friedman
 * Statistic", Communications in Statistics, 1980).
 *
 * @param tasks N
 * @param meanRanks of each row, 1 = best
 * @param chiSquared corrected for ties; 0 where all rows tie on all tasks
 * @param p of it, by the χ²-distribution with k − 1 degrees of freedom
 * @param f Iman and Davenport's; infinite where all tasks rank the rows alike
 * @param fp of it; NaN where F is infinite: a p of 0 would claim certainty
 */
public record Friedman(
    int tasks, List<Double> meanRanks, double chiSquared, double p, double f, double fp) {
  /** Fewer tasks than this say too little about tasks in general. */
  public static final int FEWEST_TASKS = 5;

  /** Copies. */
  public Friedman {
    meanRanks = List.copyOf(meanRanks);
  }

  /**
   * The test.
   *
   * @param scores [task][row], higher is better; at least 5 tasks and 3 rows
   */
  public static Friedman of(double[][] scores) {
    int n = scores.length;
    UsageException.require(
        n >= FEWEST_TASKS,
        "Friedman's test needs 5 tasks or more, got %s; on fewer, compare rows task by task",
        n);
    int k = scores[0].length;
    UsageException.require(
        k >= 3,
        "Friedman's test needs 3 rows or more, got %s; two rows are compared over tasks by"
            + " WilcoxonSignedRank",
        k);
    double[] sums = new double[k];
    double ties = 0;
    for (double[] task : scores) {
      UsageException.require(
          task.length == k && Arrays.stream(task).noneMatch(Double::isNaN),
          "each task needs a score of each of the %s rows, one has %s",
          k,
          Arrays.toString(task));
      double[] ranks = Ranks.of(Arrays.stream(task).map(score -> -score).toArray());
      ties += Ranks.ties(ranks);
      for (int row = 0; row < k; row++) {
        sums[row] += ranks[row];
      }
    }
    List<Double> means = Arrays.stream(sums).mapToObj(sum -> sum / n).toList();
    double spread = 0;
    for (double mean : means) {
      spread += (mean - 0.5 * (k + 1)) * (mean - 0.5 * (k + 1));
    }
    double untied = 1 - ties / (n * ((double) k * k * k - k));
    double chi = untied == 0 ? 0 : 12.0 * n / (k * (k + 1)) * spread / untied;
    double p = ChiSquaredDistribution.of(k - 1).survivalProbability(chi);
    double left = n * (k - 1) - chi;
    if (left <= 1e-9 * n * k) {
      return new Friedman(n, means, chi, p, Double.POSITIVE_INFINITY, Double.NaN);
    }
    double f = (n - 1) * chi / left;
    double fp = FDistribution.of(k - 1, (k - 1.0) * (n - 1)).survivalProbability(f);
    return new Friedman(n, means, chi, p, f, fp);
  }
}
