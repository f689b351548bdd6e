package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.SortedMap;

/** An optimiser with its state, which can be saved and loaded exactly. */
public interface Optimizer extends AutoCloseable {
  /**
   * Moves the parameters.
   *
   * @param gradients by path; a parameter without one is left alone
   * @param rate the learning rate of this step
   */
  void step(SortedMap<String, NDArray> gradients, float rate);

  /** A copy of the state, by name; with the parameters it decides every later step. */
  SortedMap<String, float[]> state();

  /** Takes up a saved state. */
  void load(Map<String, float[]> state);

  /** Frees the state. */
  @Override
  void close();
}
