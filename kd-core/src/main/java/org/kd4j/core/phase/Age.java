package org.kd4j.core.phase;

/** Which of a phase's networks: the last epoch's, or the best on validation. */
public enum Age {
  /** After the last epoch. */
  LAST,
  /** After the epoch of highest validation accuracy, the first of equals. */
  BEST
}
