package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;

/**
 * One term of an objective: a scalar computed from what the cast puts out. A record is stored and
 * printed; a lambda works too, but its phase cannot be stored.
 */
@FunctionalInterface
public interface LossTerm {
  /**
   * The term's value at a step.
   *
   * @param view the step
   * @return a scalar in the learner's graph, the mean over the batch unless the paper says
   *     otherwise
   */
  NDArray value(StepView view);

  /** What it must find; checked before the first batch. */
  default Needs needs() {
    return Needs.NONE;
  }

  /**
   * Called before each epoch, outside any graph: a term whose numbers follow the cast's progress
   * works them out here and keeps them in its memory.
   *
   * @param epoch what can be seen
   * @param memory this term's
   */
  default void begin(EpochView epoch, Memory memory) {}

  /** The least value it can have; an epoch's mean below it (less 1e-5) stops the phase as a bug. */
  default double lowerBound() {
    return Double.NEGATIVE_INFINITY;
  }
}
