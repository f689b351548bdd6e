package org.kd4j.online;

import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;

/**
 * A weight that rises while nobody knows much yet: peak · exp(−5 · (1 − min(1, e/E))²), e the
 * epochs done and E a share of those planned; it moves at the end of an epoch (S. Laine, T. Aila,
 * "Temporal Ensembling for Semi-Supervised Learning", ICLR 2017; ONE uses it with E = 80 of 300).
 *
 * @param peak reached after E epochs
 * @param share of the planned epochs that the rise takes, from 0 (none: the peak throughout) to 1
 */
record RampUp(float peak, float share) implements Schedule {
  RampUp {
    UsageException.require(
        share >= 0 && share <= 1, "a ramp takes a share of the phase from 0 to 1, was %s", share);
  }

  @Override
  public float at(Progress progress) {
    double length = (double) share * progress.epochs();
    double left = length == 0 ? 0 : 1 - Math.min(1, progress.epoch() / length);
    return (float) (peak * StrictMath.exp(-5 * left * left));
  }

  @Override
  public String toString() {
    return "ramp 0→" + Printing.number(peak);
  }
}
