package org.kd4j.mutual;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.testkit.EngineRules;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class MutualModuleTests {
  private static final StrategyRegistry REGISTRY = Distillation.of(new MutualModule()).strategies();

  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(REGISTRY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mutual",
        "mutual peers=3 order=together networks=mlp:4+mlp:5-5",
        "born-again",
        "born-again mode=cwtm labels=true",
        "born-again mode=dkpp deploy=ensemble keep=best",
        "self",
        "be-your-own-teacher"
      })
  void everyPhaseHasAFingerprintOfItsOwn(String written) {
    String[] words = written.split(" ");
    Map<String, String> options = new TreeMap<>();
    Arrays.stream(words, 1, words.length)
        .forEach(o -> options.put(o.split("=")[0], o.split("=")[1]));
    DryRun dry =
        new DryRun(TinyTask.task(1), 1, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure(words[0], options).strategy().distill(dry);
    assertThat(dry.planned()).isNotEmpty();
    assertThat(dry.planned()).extracting(DryRun.Planned::obstacle).containsOnly("");
    assertThat(dry.planned()).extracting(DryRun.Planned::key).doesNotHaveDuplicates();
  }

  @Test
  void nobodyMultipliesByNumbersThatTheGraphLoses() {
    EngineRules.numbersGoThroughScalars()
        .check(new ClassFileImporter().importPackages("org.kd4j.mutual"));
  }
}
