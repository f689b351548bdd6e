package org.kd4j.features;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;

class FeaturesTests {
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new FeaturesModule()).strategies();

  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(REGISTRY);
  }
}
