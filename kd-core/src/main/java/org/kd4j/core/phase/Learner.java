package org.kd4j.core.phase;

import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.OptimizerSpec;

/**
 * Somebody who is updated.
 *
 * @param role position in the cast
 * @param start fresh, or where a network stands
 * @param optimizer how it moves
 * @param objective what it minimises
 * @param sees whose augmentation it is shown
 * @param trains which stages of it move
 */
public record Learner(
    Role role, Start start, OptimizerSpec optimizer, Objective objective, Sees sees, Trains trains)
    implements Participant {
  /** A learner that is shown what everybody is and trained throughout. */
  public Learner(Role role, Start start, OptimizerSpec optimizer, Objective objective) {
    this(role, start, optimizer, objective, Sees.SHARED, Trains.ALL);
  }

  /** The same, shown an augmentation of its own or everybody's. */
  public Learner seeing(Sees other) {
    return new Learner(role, start, optimizer, objective, other, trains);
  }

  /** The same, trained in part. */
  public Learner training(Trains other) {
    return new Learner(role, start, optimizer, objective, sees, other);
  }
}
