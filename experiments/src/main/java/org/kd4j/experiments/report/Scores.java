package org.kd4j.experiments.report;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.experiments.study.Hits;

/**
 * Test accuracies or test errors of a row, and which samples were classified rightly, where trials
 * tell: what an interval over test samples rests on.
 *
 * @param bySeed accuracy or errors
 * @param hits by seed; seeds may be missing
 */
public record Scores(SortedMap<Long, Double> bySeed, Map<Long, Hits> hits) {
  /** Copies. */
  public Scores {
    bySeed = Collections.unmodifiableSortedMap(new TreeMap<>(bySeed));
    hits = Map.copyOf(hits);
  }
}
