package org.kd4j.core.strategy;

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
}
