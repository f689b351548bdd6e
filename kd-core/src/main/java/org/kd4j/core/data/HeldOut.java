package org.kd4j.core.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/** The test split of a set that brings none: the last fifth of a fixed permutation of its rows. */
final class HeldOut {
  private HeldOut() {}

  /** Cuts all rows into train and test; the name says that it was done. */
  static DataSet fifth(String name, MemorySamples all, List<String> classNames) {
    int size = all.size();
    UsageException.require(
        size >= 5, "%s has %d rows; at least 5 are needed to hold out a fifth as test", name, size);
    int[] order = Draws.of(0, "held-out").permutation(size);
    int[] test = Arrays.copyOfRange(order, size - size / 5, size);
    int[] train = Arrays.copyOf(order, size - size / 5);
    Arrays.sort(test);
    Arrays.sort(train);
    String told = name + " (a fixed fifth held out as test)";
    return new DataSet(
        told,
        all.subset(told + "/train", train),
        Optional.empty(),
        all.subset(told + "/test", test),
        classNames,
        0);
  }
}
