package org.kd4j.core.phase;

/**
 * What a phase took when it was trained, kept with its result.
 *
 * @param seconds of wall time in all
 * @param stepSeconds of them inside training steps and validation batches, and in forwards of
 *     guides that were done for all steps beforehand
 * @param steps updates
 */
public record Cost(double seconds, double stepSeconds, long steps) {}
