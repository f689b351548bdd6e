package org.kd4j.core.objective;

import org.kd4j.core.base.UsageException;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;

/**
 * A named term with its weight.
 *
 * @param name what records and messages call it, a word
 * @param weight over the phase; where it is exactly 0 the term is not evaluated
 * @param term the loss
 */
public record Weighted(String name, Schedule weight, LossTerm term) {
  /** Checks the name. */
  public Weighted {
    UsageException.require(
        name.matches("[a-z][a-zA-Z0-9]*"), "a term's name is a word in lower case, was '%s'", name);
    UsageException.require(
        !EpochMetrics.OWN.contains(name),
        "a term cannot be called '%s': that is what an epoch's own measurement is called; choose"
            + " another word",
        name);
  }

  @Override
  public String toString() {
    return weight + "·" + term;
  }
}
