package org.kd4j.core.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/**
 * Cuts a data set. Every choice is a pure function of the spec's seed and of a row's place in the
 * set as published: a sample keeps its noisy label when fewer rows are drawn, and more noise, or
 * more hidden labels, only adds to less.
 */
final class Splitter {
  private final DataSet set;
  private final SplitSpec spec;

  Splitter(DataSet set, SplitSpec spec) {
    this.set = set;
    this.spec = spec;
  }

  Splits cut() {
    int[] rows;
    Optional<MemorySamples> validation;
    if (set.validation().isPresent()) {
      rows = IntStream.range(0, set.train().size()).toArray();
      validation = ownValidation(set.validation().get());
    } else {
      int count = validationCount();
      int[] order = validationOrder();
      rows = sorted(Arrays.copyOf(order, order.length - count));
      int[] held = sorted(Arrays.copyOfRange(order, order.length - count, order.length));
      validation =
          count == 0
              ? Optional.empty()
              : Optional.of(damaged(set.train(), held, "validation", "train"));
    }
    int[] available = rows;
    if (spec.train().isPresent()) {
      UsageException.require(
          spec.train().get() <= available.length,
          "train=%d asks for more than the %d training rows of %s that do not validate",
          spec.train().get(),
          available.length,
          set.name());
      rows = drawn(available, spec.train().get(), "train");
    }
    MemorySamples train = damaged(set.train(), rows, "train", "train");
    MemorySamples transfer = transfer(train, rows, available);
    MemorySamples test = set.test();
    if (spec.normalization() == SplitSpec.Scaling.STANDARD) {
      Normalization standard = Normalization.standard(numbers(train));
      validation = validation.map(v -> numbers(v).normalized(standard));
      transfer = numbers(transfer).normalized(standard);
      test = numbers(test).normalized(standard);
      train = numbers(train).normalized(standard);
    }
    return new Splits(set.name(), train, transfer, validation, test, set.classNames());
  }

  private static ArraySamples numbers(MemorySamples samples) {
    if (samples instanceof ArraySamples array) {
      return array;
    }
    throw new UsageException(
        samples.name() + " holds no numbers that could be scaled; leave normalization at unit");
  }

  /** The set's own validation samples, or as many of them as are wanted. */
  private Optional<MemorySamples> ownValidation(MemorySamples own) {
    int count = spec.validation().orElse(own.size());
    UsageException.require(
        count <= own.size(),
        "validation=%d asks for more than the %d validation rows %s brings",
        count,
        own.size(),
        set.name());
    int[] order =
        count == own.size()
            ? IntStream.range(0, count).toArray()
            : draws("validation").permutation(own.size());
    int[] rows = sorted(Arrays.copyOf(order, count));
    return count == 0
        ? Optional.empty()
        : Optional.of(damaged(own, rows, "validation", "own validation"));
  }

  private int validationCount() {
    int size = set.train().size();
    int custom = set.customaryValidation();
    int count = spec.validation().orElse(custom > 0 ? custom : Math.max(1, size / 10));
    UsageException.require(
        count < size,
        "validation=%d leaves nothing of the %d training rows of %s to learn from",
        count,
        size,
        set.name());
    return count;
  }

  /** Validation rows are the last of this order. */
  private int[] validationOrder() {
    int size = set.train().size();
    return set.customaryValidation() > 0
        ? IntStream.range(0, size).toArray()
        : draws("validation").permutation(size);
  }

  /** As many rows as wanted, each class in its proportion: quotas by largest remainder. */
  private int[] drawn(int[] rows, int wanted, String purpose) {
    int[] labels = set.train().labels();
    Map<Integer, List<Integer>> byClass = new TreeMap<>();
    for (int i : draws(purpose).permutation(rows.length)) {
      byClass.computeIfAbsent(labels[rows[i]], c -> new ArrayList<>()).add(rows[i]);
    }
    int[] quotas = quotas(byClass.values().stream().mapToInt(List::size).toArray(), wanted);
    int[] result = new int[wanted];
    int to = 0;
    int at = 0;
    for (List<Integer> ofClass : byClass.values()) {
      for (int row : ofClass.subList(0, quotas[at++])) {
        result[to++] = row;
      }
    }
    return sorted(result);
  }

  /** Shares of a total in proportion to counts, by largest remainder; ties go to the first. */
  static int[] quotas(int[] counts, int total) {
    long all = Arrays.stream(counts).sum();
    int[] quotas = new int[counts.length];
    long[] remainders = new long[counts.length];
    int left = total;
    for (int i = 0; i < counts.length; i++) {
      long exact = (long) counts[i] * total;
      quotas[i] = (int) (exact / all);
      remainders[i] = exact % all;
      left -= quotas[i];
    }
    for (; left > 0; left--) {
      int best = 0;
      for (int i = 1; i < counts.length; i++) {
        best = remainders[i] > remainders[best] ? i : best;
      }
      quotas[best]++;
      remainders[best] = -1;
    }
    return quotas;
  }

  /** Rows of a set with noise in their labels, drawn by their place in that set. */
  private MemorySamples damaged(MemorySamples from, int[] rows, String split, String source) {
    MemorySamples clean = from.subset(set.name() + "/" + split, rows);
    if (spec.labelNoise() == 0) {
      return clean;
    }
    UsageException.require(
        clean.classes() >= 2, "labelNoise needs two classes, %s has one", set.name());
    Draws draws = draws("noise", source);
    int[] labels = clean.labels();
    for (int i = 0; i < rows.length; i++) {
      if (labels[i] >= 0 && draws.uniform(2L * rows[i]) < spec.labelNoise()) {
        int step = 1 + draws.below(2L * rows[i] + 1, clean.classes() - 1);
        labels[i] = (labels[i] + step) % clean.classes();
      }
    }
    return clean.relabelled(clean.name(), labels);
  }

  /**
   * The training rows, or as many as are wanted, without the omitted classes (by the labels as they
   * are, noise included).
   */
  private MemorySamples transfer(MemorySamples train, int[] trained, int[] available) {
    SortedSet<Integer> omitted = spec.omittedClasses();
    for (int omit : omitted) {
      UsageException.require(
          omit >= 0 && omit < train.classes(),
          "there is no class %d to omit; classes of %s are 0 to %d",
          omit,
          set.name(),
          train.classes() - 1);
    }
    if (omitted.isEmpty() && spec.hiddenLabels() == 0 && spec.transfer().isEmpty()) {
      return train;
    }
    int[] rows = spec.transfer().map(wanted -> rows(wanted, trained, available)).orElse(trained);
    MemorySamples from = damaged(set.train(), rows, "transfer", "train");
    int[] all = from.labels();
    int[] kept = IntStream.range(0, all.length).filter(i -> !omitted.contains(all[i])).toArray();
    UsageException.require(
        kept.length > 0, "omitting classes %s leaves no sample in the transfer set", omitted);
    Draws draws = draws("hidden");
    int[] labels =
        Arrays.stream(kept)
            .map(
                i ->
                    Arrays.binarySearch(trained, rows[i]) < 0
                            || draws.uniform(rows[i]) < spec.hiddenLabels()
                        ? -1
                        : all[i])
            .toArray();
    return from.subset(from.name(), kept).relabelled(from.name(), labels);
  }

  /** The rows students learn from: some of the training rows, or these and further ones. */
  private int[] rows(int wanted, int[] trained, int[] available) {
    if (wanted <= trained.length) {
      return drawn(trained, wanted, "transfer");
    }
    UsageException.require(
        wanted <= available.length,
        "transfer=%d asks for more than the %d training rows of %s that do not validate",
        wanted,
        available.length,
        set.name());
    int[] others =
        Arrays.stream(available).filter(r -> Arrays.binarySearch(trained, r) < 0).toArray();
    int[] further = drawn(others, wanted - trained.length, "transfer");
    return sorted(IntStream.concat(Arrays.stream(trained), Arrays.stream(further)).toArray());
  }

  private Draws draws(String purpose, Object... words) {
    return Draws.of(spec.seed(), "split " + purpose, words);
  }

  private static int[] sorted(int[] rows) {
    int[] copy = rows.clone();
    Arrays.sort(copy);
    return copy;
  }
}
