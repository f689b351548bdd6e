package org.kd4j.core.evaluation;

/**
 * How far a student follows its guide, on the same samples.
 *
 * @param agreement share of samples with the same predicted class, 0 to 1
 * @param kl mean KL(guide ‖ student) at temperature 1, in nats
 * @param repeatedErrors of the guide's errors, the share that the student makes too with the same
 *     wrong class; NaN where the guide makes none
 */
public record GuideMeasures(double agreement, double kl, double repeatedErrors) {}
