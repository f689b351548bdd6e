package org.kd4j.experiments.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.inference.TTest;

/**
 * How much one row is above another when both are paired by seed, which takes out what the seed
 * does to both: the mean of the differences d, its 95 % interval d̄ ± t(0.975, n−1)·s/√n, and the
 * two-sided p of the paired t-test.
 *
 * <p>Where all differences are equal the sample shows no spread, and t has nothing to divide by. If
 * they are all 0 the rows do not differ: p = 1. If not (accuracies lie on a grid of 1/test samples,
 * so with few seeds this happens) there is no test and p is NaN, rather than a p of 0 that a spread
 * of exactly 0 would claim.
 *
 * @param mean of the differences, by seed, and its interval
 * @param p two-sided; NaN where there is no test: below two pairs, or all differences equal
 */
public record PairedDifference(Mean mean, double p) {

  /**
   * The difference of two rows over the seeds they have in common.
   *
   * @param row values by seed
   * @param reference values by seed
   * @return row − reference; over no pair at all its mean is NaN
   */
  public static PairedDifference of(Map<Long, Double> row, Map<Long, Double> reference) {
    List<Long> seeds = row.keySet().stream().filter(reference::containsKey).sorted().toList();
    double[] x = seeds.stream().mapToDouble(row::get).toArray();
    double[] y = seeds.stream().mapToDouble(reference::get).toArray();
    double[] d = new double[x.length];
    Arrays.setAll(d, i -> x[i] - y[i]);
    if (equalUpToRounding(d, x, y)) {
      double same = d.length == 0 ? Double.NaN : d[0];
      double width = d.length < 2 ? Double.NaN : 0;
      boolean noDifference = d.length >= 2 && Arrays.equals(x, y);
      return new PairedDifference(new Mean(d.length, same, width), noDifference ? 1 : Double.NaN);
    }
    return new PairedDifference(Mean.of(d), TTest.withDefaults().pairedTest(x, y).getPValue());
  }

  /** 0.97 − 0.95 and 0.98 − 0.96 are the same difference, and not the same bits. */
  private static boolean equalUpToRounding(double[] d, double[] x, double[] y) {
    double largest =
        DoubleStream.concat(Arrays.stream(x), Arrays.stream(y)).map(Math::abs).max().orElse(0);
    double low = Arrays.stream(d).min().orElse(0);
    double high = Arrays.stream(d).max().orElse(0);
    return high - low <= 4 * Math.ulp(largest);
  }
}
