package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;

/** A module outside the tree: one folder of sources, compiled, packed, and dropped in as a jar. */
class PluginTests {
  private static final Path SOURCES = Path.of("src/test/resources/plugin");
  private static final StudySpec STUDY =
      TinyStudies.study("bottleneck:4", List.of(1L), Optional.empty(), "scratch", "hellinger");

  /** Not deleted afterwards: on some systems an open jar cannot be. */
  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  Path folder;

  private Path plugin(String name, String weight) throws IOException {
    Path sources = folder.resolve("sources " + name);
    Path classes = folder.resolve("classes " + name);
    for (Path file : Sources.below(SOURCES)) {
      Path copy =
          (file.toString().endsWith(".java") ? sources : classes)
              .resolve(SOURCES.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.writeString(
          copy, Files.readString(file).replace("SCALE = 1;", "SCALE = " + weight + ";"));
    }
    Sources.compile(Sources.below(sources), classes);
    Path plugins = folder.resolve("Plug-ins für Ärzte " + name);
    Sources.jar(classes, plugins.resolve("hellinger 1.0 (ß).jar"));
    return plugins;
  }

  @Test
  void aJarDroppedInBringsItsStrategyAndItsNetwork() throws IOException {
    Distillation known = Distillation.discovered(List.of(plugin("one", "1")));
    assertThat(known.strategies().ids()).contains("hellinger", "scratch", "offline");
    assertThat(known.network("bottleneck:4")).hasToString("bottleneck:4");
    assertThatThrownBy(() -> known.strategies().configure("hellinger", Map.of("weight", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("hellinger: weight must be above 0, was 0.0");
  }

  @Test
  void itsPhasesAreStoredUnderTheCodeOfItsJar() throws IOException {
    Optional<Path> store = Optional.of(folder.resolve("store"));
    Distillation one = Distillation.discovered(List.of(plugin("one", "1")));
    StudyResult first = TinyStudies.run(one, STUDY, store, 1);
    assertThat(first.failures()).isEmpty();
    assertThat(student(first).notStored()).isEmpty();
    assertThat(student(first).reused()).isFalse();
    assertThat(student(first).learners().get("student")).startsWith("1·").contains("Hellinger");

    Distillation same = Distillation.discovered(List.of(plugin("same", "1")));
    StudyResult again = TinyStudies.run(same, STUDY, store, 1);
    assertThat(student(again).reused()).isTrue();
    assertThat(TinyStudies.findings(again)).isEqualTo(TinyStudies.findings(first));

    Distillation edited = Distillation.discovered(List.of(plugin("edited", "3")));
    StudyResult anew = TinyStudies.run(edited, STUDY, store, 1);
    assertThat(student(anew).reused()).isFalse();
    assertThat(student(anew).fingerprint()).isNotEqualTo(student(first).fingerprint());
    assertThat(anew.trials().get(1).test()).isNotEqualTo(first.trials().get(1).test());
  }

  private static PhaseReport student(StudyResult result) {
    assertThat(result.trials().get(1).choice().strategy()).isEqualTo("hellinger");
    return result.trials().get(1).phases().stream()
        .filter(p -> p.name().equals("student"))
        .findFirst()
        .orElseThrow();
  }

  @TestFactory
  Stream<DynamicTest> itKeepsTheContractOfStrategies() throws IOException {
    StrategyFactory<?> factory =
        Distillation.discovered(List.of(plugin("contract", "1"))).strategies().factory("hellinger");
    return StrategyContract.of(new StrategyRegistry(Map.of("hellinger", factory), List.of()));
  }
}
