package org.kd4j.core.phase;

import org.kd4j.core.base.UsageException;

/**
 * The frame of a training.
 *
 * @param epochs at most; a stop rule may end it earlier; 0 for networks that begin trained and are
 *     used as they are
 * @param batchSize samples a step; the last batch of an epoch may be smaller
 * @param checkpointEverySteps steps between checkpoints within an epoch; 0 = only at its end
 */
public record Training(int epochs, int batchSize, int checkpointEverySteps) {
  /** Checks ranges. */
  public Training {
    UsageException.require(epochs >= 0, "epochs must be 0 or more, was %d", epochs);
    UsageException.require(batchSize >= 1, "batchSize must be at least 1, was %d", batchSize);
    UsageException.require(
        checkpointEverySteps >= 0,
        "checkpointEverySteps must be 0 (only at an epoch's end) or more, was %d",
        checkpointEverySteps);
  }

  /** Epochs of batches, with a checkpoint at the end of each epoch. */
  public static Training of(int epochs, int batchSize) {
    return new Training(epochs, batchSize, 0);
  }

  /** The smallest batch of an epoch: the last one, unless all are full. */
  public int smallestBatch(int samples) {
    int full = Math.min(batchSize, samples);
    int rest = samples % full;
    return rest == 0 ? full : rest;
  }

  /** The same for another number of epochs. */
  public Training withEpochs(int other) {
    return new Training(other, batchSize, checkpointEverySteps);
  }

  /** Updates in an epoch over so many samples. */
  public int stepsPerEpoch(int samples) {
    return Math.floorDiv(samples - 1, batchSize) + 1; // a sum might overflow
  }
}
