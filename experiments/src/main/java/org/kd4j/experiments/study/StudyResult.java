package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;

/**
 * A study that ran.
 *
 * @param spec what was asked
 * @param dataFingerprints of train, transfer, validation, test; in this order, absent ones left out
 * @param trials in the order of strategies, then seeds; those that failed are missing
 * @param failures what failed and why, one line each
 * @param gallery test images for the report; empty where samples are no images
 * @param wallSeconds of the whole
 */
public record StudyResult(
    StudySpec spec,
    List<String> dataFingerprints,
    List<TrialResult> trials,
    List<String> failures,
    Optional<Gallery> gallery,
    double wallSeconds) {

  /** A failure as {@link #failures} has it. */
  public static String failure(StrategyChoice choice, long seed, String reason) {
    return choice + ", seed " + seed + ": " + reason;
  }
}
