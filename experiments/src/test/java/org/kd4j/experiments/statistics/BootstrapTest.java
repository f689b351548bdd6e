package org.kd4j.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/** Against SciPy 1.17.1, {@code stats.bootstrap(…, method='BCa')}. */
class BootstrapTest {
  private static final double[] VALUES = {0.012, 0.004, -0.003, 0.009, 0.015, 0.001, 0.022, 0.006};
  private static final double[] SKEWED = {
    0.001, 0.002, 0.001, 0.003, 0.002, 0.004, 0.001, 0.03, 0.0015, 0.0025
  };

  /** SciPy was given the same resamples (as {@code bootstrap_result}). */
  @Test
  void endsAreSciPysForTheSameResamples() {
    double[] means = new double[999];
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      for (int j = 0; j < VALUES.length; j++) {
        sum += VALUES[(int) (hash(i * 8 + j + 1) % 8)];
      }
      means[i] = sum / 8;
    }
    Interval wide = Bootstrap.bca(VALUES, means, 0.95);
    assertThat(wide.low()).isCloseTo(0.0034999999999999996, within(1e-12));
    assertThat(wide.high()).isCloseTo(0.01375, within(1e-12));
    Interval narrow = Bootstrap.bca(VALUES, means, 0.9);
    assertThat(narrow.low()).isCloseTo(0.004125, within(1e-12));
    assertThat(narrow.high()).isCloseTo(0.01275, within(1e-12));
  }

  private static long hash(long value) {
    long v = value * 2654435761L % (1L << 32);
    v ^= v >> 15;
    v = v * 2246822519L % (1L << 32);
    return v ^ v >> 13;
  }

  /** SciPy's ends from 2,000,000 resamples; from 10,000 they are near. */
  @Test
  void tenThousandResamplesComeNearToTwoMillion() {
    Interval interval = Bootstrap.ofMean(VALUES);
    assertThat(interval.low()).isCloseTo(0.0035, within(0.0002));
    assertThat(interval.high()).isCloseTo(0.013875, within(0.0003));
    Interval skewed = Bootstrap.ofMean(SKEWED);
    assertThat(skewed.low()).isCloseTo(0.0018, within(0.0001));
    assertThat(skewed.high()).isCloseTo(0.01585, within(0.0006));
  }

  @Test
  void followsTheSkewWhichStudentsIntervalCannot() {
    Interval skewed = Bootstrap.ofMean(SKEWED);
    Mean mean = Mean.of(SKEWED);
    assertThat(mean.value() - mean.halfWidth()).isNegative();
    assertThat(skewed.low()).isPositive();
    assertThat(skewed.high() - mean.value()).isGreaterThan(2 * (mean.value() - skewed.low()));
  }

  @Test
  void theSameValuesHaveTheSameIntervalAndEqualOnesNone() {
    assertThat(Bootstrap.ofMean(VALUES)).isEqualTo(Bootstrap.ofMean(VALUES.clone()));
    assertThat(Bootstrap.ofMean(1, 1, 1)).isEqualTo(Interval.NONE);
    assertThat(Bootstrap.ofMean(1)).isEqualTo(Interval.NONE);
  }

  /** With n samples of which shares are right and wrong, the normal interval is close. */
  @Test
  void overTestSamplesTheIntervalIsTheBinomialOne() {
    boolean[][] row = {new boolean[2000]};
    boolean[][] reference = {new boolean[2000]};
    Arrays.fill(row[0], 0, 1000, true);
    double half = 1.959964 * Math.sqrt(0.25 / 2000);
    Interval interval = Bootstrap.overTestSamples(row, reference);
    assertThat(interval.low()).isCloseTo(0.5 - half, within(0.1 * half));
    assertThat(interval.high()).isCloseTo(0.5 + half, within(0.1 * half));
  }

  @Test
  void whatIsHardForBothRowsCancels() {
    boolean[][] row = new boolean[3][1000];
    boolean[][] reference = new boolean[3][1000];
    for (int seed = 0; seed < 3; seed++) {
      for (int i = 0; i < 1000; i++) {
        boolean hard = Draws.of(0, "hard").uniform(i) < 0.3;
        row[seed][i] = !hard;
        reference[seed][i] = !hard && i >= 10;
      }
    }
    Interval interval = Bootstrap.overTestSamples(row, reference);
    assertThat(interval.high() - interval.low()).isLessThan(0.015);
    assertThat(interval.low()).isBetween(0.0, 0.01);
  }

  @Test
  void refusesRowsTestedOnOtherSamples() {
    assertThatThrownBy(() -> Bootstrap.overTestSamples(new boolean[2][10], new boolean[2][11]))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("10, 10 and 11");
    assertThatThrownBy(() -> Bootstrap.overTestSamples(new boolean[2][10], new boolean[3][10]))
        .isInstanceOf(UsageException.class);
  }

  /** Counts of values resampled by count have the moments of samples drawn one by one. */
  @Test
  void drawsOfCountsAreBinomial() {
    Binomials binomials = new Binomials(1000);
    for (double p : new double[] {0.003, 0.2, 0.97}) {
      double[] shares = new double[1001];
      int draws = 400_000;
      for (int i = 0; i < draws; i++) {
        shares[binomials.draw(1000, p, (i + 0.5) / draws)] += 1.0 / draws;
      }
      BinomialDistribution wanted = BinomialDistribution.of(1000, p);
      for (int k = 0; k <= 1000; k++) {
        assertThat(shares[k]).isCloseTo(wanted.probability(k), within(2.0 / draws));
      }
    }
    assertThat(binomials.draw(5, 0, 0.3)).isZero();
    assertThat(binomials.draw(5, 1, 0.3)).isEqualTo(5);
  }

  /** 500 samples of value −1, −½, 0, ½ and 1. */
  @Test
  void ofSeveralSeedsTheIntervalIsNearThatOfSamplesDrawnOneByOne() {
    int[] counts = {4, 20, 430, 36, 10};
    double[] values = new double[500];
    boolean[][] row = new boolean[2][500];
    boolean[][] reference = new boolean[2][500];
    int at = 0;
    for (int v = 0; v < counts.length; v++) {
      for (int i = 0; i < counts[v]; i++, at++) {
        values[at] = (v - 2) / 2.0;
        row[0][at] = v >= 3;
        row[1][at] = v == 4;
        reference[0][at] = v <= 1;
        reference[1][at] = v == 0;
      }
    }
    Interval onebyone = Bootstrap.ofMean(values);
    Interval interval = Bootstrap.overTestSamples(row, reference);
    double width = onebyone.high() - onebyone.low();
    assertThat(interval.low()).isCloseTo(onebyone.low(), within(0.04 * width));
    assertThat(interval.high()).isCloseTo(onebyone.high(), within(0.04 * width));
  }
}
