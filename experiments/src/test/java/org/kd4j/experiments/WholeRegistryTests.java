package org.kd4j.experiments;

import org.junit.jupiter.api.Test;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;

/** What can be said of all families together only; each passes the contract by itself. */
class WholeRegistryTests {
  @Test
  void noTwoStrategiesOfAnyFamilyAreEqualAtDefaults() {
    StrategyContract.pairwiseUnlike(Distillation.discovered().strategies());
  }
}
