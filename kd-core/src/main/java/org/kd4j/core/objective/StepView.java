package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.base.Draws;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.schedule.Progress;

/**
 * What a loss term sees of one step. The live graph is {@link #own()}; everything of anyone else is
 * already cut from it, so the right thing is shorter than the wrong thing.
 */
public interface StepView {
  /** The learner's outputs, in the graph. */
  Outputs own();

  /**
   * Somebody's outputs, detached: a guide's (forwarded lazily, once a step, or read from its stored
   * outputs), a shadow's, a peer's, or the learner's own.
   *
   * @param role in the cast
   */
  Outputs of(Role role);

  /**
   * The learner's inputs of the batch: FLOAT32 (batch, channels, height, width) or (batch, n), and
   * of texts INT64 (batch, 3, length).
   */
  NDArray input();

  /** The labels, INT64 (batch); −1 = none. */
  NDArray target();

  /** The samples' rows in their set. */
  int[] rows();

  /**
   * Runs one of this term's adapters.
   *
   * @param name as declared in {@link Needs}
   * @param x its input, in the graph
   * @return its output, in the graph
   */
  NDArray adapter(String name, NDArray x);

  /**
   * An array this term remembers.
   *
   * @param name as it was set
   * @return its values, FLOAT32 (n), outside the graph
   */
  NDArray memory(String name);

  /**
   * Overwrites rows of an array this term remembers, seen as a matrix as wide as what is written.
   * It happens once the step is done: whatever reads the array within the step, its backward pass
   * too, finds it as it was.
   *
   * @param name as it was set
   * @param rows which, each at most once
   * @param values (rows, width), detached or not
   */
  default void remember(String name, int[] rows, NDArray values) {
    throw new UnsupportedOperationException("nothing is remembered of this step");
  }

  /** Random draws of this term at this step. */
  Draws draws();

  /** How far the phase is. */
  Progress progress();
}
