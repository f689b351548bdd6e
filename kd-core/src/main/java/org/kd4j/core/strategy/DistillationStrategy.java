package org.kd4j.core.strategy;

import java.util.Optional;
import org.kd4j.core.base.UsageException;

/** The procedure of a paper: who teaches whom, in which order. */
@FunctionalInterface
public interface DistillationStrategy {
  /**
   * Distils.
   *
   * @param session what the strategy may do
   * @return what would be deployed
   */
  DistillationResult distill(DistillationSession session);

  /**
   * What a task lacks for this strategy with its options, beyond the {@linkplain Requirements
   * requirements} of the kind: asked before anything is trained.
   *
   * @param task what would be distilled
   * @return the need that is not met, as a clause: {@code chooses by validation, and …}
   */
  default Optional<String> missing(Task task) {
    return Optional.empty();
  }

  /**
   * Refuses a task that lacks something: how a strategy begins that asks something of its task,
   * since not everybody asks before.
   *
   * @param id what people call the strategy
   * @param task what is to be distilled
   */
  default void refuseUnfit(String id, Task task) {
    missing(task)
        .ifPresent(
            need -> {
              throw new UsageException(
                  "Strategy '" + id + "' does not fit this task: it " + need + ".");
            });
  }
}
