package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.RunException;
import org.kd4j.experiments.study.RunSettings;

/** What a comparison from Java tells of trials that fail. */
class ComparisonTests {
  private static Comparison.Plan tiny(String... rows) {
    return Comparison.on("strokes:10,train=60,validation=20,test=20")
        .train(60)
        .teacher("mlp:8")
        .student("mlp:4")
        .module(new Toys())
        .strategies(rows)
        .seeds(1)
        .epochs(1, 1);
  }

  @Test
  void whatFailedIsToldBesideTheTable() {
    Comparison comparison = tiny("scratch", "echo").run();
    assertThat(comparison.trials().rowCount()).isEqualTo(1);
    assertThat(comparison.failures())
        .singleElement()
        .asString()
        .startsWith("echo, seed 1: java.lang.IllegalStateException: toys do not train");
    assertThat(comparison.toString())
        .contains("scratch", "failed: " + comparison.failures().get(0));
  }

  @Test
  void whereNothingCameOutItThrows() {
    assertThatThrownBy(() -> tiny("echo", "whisper").run())
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("No trial came to its end, of 2 that were begun. The first: echo,");
  }

  @Test
  void aDataDirectoryThatIsBlankIsNone() {
    RunSettings silent = settings(Optional.empty());
    assertThat(silent.dataDirectory(Map.of("KD_DATA", " "))).isEmpty();
    assertThat(silent.dataDirectory(Map.of())).isEmpty();
    assertThat(silent.dataDirectory(Map.of("KD_DATA", "sets"))).contains(Path.of("sets"));
    assertThat(settings(Optional.of(Path.of("own"))).dataDirectory(Map.of("KD_DATA", "sets")))
        .contains(Path.of("own"));
  }

  private static RunSettings settings(Optional<Path> data) {
    return new RunSettings(data, false, Optional.empty(), 1, "cpu", true);
  }
}
