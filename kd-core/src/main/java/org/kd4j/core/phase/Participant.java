package org.kd4j.core.phase;

import org.kd4j.core.objective.Role;

/** Somebody in a phase's cast. */
public sealed interface Participant permits Learner, Guide, Shadow {
  /** The position in the cast. */
  Role role();
}
