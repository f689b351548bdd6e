package org.kd4j.core.schedule;

import java.util.List;

/**
 * How far a phase is.
 *
 * @param step updates done so far in the phase
 * @param stepsPerEpoch updates in an epoch
 * @param epochs planned epochs of the phase
 * @param history the epochs completed so far
 */
public record Progress(long step, int stepsPerEpoch, int epochs, List<EpochMetrics> history) {

  /** The epoch this step is in, from 0. */
  public int epoch() {
    return (int) (step / stepsPerEpoch);
  }

  /** Epochs done, with a fraction for the one under way. */
  public double epochsDone() {
    return (double) step / stepsPerEpoch;
  }

  /** Share of all planned steps done: 0 at the first step, below 1 at the last. */
  public double fraction() {
    return (double) step / ((double) stepsPerEpoch * epochs);
  }
}
