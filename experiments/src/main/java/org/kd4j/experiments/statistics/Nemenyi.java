package org.kd4j.experiments.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;

/**
 * Which rows differ, after Friedman's test found that some do: two rows whose mean ranks over N
 * tasks are further apart than the critical difference
 *
 * <pre>CD = q · √(k(k+1)/(6N)),   q = the studentised range's critical value / √2</pre>
 *
 * (P. Nemenyi, "Distribution-free Multiple Comparisons", thesis, Princeton 1963; as J. Demšar,
 * "Statistical Comparisons of Classifiers over Multiple Data Sets", JMLR 2006, section 3.2.2, has
 * it.)
 *
 * @param friedman the test it follows
 * @param criticalDifference of mean ranks
 */
public record Nemenyi(Friedman friedman, double criticalDifference) {
  /**
   * The comparison of all rows with each other.
   *
   * @param friedman the test it follows
   * @param level 0.05, say
   */
  public static Nemenyi of(Friedman friedman, double level) {
    int k = friedman.meanRanks().size();
    return new Nemenyi(friedman, criticalDifference(k, friedman.tasks(), level));
  }

  /** The critical value q for k rows: 2.343701 for three at 0.05. */
  public static double criticalValue(int rows, double level) {
    return StudentizedRange.critical(level, rows) / Math.sqrt(2);
  }

  /** By how much mean ranks of k rows over N tasks must differ. */
  public static double criticalDifference(int rows, int tasks, double level) {
    UsageException.require(tasks >= 1, "ranks are averaged over tasks, got %s", tasks);
    return criticalValue(rows, level) * Math.sqrt(rows * (rows + 1.0) / (6.0 * tasks));
  }

  /**
   * p of a pair of rows, corrected for all pairs.
   *
   * @param a a row's place
   * @param b another's
   */
  public double p(int a, int b) {
    int k = friedman.meanRanks().size();
    double apart = Math.abs(friedman.meanRanks().get(a) - friedman.meanRanks().get(b));
    double q = Math.sqrt(2) * apart / Math.sqrt(k * (k + 1.0) / (6.0 * friedman.tasks()));
    return 1 - StudentizedRange.probability(q, k);
  }

  /**
   * The bars of a critical-difference diagram: the largest sets of at least two rows of which none
   * two differ detectably, each from its best to its worst, the best set first.
   */
  public List<List<Integer>> groups() {
    List<Double> ranks = friedman.meanRanks();
    List<Integer> order =
        IntStream.range(0, ranks.size())
            .boxed()
            .sorted((a, b) -> Double.compare(ranks.get(a), ranks.get(b)))
            .toList();
    List<List<Integer>> groups = new ArrayList<>();
    int reached = 0;
    for (int from = 0; from < order.size(); from++) {
      int to = from;
      while (to < order.size()
          && ranks.get(order.get(to)) - ranks.get(order.get(from)) <= criticalDifference) {
        to++;
      }
      if (to - from >= 2 && to > reached) {
        groups.add(order.subList(from, to));
      }
      reached = Math.max(reached, to);
    }
    return groups;
  }
}
