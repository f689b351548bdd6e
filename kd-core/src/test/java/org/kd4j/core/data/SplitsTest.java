package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;

class SplitsTest {
  private static final int CLASSES = 4;
  private static final SplitSpec DEFAULT = SplitSpec.DEFAULT;

  @Test
  void theLastTenthOfAFixedPermutationValidatesWhereNothingElseIsSaid() {
    Splits splits = Splits.of(set(200, 0), DEFAULT);
    assertThat(splits.train().size()).isEqualTo(180);
    assertThat(splits.validation().orElseThrow().size()).isEqualTo(20);
    assertThat(rows(splits.validation().get())).isNotEqualTo(range(180, 200));
    assertDisjointAndWhole(splits, 200);
    assertThat(rows(Splits.of(set(200, 0), DEFAULT).train())).isEqualTo(rows(splits.train()));
    assertThat(rows(Splits.of(set(200, 0), seed(1)).train())).isNotEqualTo(rows(splits.train()));
  }

  @Test
  void theCustomaryLastRowsValidateWhereASetHasThem() {
    Splits splits = Splits.of(set(200, 50), DEFAULT);
    assertThat(rows(splits.validation().orElseThrow())).isEqualTo(range(150, 200));
    assertThat(rows(splits.train())).isEqualTo(range(0, 150));
    Splits fewer = Splits.of(set(200, 50), validation(7));
    assertThat(rows(fewer.validation().orElseThrow())).isEqualTo(range(193, 200));
  }

  @Test
  void noValidationMeansNone() {
    Splits splits = Splits.of(set(200, 50), validation(0));
    assertThat(splits.validation()).isEmpty();
    assertThat(splits.train().size()).isEqualTo(200);
  }

  @Test
  void aSetsOwnValidationSamplesAreUsedAndTrainStaysWhole() {
    DataSet plain = set(100, 0);
    ArraySamples own = samples("own", 30, 500);
    DataSet set =
        new DataSet("toy", plain.train(), Optional.of(own), plain.test(), plain.classNames(), 0);
    Splits splits = Splits.of(set, DEFAULT);
    assertThat(splits.train().fingerprint()).isEqualTo(plain.train().fingerprint());
    assertThat(splits.validation().orElseThrow().fingerprint()).isEqualTo(own.fingerprint());
    assertThat(Splits.of(set, validation(10)).validation().orElseThrow().size()).isEqualTo(10);
    assertThat(Splits.of(set, validation(0)).validation()).isEmpty();
    assertThatThrownBy(() -> Splits.of(set, validation(31)))
        .hasMessage("validation=31 asks for more than the 30 validation rows toy brings");
  }

  @Test
  void fewerTrainingRowsKeepTheProportionsOfTheClasses() {
    Splits splits = Splits.of(set(1000, 200), train(101));
    int[] counts = new int[CLASSES];
    for (int label : splits.train().labels()) {
      counts[label]++;
    }
    assertThat(Arrays.stream(counts).sum()).isEqualTo(101);
    assertThat(counts).containsExactlyInAnyOrder(26, 25, 25, 25);
    assertThat(rows(splits.train())).isSorted();
    Set<Integer> more = asSet(rows(Splits.of(set(1000, 200), train(400)).train()));
    assertThat(more).containsAll(asSet(rows(splits.train())));
  }

  @Test
  void quotasFollowTheLargestRemainders() {
    assertThat(Splitter.quotas(new int[] {5, 3, 2}, 7)).containsExactly(4, 2, 1);
    assertThat(Splitter.quotas(new int[] {1, 1, 1}, 2)).containsExactly(1, 1, 0);
    assertThat(Splitter.quotas(new int[] {7, 0, 3}, 10)).containsExactly(7, 0, 3);
  }

  @Test
  void noiseMovesItsShareOfLabelsToOtherClassesOnTrainAndValidationAlone() {
    DataSet set = set(20_000, 5_000);
    Splits clean = Splits.of(set, DEFAULT);
    Splits noisy = Splits.of(set, noise(0.3f));
    assertThat(changed(clean.train(), noisy.train())).isCloseTo(0.3, within(0.015));
    assertThat(changed(clean.validation().orElseThrow(), noisy.validation().orElseThrow()))
        .isCloseTo(0.3, within(0.025));
    assertThat(noisy.test()).isSameAs(set.test());
    int[] steps = new int[CLASSES];
    int[] before = clean.train().labels();
    int[] after = noisy.train().labels();
    for (int i = 0; i < before.length; i++) {
      steps[(after[i] - before[i] + CLASSES) % CLASSES]++;
    }
    assertThat(Arrays.stream(steps).skip(1)).allMatch(n -> Math.abs(n - 1500) < 130);
  }

  @Test
  void moreNoiseAddsToLessAndFewerRowsKeepTheirNoise() {
    DataSet set = set(2000, 0);
    int[] clean = Splits.of(set, DEFAULT).train().labels();
    int[] little = Splits.of(set, noise(0.2f)).train().labels();
    int[] much = Splits.of(set, noise(0.5f)).train().labels();
    for (int i = 0; i < clean.length; i++) {
      if (little[i] != clean[i]) {
        assertThat(much[i]).isEqualTo(little[i]);
      }
    }
    MemorySamples all = Splits.of(set, noise(0.2f)).train();
    MemorySamples few = Splits.of(set, with(Optional.of(300), 0.2f)).train();
    int[] labelOfRow = new int[2000];
    for (int i = 0; i < all.size(); i++) {
      labelOfRow[row(all, i)] = all.labels()[i];
    }
    for (int i = 0; i < few.size(); i++) {
      assertThat(few.labels()[i]).isEqualTo(labelOfRow[row(few, i)]);
    }
  }

  @Test
  void theTransferSetIsTrainUnlessSomethingIsWithheld() {
    Splits splits = Splits.of(set(200, 0), DEFAULT);
    assertThat(splits.transfer()).isSameAs(splits.train());
  }

  @Test
  void omittedClassesAndHiddenLabelsConcernTheTransferSetAlone() {
    Splits splits = Splits.of(set(4000, 0), transfer(Set.of(1, 3), 0.25f));
    assertThat(splits.train().labels()).contains(0, 1, 2, 3).doesNotContain(-1);
    assertThat(splits.transfer().size()).isBetween(1700, 1900);
    assertThat(splits.transfer().labels()).contains(-1, 0, 2).doesNotContain(1, 3);
    long hidden = Arrays.stream(splits.transfer().labels()).filter(l -> l < 0).count();
    assertThat((double) hidden / splits.transfer().size()).isCloseTo(0.25, within(0.04));
    assertThat(splits.validation().orElseThrow().labels()).contains(0, 1, 2, 3);
    MemorySamples all = Splits.of(set(400, 0), transfer(Set.of(), 1)).transfer();
    assertThat(all.labels()).containsOnly(-1);
  }

  @Test
  void aSmallerTransferSetIsAStratifiedDrawFromTrain() {
    SplitSpec spec = train(200);
    Splits splits = Splits.of(set(1000, 0), spec.withTransfer(40));
    assertThat(rows(splits.train())).isEqualTo(rows(Splits.of(set(1000, 0), spec).train()));
    assertThat(asSet(rows(splits.train()))).containsAll(asSet(rows(splits.transfer())));
    for (int c = 0; c < CLASSES; c++) {
      int one = c;
      assertThat(Arrays.stream(splits.transfer().labels()).filter(l -> l == one)).hasSize(10);
    }
  }

  @Test
  void aLargerTransferSetIsTrainAndFurtherRowsWithoutLabels() {
    SplitSpec spec = with(Optional.of(100), 0.3f);
    Splits splits = Splits.of(set(1000, 0), spec.withTransfer(400));
    Set<Integer> trained = asSet(rows(splits.train()));
    assertThat(asSet(rows(splits.transfer()))).hasSize(400).containsAll(trained);
    assertThat(asSet(rows(splits.transfer())))
        .doesNotContainAnyElementsOf(asSet(rows(splits.validation().orElseThrow())));
    int[] labels = splits.transfer().labels();
    List<Integer> known =
        IntStream.range(0, 400)
            .filter(i -> trained.contains(row(splits.transfer(), i)))
            .mapToObj(i -> labels[i])
            .toList();
    assertThat(known)
        .isEqualTo(Arrays.stream(splits.train().labels()).boxed().toList())
        .doesNotContain(-1);
    assertThat(Arrays.stream(labels).filter(l -> l < 0)).hasSize(300);
  }

  @Test
  void standardScalingIsComputedOnTrainAndAppliedToAll() {
    SplitSpec spec =
        new SplitSpec(
            Optional.empty(),
            Optional.empty(),
            new TreeSet<>(),
            0,
            0,
            SplitSpec.Scaling.STANDARD,
            0);
    Splits splits = Splits.of(set(200, 50), spec);
    Normalization scaling = Make.numbers(splits.train()).normalization();
    // Feature 0 is the row, feature 1 never varies.
    assertThat(scaling.mean()).containsExactly(74.5f, 7f);
    assertThat(scaling.deviation().get(0)).isCloseTo(43.3f, within(0.01f));
    assertThat(scaling.deviation().get(1)).isEqualTo(1f);
    assertThat(Make.numbers(splits.validation().orElseThrow()).normalization()).isEqualTo(scaling);
    assertThat(Make.numbers(splits.test()).normalization()).isEqualTo(scaling);
    assertThat(Make.numbers(splits.transfer()).normalization()).isEqualTo(scaling);
  }

  @Test
  void imagesAreScaledByChannel() {
    byte[] pixels = {0, 2, (byte) 200, (byte) 210, 4, 6, (byte) 220, (byte) 230};
    ArraySamples images =
        ArraySamples.ofBytes(
            "i", new Shape(2, 1, 2), 2, pixels, new int[] {0, 1}, Normalization.by(255));
    Normalization standard = Normalization.standard(images);
    assertThat(standard.mean()).containsExactly(3f, 215f);
    assertThat(standard.deviation().get(0)).isEqualTo((float) Math.sqrt(5));
  }

  @Test
  void whatCannotBeCutIsRefused() {
    DataSet set = set(100, 0);
    assertThatThrownBy(() -> Splits.of(set, validation(100)))
        .isInstanceOf(UsageException.class)
        .hasMessage("validation=100 leaves nothing of the 100 training rows of toy to learn from");
    assertThatThrownBy(() -> Splits.of(set, train(91)))
        .hasMessage("train=91 asks for more than the 90 training rows of toy that do not validate");
    assertThatThrownBy(() -> Splits.of(set, train(50).withTransfer(91)))
        .hasMessage(
            "transfer=91 asks for more than the 90 training rows of toy that do not validate");
    assertThatThrownBy(() -> Splits.of(set, transfer(Set.of(4), 0)))
        .hasMessage("there is no class 4 to omit; classes of toy are 0 to 3");
    assertThatThrownBy(() -> Splits.of(set, transfer(Set.of(0, 1, 2, 3), 0)))
        .hasMessage("omitting classes [0, 1, 2, 3] leaves no sample in the transfer set");
  }

  private static void assertDisjointAndWhole(Splits splits, int size) {
    Set<Integer> all = asSet(rows(splits.train()));
    all.addAll(asSet(rows(splits.validation().orElseThrow())));
    assertThat(all).hasSize(size);
  }

  private static double changed(MemorySamples before, MemorySamples after) {
    int[] a = before.labels();
    int[] b = after.labels();
    return IntStream.range(0, a.length).filter(i -> a[i] != b[i]).count() / (double) a.length;
  }

  private static Set<Integer> asSet(int[] rows) {
    Set<Integer> set = new HashSet<>();
    Arrays.stream(rows).forEach(set::add);
    return set;
  }

  private static int[] rows(MemorySamples samples) {
    return IntStream.range(0, samples.size()).map(i -> row(samples, i)).toArray();
  }

  /** The first feature of the toy set is the row as published. */
  private static int row(MemorySamples samples, int i) {
    return (int) ((ArraySamples) samples).raw(i)[0];
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  private static DataSet set(int rows, int customaryValidation) {
    return new DataSet(
        "toy",
        samples("toy/train", rows, 0),
        Optional.empty(),
        samples("toy/test", 20, 100_000),
        List.of("a", "b", "c", "d"),
        customaryValidation);
  }

  private static ArraySamples samples(String name, int rows, int firstValue) {
    float[] values = new float[2 * rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      values[2 * i] = firstValue + i;
      values[2 * i + 1] = 7;
      labels[i] = i % CLASSES;
    }
    return ArraySamples.ofFloats(name, new Shape(2), CLASSES, values, labels, Normalization.by(1));
  }

  private static SplitSpec with(Optional<Integer> train, float noise) {
    return new SplitSpec(
        Optional.empty(), train, new TreeSet<>(), 0, noise, SplitSpec.Scaling.UNIT, 0);
  }

  private static SplitSpec train(int rows) {
    return with(Optional.of(rows), 0);
  }

  private static SplitSpec noise(float share) {
    return with(Optional.empty(), share);
  }

  private static SplitSpec validation(int rows) {
    return new SplitSpec(
        Optional.of(rows), Optional.empty(), new TreeSet<>(), 0, 0, SplitSpec.Scaling.UNIT, 0);
  }

  private static SplitSpec transfer(Set<Integer> omitted, float hidden) {
    return new SplitSpec(
        Optional.empty(),
        Optional.empty(),
        new TreeSet<>(omitted),
        hidden,
        0,
        SplitSpec.Scaling.UNIT,
        0);
  }

  private static SplitSpec seed(long seed) {
    return new SplitSpec(
        Optional.empty(), Optional.empty(), new TreeSet<>(), 0, 0, SplitSpec.Scaling.UNIT, seed);
  }
}
