package org.kd4j.experiments.report;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.experiments.study.Hits;

/**
 * Test accuracies or test errors of a row by seed that also know which samples were classified
 * rightly, where trials tell: what an interval over test samples rests on.
 */
public final class Scores extends TreeMap<Long, Double> {
  private static final long serialVersionUID = 1;

  private final transient Map<Long, Hits> hits;

  /**
   * Scores.
   *
   * @param values by seed
   * @param hits by seed; seeds may be missing
   */
  public Scores(SortedMap<Long, Double> values, Map<Long, Hits> hits) {
    super(values);
    this.hits = Map.copyOf(hits);
  }

  /** Which samples were classified rightly, by seed; seeds may be missing. */
  public Map<Long, Hits> hits() {
    return hits;
  }
}
