package org.kd4j.core.strategy;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;

class ScratchTests {
  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(Distillation.of().strategies());
  }
}
