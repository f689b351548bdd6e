package org.kd4j.core.network;

/** How a network runs forward. */
public enum Mode {
  /** Dropout on, batch statistics, running statistics moved. */
  TRAINING,
  /**
   * As in training, with the same dropout masks, but running statistics are left alone: how a peer
   * that was updated is forwarded once more for those after it.
   */
  OBSERVING,
  /** Dropout off, running statistics used and left alone. */
  EVALUATION
}
