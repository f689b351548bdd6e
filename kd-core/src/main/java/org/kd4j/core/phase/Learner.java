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
 */
public record Learner(Role role, Start start, OptimizerSpec optimizer, Objective objective)
    implements Participant {}
