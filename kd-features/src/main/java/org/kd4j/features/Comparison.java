package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * A loss between a feature of the student's and one of the teacher's: the part of a method that is
 * its own. A record, because it is part of a phase's fingerprint and is printed in its objective.
 */
public interface Comparison {
  /**
   * The loss of one pair of taps.
   *
   * @param student in the graph, behind its adapter if there is one
   * @param teacher detached
   * @return a scalar, at least 0
   */
  NDArray value(NDArray student, NDArray teacher);

  /**
   * What of the teacher's feature is compared, taken before a larger map is pooled.
   *
   * @param teacher detached
   */
  default NDArray target(NDArray teacher) {
    return teacher;
  }

  /**
   * Which taps it can read; those that compare samples with each other read any, with 0 for what is
   * padding in a batch of texts: see {@link TextPadding}.
   */
  default LayerMap.Kind kind() {
    return LayerMap.Kind.ANY;
  }

  /** Whether the student's feature goes through an adapter to the teacher's channels. */
  default boolean adapted() {
    return false;
  }

  /** The smallest batch it is defined for. */
  default int minimumBatch() {
    return 1;
  }

  /**
   * Why it cannot compare features of these shapes, as a clause; empty if it can. A pair that is
   * written out is refused so; of those a rule finds it is left out.
   *
   * @param student of a sample, behind no adapter
   * @param teacher of a sample
   */
  default String misfit(Shape student, Shape teacher) {
    return "";
  }
}
