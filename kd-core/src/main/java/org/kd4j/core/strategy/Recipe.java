package org.kd4j.core.strategy;

import org.kd4j.core.data.Augmentation;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.phase.Training;

/**
 * How a network of the task is trained, whoever teaches it.
 *
 * @param training epochs and batches
 * @param optimizer how it moves
 * @param augmentation what it sees
 */
public record Recipe(Training training, OptimizerSpec optimizer, Augmentation augmentation) {}
