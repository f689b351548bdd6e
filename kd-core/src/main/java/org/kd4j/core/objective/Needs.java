package org.kd4j.core.objective;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a loss term must find, checked before the first batch.
 *
 * @param taps it reads, of others and of its own learner
 * @param adapters it trains, by name
 * @param labels whether it reads class labels
 * @param minimumBatch the smallest batch its formula is defined for
 */
public record Needs(
    SortedSet<TapRef> taps, SortedMap<String, Adapter> adapters, boolean labels, int minimumBatch) {
  /** Nothing at all. */
  public static final Needs NONE = new Needs(new TreeSet<>(), new TreeMap<>(), false, 1);

  /** Copies. */
  public Needs {
    taps = Collections.unmodifiableSortedSet(new TreeSet<>(taps));
    adapters = Collections.unmodifiableSortedMap(new TreeMap<>(adapters));
  }

  /** Some taps and nothing else. */
  public static Needs taps(TapRef... taps) {
    return new Needs(new TreeSet<>(List.of(taps)), new TreeMap<>(), false, 1);
  }

  /** The same, and labels. */
  public Needs withLabels() {
    return new Needs(taps, adapters, true, minimumBatch);
  }

  /** The same, and adapters. */
  public Needs withAdapters(Map<String, Adapter> more) {
    SortedMap<String, Adapter> all = new TreeMap<>(adapters);
    all.putAll(more);
    return new Needs(taps, all, labels, minimumBatch);
  }

  /** The same, for batches of at least a size. */
  public Needs withMinimumBatch(int size) {
    return new Needs(taps, adapters, labels, size);
  }

  /** What both need. */
  public Needs and(Needs other) {
    SortedSet<TapRef> allTaps = new TreeSet<>(taps);
    allTaps.addAll(other.taps);
    SortedMap<String, Adapter> allAdapters = new TreeMap<>(adapters);
    allAdapters.putAll(other.adapters);
    return new Needs(
        allTaps, allAdapters, labels || other.labels, Math.max(minimumBatch, other.minimumBatch));
  }
}
