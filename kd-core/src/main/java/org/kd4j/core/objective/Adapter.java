package org.kd4j.core.objective;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

/**
 * A small trainable block between two networks that a term needs and the student does not keep: the
 * regressor of a hint, say. A record, because it is part of a phase's fingerprint. The learner's
 * optimiser trains it; its first weights hang on (line, term, path).
 */
public interface Adapter {
  /**
   * Builds the block.
   *
   * @param shapes of everyone's taps, without the batch axis
   * @return a block without weights
   */
  Block block(Shapes shapes);

  /** Shape of one sample of what goes in. */
  Shape input(Shapes shapes);

  /** The shapes of the cast's taps. */
  @FunctionalInterface
  interface Shapes {
    /** Shape of one sample at a tap. */
    Shape of(TapRef tap);
  }
}
