package org.kd4j.experiments.study;

import java.util.List;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * Watches a study: progress on a terminal, metrics files. Never needed for correctness. Called from
 * several worker threads, for one trial too: it may train several phases at a time, whose names
 * differ.
 */
public interface StudyListener {
  /** Watches nothing. */
  StudyListener NONE = new StudyListener() {};

  /** Something that takes a while begins: reading data, starting the engine. */
  default void stage(String what) {}

  /**
   * The data is read and cut.
   *
   * @param fingerprints of train, transfer, validation, test, as the study's result has them
   */
  default void data(List<String> fingerprints) {}

  /**
   * How long it may take, told before anything is trained; whoever does not agree throws.
   *
   * @param seconds of wall time, roughly
   */
  default void expected(double seconds) {}

  /** All trials are known. */
  default void planned(int trials, long expectedSteps) {}

  /** A phase begins to train, or its stored result is taken. */
  default void phaseStarted(
      StrategyChoice choice, long seed, String phase, boolean reused, int epochs) {}

  /**
   * Some steps of a phase are done; called a few times a second at most.
   *
   * @param choice of the trial that trains it
   * @param seed of that trial
   * @param phase its name
   * @param steps how many of the phase, in all, are done by now
   */
  default void steps(StrategyChoice choice, long seed, String phase, long steps) {}

  /** An epoch of a phase ended. */
  default void epoch(StrategyChoice choice, long seed, String phase, EpochMetrics metrics) {}

  /** A phase that was begun is trained, or failed. */
  default void phaseEnded(StrategyChoice choice, long seed, String phase) {}

  /** A trial ended. */
  default void trialEnded(TrialResult result) {}

  /** A candidate of a search ended, with its accuracy on validation samples. */
  default void candidateEnded(StrategyChoice choice, long seed, double validationAccuracy) {}

  /**
   * A trial ended without a result.
   *
   * @param choice of the trial
   * @param seed of the trial
   * @param reason why, in a line; the study's result has it too, the log where
   */
  default void trialFailed(StrategyChoice choice, long seed, String reason) {}

  /** Something worth saying: a damaged entry recomputed, a phase that is not stored and why. */
  default void note(String message) {}
}
