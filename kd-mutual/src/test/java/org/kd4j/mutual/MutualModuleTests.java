package org.kd4j.mutual;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.testkit.EngineRules;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;

class MutualModuleTests {
  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(Distillation.of(new MutualModule()).strategies());
  }

  @Test
  void nobodyMultipliesByNumbersThatTheGraphLoses() {
    EngineRules.numbersGoThroughScalars()
        .check(new ClassFileImporter().importPackages("org.kd4j.mutual"));
  }
}
