package org.kd4j.experiments.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param differences by seed; those equal up to rounding are the same bits
 * @param mean of the differences, and its interval
 * @param p two-sided; NaN where there is no test: below two pairs, or all differences equal
 */
public record PairedDifference(List<Double> differences, Mean mean, double p) {
  /**
   * From how many pairs on the ranks and the resamples of differences say something: with fewer, a
   * two-sided signed-rank test over six rows cannot reach 0.05 after correction whatever the
   * differences are (2/2⁷ · 6 = 0.094), and a bootstrap interval is too narrow.
   */
  public static final int ENOUGH_PAIRS = 8;

  /** Copies. */
  public PairedDifference {
    differences = List.copyOf(differences);
  }

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
    double largest =
        DoubleStream.concat(Arrays.stream(x), Arrays.stream(y)).map(Math::abs).max().orElse(0);
    d = Ranks.snapped(d, 4 * Math.ulp(largest));
    List<Double> differences = Arrays.stream(d).boxed().toList();
    if (differences.stream().distinct().count() < 2) {
      double same = d.length == 0 ? Double.NaN : d[0];
      double width = d.length < 2 ? Double.NaN : 0;
      double p = d.length >= 2 && same == 0 ? 1 : Double.NaN;
      return new PairedDifference(differences, new Mean(d.length, same, width), p);
    }
    double p = TTest.withDefaults().test(d).getPValue();
    return new PairedDifference(differences, Mean.of(d), p);
  }

  /** The standard deviation of the differences (n − 1); NaN below two. */
  public double deviation() {
    int n = differences.size();
    double squares =
        differences.stream().mapToDouble(d -> (d - mean.value()) * (d - mean.value())).sum();
    return n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1));
  }

  /** How large it is beside its spread over seeds. */
  public EffectSize effectSize() {
    return EffectSize.of(differences.size(), mean.value(), deviation());
  }

  /**
   * The smallest true difference that this many seeds find with a chance of 0.8, were the spread
   * what it was seen to be.
   *
   * @param level of the test
   * @return NaN where there is no spread to go by
   */
  public double detectable(double level) {
    double deviation = deviation();
    return deviation > 0 ? Power.detectable(differences.size(), level) * deviation : Double.NaN;
  }

  /**
   * How many seeds would find a true difference as large as the one seen, with a chance of 0.8,
   * were the spread what it was seen to be.
   *
   * @param level of the test
   * @return NaN where there is no spread to go by; infinite beyond {@link Power#MOST_SEEDS}
   */
  public double seedsNeeded(double level) {
    double dz = effectSize().dz();
    if (Double.isNaN(dz)) {
      return Double.NaN;
    }
    int seeds = Power.seedsFor(dz, level);
    return seeds > Power.MOST_SEEDS ? Double.POSITIVE_INFINITY : seeds;
  }

  /** The signed-rank test of the differences; empty below {@link #ENOUGH_PAIRS}. */
  public Optional<WilcoxonSignedRank> signedRank() {
    return differences.size() < ENOUGH_PAIRS
        ? Optional.empty()
        : Optional.of(WilcoxonSignedRank.of(values()));
  }

  /**
   * The 95 % bootstrap interval of the mean difference; none below {@link #ENOUGH_PAIRS}, nor where
   * all differences are equal.
   */
  public Interval bootstrap() {
    return differences.size() < ENOUGH_PAIRS ? Interval.NONE : Bootstrap.ofMean(values());
  }

  private double[] values() {
    return differences.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
