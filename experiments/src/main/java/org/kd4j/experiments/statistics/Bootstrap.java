package org.kd4j.experiments.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/**
 * Intervals of a mean from resampling, without assuming a normal distribution: bias-corrected and
 * accelerated, BCa (B. Efron, "Better Bootstrap Confidence Intervals", Journal of the American
 * Statistical Association, 1987). Percentiles of the resampled means at
 *
 * <pre>Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))),   z = ±1.96 for 95 %</pre>
 *
 * where z₀ is the normal quantile of the share of resampled means below the observed one (half of
 * those equal to it count), and a = Σ(x − x̄)³ / (6 (Σ(x − x̄)²)^1.5), the acceleration by the
 * jackknife. Percentiles are interpolated linearly. The draws are fixed: the same sample has the
 * same interval, anywhere.
 */
public final class Bootstrap {
  private static final double LEVEL = 0.95;
  private static final int OVER_SEEDS = 10_000;
  private static final int OVER_SAMPLES = 2_000;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Bootstrap() {}

  /**
   * The 95 % BCa interval of the mean of a few values, one a seed, say, from 10,000 resamples.
   *
   * @return {@link Interval#NONE} below two values, or where all are equal
   */
  public static Interval ofMean(double... values) {
    return interval(values, OVER_SEEDS, Draws.of(0, "bootstrap"));
  }

  /**
   * What the choice of test samples does to a difference of accuracies, the trained networks being
   * as they are: 95 % BCa interval from 2,000 resamples of the test samples. A sample is drawn for
   * both rows and all their seeds at once, so that what is hard for all of them cancels.
   *
   * @param row whether a sample was classified rightly: [seed][sample]
   * @param reference the same of the row it is compared with, the same seeds and samples
   * @return of the mean over seeds and samples of row − reference
   */
  public static Interval overTestSamples(boolean[][] row, boolean[][] reference) {
    UsageException.require(
        row.length > 0 && row.length == reference.length,
        "rows to compare have the same seeds, at least one; had %s and %s",
        row.length,
        reference.length);
    int samples = row[0].length;
    int seeds = row.length;
    int[] difference = new int[samples];
    for (int seed = 0; seed < seeds; seed++) {
      UsageException.require(
          row[seed].length == samples && reference[seed].length == samples,
          "rows to compare are tested on the same samples; had %s, %s and %s",
          samples,
          row[seed].length,
          reference[seed].length);
      for (int i = 0; i < samples; i++) {
        difference[i] += (row[seed][i] ? 1 : 0) - (reference[seed][i] ? 1 : 0);
      }
    }
    int[] counts = new int[2 * seeds + 1];
    for (int d : difference) {
      counts[seeds + d]++;
    }
    return ofCounts(counts, seeds, Draws.of(0, "bootstrap over test samples"));
  }

  /**
   * The BCa interval of a mean from means that were resampled already.
   *
   * @param values at least two, not all equal
   * @param resampled their means over resamples of them
   * @param level 0.95, say
   */
  public static Interval bca(double[] values, double[] resampled, double level) {
    double mean = mean(values);
    double squares = 0;
    double cubes = 0;
    for (double v : values) {
      squares += (v - mean) * (v - mean);
      cubes += (v - mean) * (v - mean) * (v - mean);
    }
    return bca(mean, squares, cubes, resampled, level);
  }

  private static Interval bca(
      double mean, double squares, double cubes, double[] resampled, double level) {
    double below = 0;
    for (double m : resampled) {
      below += m < mean ? 1 : m == mean ? 0.5 : 0;
    }
    double bias = NORMAL.inverseCumulativeProbability(below / resampled.length);
    double acceleration = cubes / (6 * Math.pow(squares, 1.5));
    double z = NORMAL.inverseCumulativeProbability(0.5 - level / 2);
    double[] sorted = resampled.clone();
    Arrays.sort(sorted);
    return new Interval(
        quantile(sorted, shifted(bias, z, acceleration)),
        quantile(sorted, shifted(bias, -z, acceleration)));
  }

  private static double shifted(double bias, double z, double acceleration) {
    return NORMAL.cumulativeProbability(bias + (bias + z) / (1 - acceleration * (bias + z)));
  }

  private static Interval interval(double[] values, int resamples, Draws draws) {
    if (Arrays.stream(values).distinct().count() < 2) {
      return Interval.NONE;
    }
    double[] means = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[draws.below((long) r * values.length + i, values.length)];
      }
      means[r] = sum / values.length;
    }
    return bca(values, means, LEVEL);
  }

  /**
   * The same for many samples of few values: how often each value falls into a resample is
   * multinomial, so that a resample takes a binomial draw for each value and not one for each
   * sample. Sums are whole numbers, so that ties with the observed mean are seen as such.
   *
   * @param counts of samples whose seeds' differences sum to −seeds … seeds
   * @param seeds how many
   */
  private static Interval ofCounts(int[] counts, int seeds, Draws draws) {
    int n = Arrays.stream(counts).sum();
    if (Arrays.stream(counts).filter(c -> c > 0).count() < 2) {
      return Interval.NONE;
    }
    double whole = (double) n * seeds;
    long sum = 0;
    for (int v = 0; v < counts.length; v++) {
      sum += (long) counts[v] * (v - seeds);
    }
    double mean = sum / whole;
    double squares = 0;
    double cubes = 0;
    for (int v = 0; v < counts.length; v++) {
      double d = (v - seeds) / (double) seeds - mean;
      squares += counts[v] * d * d;
      cubes += counts[v] * d * d * d;
    }
    Binomials binomials = new Binomials(n);
    double[] means = new double[OVER_SAMPLES];
    for (int r = 0; r < means.length; r++) {
      Draws own = draws.at(r);
      int toDraw = n;
      int from = n;
      long resampled = 0;
      for (int v = 0; v < counts.length && toDraw > 0; v++) {
        int many = binomials.draw(toDraw, counts[v] / (double) from, own.uniform(v));
        resampled += (long) many * (v - seeds);
        toDraw -= many;
        from -= counts[v];
      }
      means[r] = resampled / whole;
    }
    return bca(mean, squares, cubes, means, LEVEL);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }
}
