package org.kd4j.core.strategy;

import java.util.Optional;
import org.kd4j.core.data.Samples;

/**
 * What a strategy needs of a task; checked before a trial, listed by {@code kd strategies}.
 *
 * @param minimumClasses fewest classes its formulas are defined for
 * @param labels whether the transfer set must be labelled throughout
 * @param validation whether it chooses something
 * @param minimumBatch the smallest batch its formulas are defined for
 */
public record Requirements(
    int minimumClasses, boolean labels, boolean validation, int minimumBatch) {
  /** Fits every task. */
  public static final Requirements NONE = new Requirements(2, false, false);

  /** Needs for batches of any size. */
  public Requirements(int minimumClasses, boolean labels, boolean validation) {
    this(minimumClasses, labels, validation, 1);
  }

  /** The same, and validation samples. */
  public Requirements withValidation() {
    return new Requirements(minimumClasses, labels, true, minimumBatch);
  }

  /** The same, for batches of at least a size. */
  public Requirements withMinimumBatch(int size) {
    return new Requirements(minimumClasses, labels, validation, size);
  }

  /**
   * What is missing.
   *
   * @param task what there is
   * @return the need that is not met, as a clause; empty if it fits
   */
  public Optional<String> missing(Task task) {
    Samples transfer = task.transfer();
    if (transfer.classes() < minimumClasses) {
      return Optional.of(
          "needs at least "
              + minimumClasses
              + " classes, "
              + transfer.name()
              + " has "
              + transfer.classes());
    }
    if (labels) {
      for (int label : transfer.labels()) {
        if (label < 0) {
          return Optional.of("needs every label, some of " + transfer.name() + " are hidden");
        }
      }
    }
    if (validation && task.validation().isEmpty()) {
      return Optional.of("chooses by validation, and the task sets no samples aside for it");
    }
    int smallest = task.recipe().training().smallestBatch(transfer.size());
    if (smallest < minimumBatch) {
      return Optional.of(
          "needs batches of at least "
              + minimumBatch
              + ", and the last of each epoch has "
              + smallest
              + (" (" + transfer.size() + " samples in batches of ")
              + (task.recipe().training().batchSize() + "); choose another batch size"));
    }
    return Optional.empty();
  }
}
