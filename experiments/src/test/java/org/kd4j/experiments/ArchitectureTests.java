package org.kd4j.experiments;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.testkit.EngineRules;

/** The borders between the modules, and those inside this one. */
class ArchitectureTests {
  private static final String HERE = "org.kd4j.experiments";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.kd4j");

  @ParameterizedTest
  @ValueSource(
      strings = {"core", "offline", "online", "mutual", "assistant", "features", "experiments"})
  void theRulesSawTheClassesOfEveryModule(String module) {
    assertThat(CLASSES)
        .anyMatch(
            c ->
                c.getPackageName().startsWith("org.kd4j." + module)
                    && !c.getSimpleName().equals("package-info"));
    assertThat(CLASSES.size()).isGreaterThan(200);
    assertThat(CLASSES).noneMatch(c -> c.getPackageName().equals("org.kd4j.core.testkit"));
  }

  @Test
  void importsOnlyGoDown() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(HERE + "..")
        .layer("cli")
        .definedBy(HERE + ".cli..")
        .layer("bench")
        .definedBy(HERE + ".bench..")
        .layer("catalog")
        .definedBy(HERE + ".catalog..")
        .layer("comparison")
        .definedBy(HERE)
        .layer("report")
        .definedBy(HERE + ".report..")
        .layer("study")
        .definedBy(HERE + ".study..")
        .layer("statistics")
        .definedBy(HERE + ".statistics..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("comparison")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("bench")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("catalog")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("cli", "catalog", "comparison")
        .whereLayer("study")
        .mayOnlyBeAccessedByLayers("cli", "bench", "catalog", "comparison", "report")
        .whereLayer("statistics")
        .mayOnlyBeAccessedByLayers("cli", "catalog", "comparison", "report", "study")
        .check(CLASSES);
  }

  @Test
  void thereAreNoCyclesOfPackages() {
    slices().matching(HERE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCommandLineKnowsItsParser() {
    noClasses()
        .that()
        .resideOutsideOfPackage(HERE + ".cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void tablesAreTheReportsAndTheComparisons() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HERE + ".report..", HERE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tech.tablesaw..")
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"offline", "online", "mutual", "assistant", "features"})
  void aFamilyKnowsTheCoreAndNoOther(String family) {
    noClasses()
        .that()
        .resideInAPackage("org.kd4j." + family + "..")
        .should()
        .dependOnClassesThat(
            describe(
                "of another family or of the experiments",
                c ->
                    c.getPackageName().startsWith("org.kd4j.")
                        && !c.getPackageName().startsWith("org.kd4j.core.")
                        && !c.getPackageName().startsWith("org.kd4j." + family)))
        .check(CLASSES);
  }

  @Test
  void theCoreKnowsNoFamily() {
    noClasses()
        .that()
        .resideInAPackage("org.kd4j.core..")
        .should()
        .dependOnClassesThat(
            describe(
                "above the core",
                c ->
                    c.getPackageName().startsWith("org.kd4j.")
                        && !c.getPackageName().startsWith("org.kd4j.core.")))
        .check(CLASSES);
  }

  @Test
  void onlyTheExperimentsPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackage(HERE + "..")
        .should(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(HERE, HERE + ".report..", HERE + ".study..", HERE + ".statistics..")
        .should(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  @Test
  void nobodyMultipliesByNumbersThatTheGraphLoses() {
    EngineRules.numbersGoThroughScalars().check(CLASSES);
  }

  /** What the rule is there to catch. */
  private static final class Loses {
    NDArray half(NDArray array) {
      return array.mul(0.5f);
    }
  }

  @Test
  void theRuleAboutNumbersBites() {
    JavaClasses loses = new ClassFileImporter().importClasses(Loses.class);
    assertThatThrownBy(() -> EngineRules.numbersGoThroughScalars().check(loses))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ArchitectureTests$Loses.half");
  }
}
