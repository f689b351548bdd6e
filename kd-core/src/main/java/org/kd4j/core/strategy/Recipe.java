package org.kd4j.core.strategy;

import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Samples;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Training;

/**
 * How a network of the task is trained, whoever teaches it.
 *
 * @param training epochs and batches
 * @param optimizer how it moves
 * @param augmentation what it sees
 * @param cacheMegabytes up to which size what its guides say is computed once: see {@link Feed}
 */
public record Recipe(
    Training training, OptimizerSpec optimizer, Augmentation augmentation, int cacheMegabytes) {
  /** Keeps what guides say up to {@value Feed#CACHE} MB. */
  public Recipe(Training training, OptimizerSpec optimizer, Augmentation augmentation) {
    this(training, optimizer, augmentation, Feed.CACHE);
  }

  /** Samples on the main stream, as this recipe reads them. */
  public Feed feed(Samples samples) {
    return Feed.of(samples, augmentation).withCache(cacheMegabytes);
  }
}
