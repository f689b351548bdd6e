/**
 * The session and the one training loop: the only code that runs a backward pass, steps an
 * optimiser, writes a checkpoint or reads a stored teacher output. Start reading at {@link
 * org.kd4j.core.runner.PhaseRunner}.
 */
@NullMarked
package org.kd4j.core.runner;

import org.jspecify.annotations.NullMarked;
