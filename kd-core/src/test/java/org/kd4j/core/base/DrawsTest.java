package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class DrawsTest {
  private static final int MANY = 100_000;

  @Test
  void theBitsAreThoseOfSplitMix64() {
    // The first outputs for this seed in the reference implementation by Sebastiano Vigna.
    Draws draws = new Draws(1234567);
    assertThat(draws.bits(0)).isEqualTo(6457827717110365317L);
    assertThat(draws.bits(1)).isEqualTo(3203168211198807973L);
    assertThat(draws.bits(2)).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
  }

  @Test
  void theNumbersAreTheSameEveryTimeAndEverywhere() {
    // Computed from the definition in another language.
    Draws draws = Draws.of(7, "init", "student", "layers.0.weight");
    assertThat(draws.key()).isEqualTo(-866489580132037428L);
    assertThat(draws.uniform(3)).isEqualTo(0.9212171359671888);
    assertThat(draws.gaussian(3)).isEqualTo(-0.2140124820399589);
    assertThat(draws.at(3).bits(0)).isEqualTo(-5635923974862331508L);
    assertThat(draws.permutation(8)).containsExactly(6, 7, 1, 4, 3, 5, 0, 2);
  }

  @Test
  void everyWordAndItsPlaceCounts() {
    long key = Draws.of(1, "order", "a", "b").key();
    assertThat(Draws.of(2, "order", "a", "b").key()).isNotEqualTo(key);
    assertThat(Draws.of(1, "init", "a", "b").key()).isNotEqualTo(key);
    assertThat(Draws.of(1, "order", "b", "a").key()).isNotEqualTo(key);
    assertThat(Draws.of(1, "order", "ab").key()).isNotEqualTo(key);
    assertThat(Draws.of(1, "order", "a", "b").key()).isEqualTo(key);
  }

  @Test
  void uniformNumbersFillTheUnitIntervalEvenly() {
    Draws draws = Draws.of(1, "test");
    Moments m = moments(draws::uniform);
    assertThat(m.mean).isCloseTo(0.5, within(0.003));
    assertThat(m.variance).isCloseTo(1.0 / 12, within(0.001));
    assertThat(m.least).isBetween(0.0, 1e-4);
    assertThat(m.most).isBetween(1 - 1e-4, Math.nextDown(1.0));
  }

  @Test
  void gaussianNumbersHaveTheMomentsOfTheNormalDistribution() {
    Draws draws = Draws.of(2, "test");
    Moments m = moments(draws::gaussian);
    assertThat(m.mean).isCloseTo(0, within(0.01));
    assertThat(m.variance).isCloseTo(1, within(0.015));
    assertThat(m.kurtosis).isCloseTo(3, within(0.06));
    assertThat(correlation(draws::gaussian, c -> draws.gaussian(c + 1))).isCloseTo(0, within(0.01));
  }

  @Test
  void belowStaysBelowAndIsEven() {
    Draws draws = Draws.of(3, "test");
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[draws.below(i, 7)]++;
    }
    for (int count : counts) {
      assertThat(count).isCloseTo(10_000, within(400));
    }
    assertThat(draws.below(0, Integer.MAX_VALUE)).isNotNegative();
    assertThat(draws.below(0, 1)).isZero();
    assertThatThrownBy(() -> draws.below(0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPermutationHoldsEveryIndexOnce() {
    for (int n : new int[] {0, 1, 2, 1000}) {
      int[] sorted = Draws.of(n, "order").permutation(n);
      Arrays.sort(sorted);
      for (int i = 0; i < n; i++) {
        assertThat(sorted[i]).isEqualTo(i);
      }
    }
  }

  @Test
  void allPermutationsOfFourAreEquallyLikely() {
    Map<String, Integer> counts = new HashMap<>();
    Draws draws = Draws.of(4, "order");
    int rounds = 48_000;
    for (int i = 0; i < rounds; i++) {
      counts.merge(Arrays.toString(draws.at(i).permutation(4)), 1, Integer::sum);
    }
    double chiSquare = 0;
    double expected = rounds / 24.0;
    for (int count : counts.values()) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertThat(counts).hasSize(24);
    assertThat(chiSquare).as("chi square of 23 degrees, 99.9 %% quantile").isLessThan(49.7);
  }

  @Test
  void drawsAtDifferentIndicesAreIndependentOfEachOtherAndOfTheirParent() {
    Draws draws = Draws.of(5, "test");
    assertThat(correlation(c -> draws.at(0).uniform(c), c -> draws.at(1).uniform(c)))
        .isCloseTo(0, within(0.01));
    assertThat(correlation(draws::uniform, c -> draws.at(c).uniform(0))).isCloseTo(0, within(0.01));
    assertThat(correlation(c -> draws.at(c).uniform(0), c -> draws.at(c + 1).uniform(0)))
        .isCloseTo(0, within(0.01));
    assertThat(moments(c -> draws.at(c).uniform(0)).variance).isCloseTo(1 / 12.0, within(0.001));
    assertThat(draws.at(-1)).isNotEqualTo(draws);
  }

  private record Moments(
      double mean, double variance, double kurtosis, double least, double most) {}

  private static Moments moments(LongToDoubleFunction numbers) {
    double[] values = new double[MANY];
    Arrays.setAll(values, numbers::applyAsDouble);
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / MANY;
    double fourth = Arrays.stream(values).map(v -> Math.pow(v - mean, 4)).sum() / MANY;
    return new Moments(
        mean,
        variance,
        fourth / (variance * variance),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }

  private static double correlation(LongToDoubleFunction a, LongToDoubleFunction b) {
    Moments ma = moments(a);
    Moments mb = moments(b);
    double sum = 0;
    for (int i = 0; i < MANY; i++) {
      sum += (a.applyAsDouble(i) - ma.mean) * (b.applyAsDouble(i) - mb.mean);
    }
    return sum / MANY / Math.sqrt(ma.variance * mb.variance);
  }
}
