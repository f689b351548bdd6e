package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The published files themselves, where KD_DATA says that they are there. */
class PublishedDataTest {

  @Test
  void mnistHasItsPublishedCounts() {
    DataSet set = Make.load(new MnistSource(), "mnist", data("mnist"));
    assertThat(counts(set.train()))
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(counts(set.test()))
        .containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    Splits splits = Splits.of(set, SplitSpec.DEFAULT);
    assertThat(splits.train().size()).isEqualTo(50_000);
    assertThat(splits.validation().orElseThrow().size()).isEqualTo(10_000);
  }

  @Test
  void optdigitsHasItsPublishedCounts() {
    DataSet set = Make.load(new OptdigitsSource(), "optdigits", data("optdigits"));
    assertThat(counts(set.train()))
        .containsExactly(376, 389, 380, 389, 387, 376, 377, 387, 380, 382);
    assertThat(counts(set.test()))
        .containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
  }

  @Test
  void cifarBatchesAreRead() {
    DataSet set = Make.load(new CifarSource(), "cifar10", data("cifar10"));
    assertThat(set.train().size() % 10_000).isZero();
    assertThat(set.classNames()).isEqualTo(CifarSource.CLASSES);
    // Red, green and blue of photographs differ, but not by much.
    Normalization standard = Normalization.standard((ArraySamples) set.train());
    assertThat(standard.mean()).hasSize(3).allMatch(m -> m > 100 && m < 140);
  }

  @Test
  void sst2HasItsPublishedCounts() {
    DataSet set = Make.load(new Sst2Source(), "sst2", data("sst2"));
    MemorySamples validation = set.validation().orElseThrow();
    assertThat(set.train().size() + validation.size()).isEqualTo(67_349);
    assertThat(validation.size()).isBetween(3_000, 3_700);
    int[] train = counts(set.train());
    int[] held = counts(validation);
    assertThat(List.of(train[0] + held[0], train[1] + held[1])).containsExactly(29_780, 37_569);
    assertThat(counts(set.test())).containsExactly(428, 444);
    assertThat(set.train().shape()).isEqualTo(new Shape(64, 8000));
    DataSet bert =
        Make.load(new Sst2Source(), "sst2,vocabulary=bert-vocab/vocab.txt", data("bert-vocab"));
    assertThat(bert.test().shape()).isEqualTo(new Shape(64, 30_522));
    // "it 's a charming and often affecting journey ."
    assertThat(((TextSamples) bert.test()).tokens(0))
        .containsExactly(101, 2009, 1005, 1055, 1037, 11951, 1998, 2411, 12473, 4990, 1012, 102);
  }

  private static Path data(String name) {
    Optional<Path> data = Optional.ofNullable(System.getenv("KD_DATA")).map(Path::of);
    assumeTrue(
        data.isPresent() && Files.isDirectory(data.get().resolve(name)), "no KD_DATA/" + name);
    return data.get();
  }

  private static int[] counts(MemorySamples samples) {
    int[] counts = new int[samples.classes()];
    for (int label : samples.labels()) {
      counts[label]++;
    }
    return counts;
  }
}
