package org.kd4j.core.network;

/** How a network runs forward. */
public enum Mode {
  /** Dropout on, batch statistics, running statistics moved. */
  TRAINING,
  /** Dropout off, running statistics used and left alone. */
  EVALUATION
}
