package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kd4j.experiments.report.TeachingGraph.Arrow;
import org.kd4j.experiments.study.PhaseReport;

class TeachingGraphTest {
  @Test
  void aGuideTeachesWhoseFormulaSpeaksOfIt() {
    TeachingGraph graph =
        TeachingGraph.of(
            List.of(
                phase(Map.of("teacher", "hard"), Map.of()),
                phase(Map.of("student", "soft(teacher, T=4)"), Map.of("teacher", "teacher"))));
    assertThat(graph.arrows()).containsExactly(new Arrow("teacher", "student"));
    assertThat(graph.depth()).containsEntry("teacher", 0).containsEntry("student", 1);
    assertThat(graph.deployed()).isEqualTo("student");
  }

  @Test
  void whoLearnTogetherTeachAsTheirFormulasSay() {
    TeachingGraph graph =
        TeachingGraph.of(
            List.of(phase(Map.of("student", "soft(teacher, T=4)", "teacher", "hard"), Map.of())));
    assertThat(graph.arrows()).containsExactly(new Arrow("teacher", "student"));
  }

  @Test
  void peersAreKnownByRoleInFormulasAndByLineInRecords() {
    PhaseReport phase =
        phase(
            Map.of("student", "soft(peer-2, T=1)", "peer-2", "hard", "peer-3", "soft(peer, T=1)"),
            Map.of("student", "peer", "peer-2", "peer-2", "peer-3", "peer-3"),
            Map.of());
    assertThat(TeachingGraph.of(List.of(phase)).arrows())
        .containsExactlyInAnyOrder(new Arrow("peer-2", "student"), new Arrow("student", "peer-3"));
  }

  @Test
  void aChainStandsInARow() {
    TeachingGraph graph =
        TeachingGraph.of(
            List.of(
                phase(Map.of("generation-1", "soft(teacher)"), Map.of("teacher", "imported")),
                phase(Map.of("generation-2", "soft(teacher)"), Map.of("teacher", "generation-1"))));
    assertThat(graph.depth())
        .containsExactly(
            Map.entry("imported", 0), Map.entry("generation-1", 1), Map.entry("generation-2", 2));
    assertThat(graph.svg("hue0", "<chain>")).contains("&lt;chain&gt;").contains("imported");
  }

  private static PhaseReport phase(Map<String, String> learners, Map<String, String> guides) {
    Map<String, String> own = new TreeMap<>();
    learners.keySet().forEach(line -> own.put(line, line));
    return phase(learners, own, guides);
  }

  private static PhaseReport phase(
      Map<String, String> learners, Map<String, String> roles, Map<String, String> guides) {
    return new PhaseReport(
        "phase",
        "",
        new TreeMap<>(learners),
        new TreeMap<>(roles),
        new TreeMap<>(guides),
        List.of(),
        "done",
        1,
        1,
        1,
        false,
        "",
        0L,
        Optional.empty());
  }
}
