package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * Who taught whom in a row, and what each of them minimised; read from its first trial.
 *
 * @param css its colour
 * @param name strategy and options
 * @param graph as SVG
 * @param phases in order
 */
record Lesson(String css, String name, String graph, List<PhaseLine> phases) {

  /**
   * A phase.
   *
   * @param name the strategy's label
   * @param facts epochs, where it came from, why it ended
   * @param formulas what was minimised
   */
  record PhaseLine(String name, String facts, List<Formula> formulas) {}

  /**
   * What a learner minimised.
   *
   * @param line who
   * @param text the formula
   * @param terms what each of its terms weighed, as HTML; empty with one term
   */
  record Formula(String line, String text, String terms) {}

  static List<Lesson> of(StudyResult result, Map<StrategyChoice, String> palette) {
    List<Lesson> lessons = new ArrayList<>();
    Summary.byChoice(result)
        .forEach(
            (choice, trials) -> {
              TrialResult first = trials.get(0);
              if (!first.phases().isEmpty()) {
                String css = palette.get(choice);
                String graph =
                    TeachingGraph.of(first.phases()).svg(css, "who taught whom in " + choice);
                lessons.add(
                    new Lesson(
                        css,
                        choice.toString(),
                        graph,
                        first.phases().stream().map(Lesson::line).toList()));
              }
            });
    return lessons;
  }

  private static PhaseLine line(PhaseReport phase) {
    Map<String, String> formulas = new LinkedHashMap<>(phase.learners());
    return new PhaseLine(
        phase.name(),
        String.join(
            ", ",
            List.of(
                Numbers.several(phase.history().size(), "epoch"),
                phase.reused() ? "trained before" : Numbers.seconds(phase.seconds()),
                phase.stopReason())),
        formulas.entrySet().stream()
            .map(
                e ->
                    new Formula(
                        e.getKey(),
                        e.getValue(),
                        TermCharts.of(phase, phase.roles().getOrDefault(e.getKey(), e.getKey()))))
            .toList());
  }
}
