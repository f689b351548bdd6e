package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.TrialResult;

/**
 * How a quantity of a row's deployed network went, epoch by epoch: mean over seeds, with the lowest
 * and the highest. Where seeds stopped at different epochs, the later means are over those that
 * went on.
 *
 * @param label of the row
 * @param css its colour
 * @param mean by epoch; NaN where nothing was measured
 * @param low by epoch
 * @param high by epoch
 */
record Curve(String label, String css, double[] mean, double[] low, double[] high) {

  /** The curve of a row; empty where no epoch was measured. */
  static Optional<Curve> of(String label, String css, List<TrialResult> trials, String quantity) {
    List<double[]> seeds = trials.stream().map(t -> values(t, quantity)).toList();
    int epochs = seeds.stream().mapToInt(s -> s.length).max().orElse(0);
    double[] mean = over(seeds, epochs, v -> Arrays.stream(v).average().orElse(Double.NaN));
    if (Arrays.stream(mean).allMatch(Double::isNaN)) {
      return Optional.empty();
    }
    return Optional.of(
        new Curve(
            label,
            css,
            mean,
            over(seeds, epochs, v -> Arrays.stream(v).min().orElse(Double.NaN)),
            over(seeds, epochs, v -> Arrays.stream(v).max().orElse(Double.NaN))));
  }

  private static double[] over(
      List<double[]> seeds, int epochs, Function<double[], Double> aggregate) {
    return IntStream.range(0, epochs)
        .mapToDouble(
            e ->
                aggregate.apply(
                    seeds.stream()
                        .filter(s -> s.length > e && Double.isFinite(s[e]))
                        .mapToDouble(s -> s[e])
                        .toArray()))
        .toArray();
  }

  /**
   * The line whose network is deployed, as far as phases tell: the last phase's student or first.
   */
  static Optional<String> deployed(List<PhaseReport> phases) {
    return phases.stream()
        .map(PhaseReport::learners)
        .reduce((before, last) -> last)
        .filter(last -> !last.isEmpty())
        .map(last -> last.containsKey("student") ? "student" : last.firstKey());
  }

  /** A quantity over all phases that trained whoever is deployed. */
  private static double[] values(TrialResult trial, String quantity) {
    String line = deployed(trial.phases()).orElse("");
    List<Double> values = new ArrayList<>();
    for (PhaseReport phase : trial.phases()) {
      if (phase.learners().containsKey(line)) {
        String role = phase.roles().getOrDefault(line, line);
        phase.history().forEach(epoch -> values.add(epoch.of(role, quantity)));
      }
    }
    return values.stream().mapToDouble(v -> v).toArray();
  }
}
