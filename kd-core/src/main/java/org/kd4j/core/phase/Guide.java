package org.kd4j.core.phase;

import org.kd4j.core.objective.Role;

/**
 * Somebody frozen who teaches: forwarded in evaluation mode, without gradients, lazily, at most
 * once a step; its parameters and buffers are checked to be the same bits before and after.
 *
 * @param role position in the cast
 * @param knowledge what it knows
 */
public record Guide(Role role, Knowledge knowledge) implements Participant {}
