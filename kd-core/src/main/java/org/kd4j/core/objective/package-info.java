/**
 * What a learner minimises: weighted, scheduled {@linkplain org.kd4j.core.objective.LossTerm loss
 * terms} that read the outputs of the cast through a {@linkplain org.kd4j.core.objective.StepView
 * view} of the step. The {@linkplain org.kd4j.core.objective.Formulas formulas} are pure functions
 * on arrays; terms call them, and so does whoever checks them against reference values.
 *
 * <p>Start reading at {@link org.kd4j.core.objective.SoftTargets}; it is the class to copy for a
 * loss of your own.
 */
@NullMarked
package org.kd4j.core.objective;

import org.jspecify.annotations.NullMarked;
