package org.kd4j.experiments.study;

import java.util.Optional;
import org.kd4j.core.network.Complexity;

/**
 * What a trial's networks look like from outside, for the report.
 *
 * @param deployed the network that is deployed
 * @param guide whoever guided the phase that made it; empty where nobody did. Mean soft targets are
 *     kept of the guide, else of the deployed network, and of the study's first seed alone
 * @param teacher what the standard teacher costs; empty where the trial does not report it, or is
 *     not of the first seed
 */
public record Portraits(Portrait deployed, Optional<Portrait> guide, Optional<Cost> teacher) {
  /**
   * What a network costs to store and to run.
   *
   * @param complexity parameters and multiply-adds
   * @param latencyMillis median time of a forward of one sample
   */
  public record Cost(Complexity complexity, double latencyMillis) {}
}
