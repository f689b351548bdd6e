package org.kd4j.core.data;

import java.util.List;
import java.util.Optional;

/**
 * A data set cut for a study. Only the end of a trial is handed {@code test}.
 *
 * @param name of the data
 * @param train what teachers learn from
 * @param transfer what students learn from: train, unless classes or labels are withheld
 * @param validation for every choice; empty forbids choices
 * @param test for the report
 * @param classNames a name per class
 */
public record Splits(
    String name,
    MemorySamples train,
    MemorySamples transfer,
    Optional<MemorySamples> validation,
    MemorySamples test,
    List<String> classNames) {

  /**
   * Cuts a set. Validation is the set's own where it brings one; else its customary last rows; else
   * the last tenth, or as many as the spec says, of a fixed permutation of train. The test split is
   * as published, but for the scaling.
   *
   * @param set the samples as published
   * @param spec how to cut, and what to damage on purpose
   * @return the parts
   */
  public static Splits of(DataSet set, SplitSpec spec) {
    return new Splitter(set, spec).cut();
  }
}
