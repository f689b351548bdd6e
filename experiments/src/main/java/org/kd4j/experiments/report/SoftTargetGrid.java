package org.kd4j.experiments.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.experiments.study.Gallery;
import org.kd4j.experiments.study.Portrait;
import org.kd4j.experiments.study.Portraits;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * What the teacher says of each class on average, at a temperature the reader moves.
 *
 * @param whose whose probabilities they are
 * @param classes names, in order
 * @param temperatures to choose from, rising
 * @param start the first shown, its place among them
 * @param data the means as JSON: [temperature][true class][class]
 */
record SoftTargetGrid(
    String whose, List<String> classes, List<Double> temperatures, int start, JsonNode data) {

  /** Of the first trial that keeps them, a guide's before a deployed network's. */
  static Optional<SoftTargetGrid> of(StudyResult study) {
    return first(study, true).or(() -> first(study, false));
  }

  private static Optional<SoftTargetGrid> first(StudyResult study, boolean guide) {
    for (TrialResult trial : study.trials()) {
      Optional<Portrait> portrait =
          guide
              ? trial.portraits().flatMap(Portraits::guide)
              : trial.portraits().map(Portraits::deployed);
      if (portrait.isPresent() && !portrait.get().soft().isEmpty()) {
        return Optional.of(of(study, trial, portrait.get().soft(), guide));
      }
    }
    return Optional.empty();
  }

  private static SoftTargetGrid of(
      StudyResult study, TrialResult trial, List<Portrait.SoftTargets> soft, boolean guide) {
    int count = soft.get(0).mean().length;
    List<String> names = study.gallery().map(Gallery::classNames).orElse(List.of());
    List<String> classes =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(c -> c < names.size() ? names.get(c) : Integer.toString(c))
            .toList();
    List<Double> temperatures = soft.stream().map(Portrait.SoftTargets::temperature).toList();
    return new SoftTargetGrid(
        (guide ? "the guide of" : "the network deployed by")
            + " “"
            + trial.choice()
            + "”, seed "
            + trial.seed(),
        classes,
        temperatures,
        Math.max(0, temperatures.indexOf(4.0)),
        Json.tree(soft.stream().map(Portrait.SoftTargets::mean).toList()));
  }

  /** The temperature first shown. */
  public String startTemperature() {
    return Svg.number(temperatures.get(start));
  }

  /** What a reader's browser needs, free of characters that end a script. */
  public String json() {
    return Json.tree(Map.of("temperatures", temperatures, "mean", data))
        .toString()
        .replace("<", "\\u003c");
  }

  /** The cells at the first temperature, row by row: what is there without a script. */
  public List<List<Cell>> rows() {
    return java.util.stream.IntStream.range(0, classes.size())
        .mapToObj(
            i ->
                java.util.stream.IntStream.range(0, classes.size())
                    .mapToObj(j -> Cell.of(data.get(start).get(i).get(j).asDouble()))
                    .toList())
        .toList();
  }

  /**
   * A cell.
   *
   * @param ink of its colour, 0 to 1
   * @param text the probability, empty where it is next to nothing
   * @param strong whether the colour is so strong that the text must be light
   */
  record Cell(String ink, String text, boolean strong) {
    static Cell of(double p) {
      return new Cell(
          Svg.number(Math.sqrt(p)),
          p < 0.005 ? "" : Numbers.fixed("%.2f", p).replace("0.", "."),
          p > 0.4);
    }
  }
}
