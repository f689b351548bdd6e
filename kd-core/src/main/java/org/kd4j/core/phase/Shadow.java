package org.kd4j.core.phase;

import org.kd4j.core.objective.Role;

/**
 * A frozen follower of a learner of the same phase: its own earlier self, or the mean of its past.
 * It starts as the learner's first weights, is moved by the runner after updates and never by a
 * gradient, and is forwarded in evaluation mode on what everybody is shown.
 *
 * @param role position in the cast
 * @param of the learner it follows
 * @param following how
 */
public record Shadow(Role role, Role of, Following following) implements Participant {}
