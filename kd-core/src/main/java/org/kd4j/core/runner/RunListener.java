package org.kd4j.core.runner;

import org.kd4j.core.phase.Phase;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * Watches phases of one trial. Never needed for correctness. What is told of a phase is told by the
 * thread that trains it, in order; phases of one trial may be trained by several threads at a time,
 * which all call.
 */
public interface RunListener {
  /** Watches nothing. */
  RunListener NONE = new RunListener() {};

  /** A phase begins to train, or goes on from a checkpoint. */
  default void started(Phase phase, long fromStep, long steps) {}

  /** A phase's stored result was taken. */
  default void reused(Phase phase) {}

  /** Updates done so far; a few times a second at most. */
  default void steps(Phase phase, long done) {}

  /** An epoch ended. */
  default void epoch(Phase phase, EpochMetrics metrics) {}

  /** A phase is trained, or failed: perhaps before it began. Not told of one that is reused. */
  default void ended(Phase phase) {}

  /** Something worth saying. */
  default void note(String message) {}
}
