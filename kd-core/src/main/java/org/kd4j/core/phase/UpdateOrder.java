package org.kd4j.core.phase;

/** When the learners of a step are updated. */
public enum UpdateOrder {
  /** All read the outputs of before the step and are updated at once. */
  TOGETHER,
  /**
   * One after the other in the order of the cast. Whoever was updated is forwarded once more on the
   * same batch, with the same dropout masks and its running statistics left alone, for those after
   * it.
   */
  IN_TURN
}
