package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;

class HalfFromTests {
  @Test
  void anEpochIsTheGroupOnceAndAsManyOthers() {
    HalfFrom sampling = new HalfFrom(samples(20, 80));
    int[] rows = sampling.rows(100, new Draws(1));
    assertThat(sampling.draws(100)).isEqualTo(40).isEqualTo(rows.length);
    assertThat(rows).doesNotHaveDuplicates();
    assertThat(rows).contains(IntStream.range(0, 20).toArray());
  }

  @Test
  void bothHalvesAreShuffledTogether() {
    int[] rows = new HalfFrom(samples(200, 800)).rows(1000, new Draws(1));
    long early = Arrays.stream(rows).limit(200).filter(r -> r < 200).count();
    assertThat(early).isBetween(70L, 130L);
  }

  @Test
  void othersAreDrawnUniformlyAndAnewEachEpoch() {
    HalfFrom sampling = new HalfFrom(samples(5, 20));
    int[] seen = new int[25];
    int epochs = 4000;
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int row : sampling.rows(25, Draws.of(1, "order").at(epoch))) {
        seen[row]++;
      }
    }
    for (int r = 0; r < 25; r++) {
      double expected = r < 5 ? 1 : 0.25;
      assertThat((double) seen[r] / epochs).isCloseTo(expected, within(r < 5 ? 0 : 0.03));
    }
  }

  @Test
  void aFewOthersAreReadAgain() {
    int[] rows = new HalfFrom(samples(10, 4)).rows(14, new Draws(1));
    assertThat(rows).hasSize(20);
    for (int other = 10; other < 14; other++) {
      int row = other;
      assertThat(Arrays.stream(rows).filter(r -> r == row).count()).isBetween(2L, 3L);
    }
  }

  @Test
  void theSameDrawsGiveTheSameRows() {
    HalfFrom sampling = new HalfFrom(samples(20, 80));
    assertThat(sampling.rows(100, new Draws(7))).containsExactly(sampling.rows(100, new Draws(7)));
    assertThat(sampling.rows(100, new Draws(7))).isNotEqualTo(sampling.rows(100, new Draws(8)));
  }

  @Test
  void unlabelledSamplesAreLeftOut() {
    ArraySamples some = samples(4, 6);
    int[] labels = some.labels();
    labels[0] = -1;
    labels[9] = -1;
    HalfFrom sampling = new HalfFrom(some.relabelled("some", labels));
    assertThat(sampling.rows(10, new Draws(1))).hasSize(6).doesNotContain(0, 9);
    assertThat(sampling.naturalShare()).isEqualTo(3 / 8.0);
  }

  @Test
  void aGroupWithoutSamplesIsRefused() {
    assertThatThrownBy(() -> new HalfFrom(samples(0, 6)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "a specialist learns from samples of its group and from others, world has 0 and 6");
  }

  /** The group's first, of classes 0 and 1; then the dustbin's. */
  private static ArraySamples samples(int group, int rest) {
    int[] labels = new int[group + rest];
    Arrays.setAll(labels, r -> r < group ? r % 2 : 2);
    return ArraySamples.ofFloats(
        "world", new Shape(1), 3, new float[labels.length], labels, Normalization.by(1));
  }
}
