package org.kd4j.core.runner;

import org.kd4j.core.phase.Phase;
import org.kd4j.core.schedule.EpochMetrics;

/** Watches phases of one trial. Never needed for correctness; called from the trial's thread. */
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

  /** Something worth saying. */
  default void note(String message) {}
}
