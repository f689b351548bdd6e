package org.kd4j.core.strategy;

import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.phase.Knowledge;

/**
 * What a strategy ends with. The trial evaluates all of it on the test split, once, afterwards.
 *
 * @param deployed what would be used
 * @param others what is worth reporting beside it, by name; {@code teacher} names the task's
 *     standard teacher and nobody else, all trials' are one row
 */
public record DistillationResult(Knowledge deployed, SortedMap<String, Knowledge> others) {
  /** Only a deployed network. */
  public static DistillationResult of(Knowledge deployed) {
    return new DistillationResult(deployed, new TreeMap<>());
  }

  /** The same and something worth reporting beside it. */
  public DistillationResult with(String name, Knowledge other) {
    SortedMap<String, Knowledge> more = new TreeMap<>(others);
    more.put(name, other);
    return new DistillationResult(deployed, more);
  }
}
