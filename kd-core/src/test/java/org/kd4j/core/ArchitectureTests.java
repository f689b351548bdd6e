package org.kd4j.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.kd4j.core.testkit.EngineRules;

/** The borders inside the core: floors whose imports only go down, one door to the engine. */
class ArchitectureTests {
  private static final String CORE = "org.kd4j.core.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.kd4j.core");

  @Test
  void theRulesSawTheClasses() {
    assertThat(CLASSES.size()).isGreaterThan(120);
  }

  @Test
  void importsOnlyGoDown() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(CORE + ".")
        .layer("wiring")
        .definedBy(CORE + "wiring..")
        .layer("runner")
        .definedBy(CORE + "runner..")
        .layer("strategy")
        .definedBy(CORE + "strategy..")
        .layer("phase")
        .definedBy(CORE + "phase..")
        .layer("evaluation")
        .definedBy(CORE + "evaluation..")
        .layer("objective")
        .definedBy(CORE + "objective..")
        .layer("optimizer")
        .definedBy(CORE + "optimizer..")
        .layer("store")
        .definedBy(CORE + "store..")
        .layer("schedule")
        .definedBy(CORE + "schedule..")
        .layer("network")
        .definedBy(CORE + "network..")
        .layer("data")
        .definedBy(CORE + "data..")
        .layer("engine")
        .definedBy(CORE + "engine..")
        .layer("base")
        .definedBy(CORE + "base..")
        .whereLayer("wiring")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("runner")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("strategy")
        .mayOnlyBeAccessedByLayers("wiring", "runner")
        .whereLayer("phase")
        .mayOnlyBeAccessedByLayers("wiring", "runner", "strategy")
        .whereLayer("evaluation")
        .mayOnlyBeAccessedByLayers("wiring", "runner", "strategy")
        .whereLayer("objective")
        .mayOnlyBeAccessedByLayers("wiring", "runner", "strategy", "phase")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("wiring", "runner")
        .whereLayer("optimizer")
        .mayOnlyBeAccessedByLayers("wiring", "runner", "strategy", "phase")
        .check(CLASSES);
  }

  @Test
  void thereAreNoCyclesOfPackages() {
    slices().matching(CORE + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheEngineKnowsPyTorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CORE + "engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .check(CLASSES);
  }

  @Test
  void nobodyUsesTheEnginesGlobalRandomnessOrItsTraining() {
    noClasses()
        .should()
        .dependOnClassesThat(
            describe(
                "DJL's dropout, initialisers, optimisers, trackers and trainers",
                c ->
                    c.getName().equals("ai.djl.nn.norm.Dropout")
                        || c.getPackageName().startsWith("ai.djl.training.optimizer")
                        || c.getPackageName().startsWith("ai.djl.training.tracker")
                        || c.getName().equals("ai.djl.training.Trainer")
                        || c.getName().endsWith("XavierInitializer")
                        || c.getName().endsWith("NormalInitializer")
                        || c.getName().endsWith("UniformInitializer")))
        .check(CLASSES);
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "global seeds and generators",
                call ->
                    call.getTarget()
                            .getName()
                            .matches(
                                "setRandomSeed|setSeed|randomUniform|randomNormal|randomPermutation|randomInteger")
                        && call.getTargetOwner().getPackageName().startsWith("ai.djl")))
        .check(CLASSES);
  }

  @Test
  void onlyTheRunnerStepsAndGoesBackward() {
    noClasses()
        .that()
        .resideOutsideOfPackages(CORE + "runner..", CORE + "engine..")
        .should()
        .callMethodWhere(
            describe(
                "backward passes",
                call ->
                    call.getTargetOwner().getName().equals(CORE + "engine.Autograd")
                        && call.getTarget().getName().equals("backward")))
        .check(CLASSES);
  }

  @Test
  void nobodyMultipliesByNumbersThatTheGraphLoses() {
    EngineRules.numbersGoThroughScalars().check(CLASSES);
  }

  @Test
  void noTableTypesInTheCore() {
    noClasses().should().dependOnClassesThat().resideInAPackage("tech.tablesaw..").check(CLASSES);
  }

  @Test
  void theCoreNeitherPrintsNorTakesTheOldInject() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(CLASSES);
    noClasses().should().dependOnClassesThat().resideInAPackage("javax.inject..").check(CLASSES);
  }
}
