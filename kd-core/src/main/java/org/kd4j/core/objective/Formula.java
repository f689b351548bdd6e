package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;

/**
 * A loss formula under its name in reference files, bound in a module so that {@code kd check-loss}
 * can hold it against values computed elsewhere.
 */
@FunctionalInterface
public interface Formula {
  /**
   * Evaluates the loss.
   *
   * @param inputs the file's tensors and parameters
   * @return a scalar
   */
  NDArray value(Inputs inputs);

  /** The tensors and parameters of a reference file. */
  interface Inputs {
    /** A tensor, in the graph: FLOAT32, or INT64 for {@code labels}. */
    NDArray array(String name);

    /** A parameter. */
    float number(String name);
  }
}
