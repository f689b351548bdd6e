package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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
