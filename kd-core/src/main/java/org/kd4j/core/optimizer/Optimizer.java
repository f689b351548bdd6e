package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
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

  /**
   * The state, by name; with the parameters it decides every later step. Windows on it as it is
   * now: read them before the next step.
   */
  SortedMap<String, FloatBuffer> state();

  /** Takes up a saved state. */
  void load(Map<String, float[]> state);

  /** Frees the state. */
  @Override
  void close();
}
