package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kd4j.experiments.report.Figure;
import org.kd4j.experiments.report.Figure.Series;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.report.Scores;
import org.kd4j.experiments.study.StudySpec;

/**
 * All eight paths of assistants from 10 convolutions to 2, accuracy against the number of
 * assistants and against what they cost to train, and the path dynamic programming picks on
 * validation.
 */
public final class AssistantPaths implements Experiment {
  private static final List<Integer> SIZES = List.of(8, 6, 4);
  private static final String PICKED = "picked on validation";
  private static final String COST = "billions of multiply-adds of training";
  private static final String DIRECT = "10 → 2";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new AssistantPaths());
  }

  @Override
  public String name() {
    return "assistant-paths";
  }

  @Override
  public String summary() {
    return "Mirzadeh et al. 2020: every path of 10, 8, 6, 4, 2 convolutions, accuracy against cost,"
        + " and the path dynamic programming picks";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    List<String> rows = new ArrayList<>(List.of("scratch"));
    paths(setup).forEach(path -> rows.add(row(setup, path)));
    rows.add(picked(setup));
    return List.of(Nets.planes(setup).study(name(), rows));
  }

  private static String picked(Setup setup) {
    return "assistant-path sizes=" + joined(setup, setup.pick(List.of(4), SIZES, SIZES));
  }

  /** All subsets of the sizes between, fewest first. */
  static List<List<Integer>> paths(Setup setup) {
    List<Integer> sizes = setup.pick(List.of(4), SIZES, SIZES);
    List<List<Integer>> paths = new ArrayList<>();
    for (int set = 0; set < 1 << sizes.size(); set++) {
      List<Integer> path = new ArrayList<>();
      for (int i = 0; i < sizes.size(); i++) {
        if ((set >> i & 1) == 1) {
          path.add(sizes.get(i));
        }
      }
      paths.add(path);
    }
    paths.sort(java.util.Comparator.comparingInt(List::size));
    return paths;
  }

  private static String row(Setup setup, List<Integer> path) {
    return "assistant sizes=" + (path.isEmpty() ? "none" : joined(setup, path));
  }

  private static String joined(Setup setup, List<Integer> path) {
    return path.stream().map(p -> Nets.planes(setup, p)).collect(Collectors.joining("+"));
  }

  private static String told(List<Integer> path) {
    return path.isEmpty()
        ? DIRECT
        : path.stream().map(p -> p + " → ").collect(Collectors.joining("", "10 → ", "2"));
  }

  @Override
  public Findings findings(Results results) {
    Setup setup = results.setup();
    Table accuracy =
        Table.of("student of 2 convolutions: test accuracy, %", Scale.ACCURACY)
            .row("alone", "70.16 [P]", results.accuracy(name(), "scratch"));
    Table cost = Table.of(COST + ", teacher included", Scale.NUMBER);
    SortedMap<Integer, List<Double>> byCount = new TreeMap<>();
    for (List<Integer> path : paths(setup)) {
      Scores values = results.accuracy(name(), row(setup, path));
      String paper = path.isEmpty() ? "72.57 [P]" : path.equals(List.of(4)) ? "73.51 [P]" : "";
      accuracy =
          path.isEmpty()
              ? accuracy.row(told(path), paper, values, "alone")
              : accuracy.row(told(path), paper, values, DIRECT);
      cost = cost.row(told(path), "", results.work(name(), row(setup, path)));
      if (!values.bySeed().isEmpty()) {
        byCount
            .computeIfAbsent(path.size(), n -> new ArrayList<>())
            .add(Results.mean(values.bySeed()));
      }
    }
    String picked = picked(setup);
    accuracy = accuracy.row(PICKED, "", results.accuracy(name(), picked), DIRECT);
    cost = cost.row(PICKED, "", results.work(name(), picked));
    List<String> notes = new ArrayList<>(List.of(Nets.CONTRADICTION));
    byCount.forEach(
        (count, means) ->
            notes.add(
                String.format(
                    java.util.Locale.ROOT,
                    "%s: %.2f %% on average over paths.",
                    several(count),
                    100 * means.stream().mapToDouble(v -> v).average().orElse(Double.NaN))));
    results.study(name()).trials().stream()
        .filter(t -> t.choice().strategy().equals("assistant-path"))
        .forEach(t -> t.notes().forEach(note -> notes.add("Seed " + t.seed() + ", " + note + ".")));
    List<String> rows = paths(setup).stream().map(path -> row(setup, path)).toList();
    results.seconds(name(), rows).ifPresent(notes::add);
    return new Findings(List.of(accuracy, cost), notes, Nets.differs(results))
        .drawing(
            drawn(results, "assistants", "Accuracy against the number of assistants", true),
            drawn(results, COST, "Accuracy against cost", false));
  }

  /** Paths, a colour by how many assistants are on them, against that number or what they cost. */
  private Figure drawn(Results results, String x, String title, boolean byCount) {
    Figure figure =
        Figure.of(title, x, "student's test accuracy, %", Scale.ACCURACY)
            .level("student alone", results.accuracy(name(), "scratch").bySeed());
    SortedMap<Integer, Series> clouds = new TreeMap<>();
    for (List<Integer> path : paths(results.setup())) {
      String row = row(results.setup(), path);
      int count = path.size();
      double at = byCount ? count : work(results, row);
      Series cloud = clouds.getOrDefault(count, Series.cloud(several(count)));
      clouds.put(count, cloud.at(at, told(path), results.accuracy(name(), row).bySeed()));
    }
    for (Series cloud : clouds.values()) {
      figure = figure.with(cloud);
    }
    String picked = picked(results.setup());
    return byCount
        ? figure
        : figure.with(
            Series.cloud(PICKED)
                .at(work(results, picked), PICKED, results.accuracy(name(), picked).bySeed()));
  }

  private double work(Results results, String row) {
    return Results.mean(results.work(name(), row));
  }

  private static String several(int count) {
    return count + (count == 1 ? " assistant" : " assistants");
  }
}
