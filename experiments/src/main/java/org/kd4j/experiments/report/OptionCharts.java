package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.kd4j.experiments.study.StrategyChoice;

/**
 * Accuracy against an option, over rows that differ in it alone: the temperature curve, the curve
 * of the capacity gap (where the option names networks), and the like of any other option with
 * numbers or networks for values.
 */
final class OptionCharts {
  private static final int FEWEST = 3;
  private static final int MOST_CHARTS = 8;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Pattern NETWORK = Pattern.compile("\\w[\\w-]*:.+");

  private OptionCharts() {}

  /** Rows of a strategy that differ in one option. */
  private record Sweep(String strategy, String option, Map<String, String> others) {}

  static List<Chart> of(Summary summary, Map<StrategyChoice, String> palette) {
    Map<Sweep, List<Summary.Row>> sweeps = new LinkedHashMap<>();
    for (Summary.Row row : summary.rows()) {
      for (String option : row.choice().options().keySet()) {
        Map<String, String> others = new TreeMap<>(row.choice().options());
        others.remove(option);
        sweeps
            .computeIfAbsent(
                new Sweep(row.choice().strategy(), option, others), s -> new ArrayList<>())
            .add(row);
      }
    }
    Map<String, Map<Sweep, List<Summary.Row>>> byOption = new LinkedHashMap<>();
    sweeps.forEach(
        (sweep, rows) -> {
          if (rows.size() >= FEWEST && (numbers(sweep, rows) || networks(sweep, rows))) {
            byOption.computeIfAbsent(sweep.option(), o -> new LinkedHashMap<>()).put(sweep, rows);
          }
        });
    List<Chart> charts = new ArrayList<>();
    byOption.forEach(
        (option, of) -> {
          if (charts.size() < MOST_CHARTS) {
            charts.add(chart(option, of, summary, palette));
          }
        });
    return charts;
  }

  private static Chart chart(
      String option,
      Map<Sweep, List<Summary.Row>> sweeps,
      Summary summary,
      Map<StrategyChoice, String> palette) {
    boolean numbers = sweeps.entrySet().stream().allMatch(e -> numbers(e.getKey(), e.getValue()));
    Set<String> words = new LinkedHashSet<>();
    sweeps.forEach((s, rows) -> rows.forEach(r -> words.add(r.choice().options().get(option))));
    List<String> order = List.copyOf(words);
    List<PointChart.Line> lines = new ArrayList<>();
    sweeps.forEach(
        (sweep, rows) ->
            lines.add(line(rows, r -> place(r.choice(), option, numbers, order), palette)));
    PointChart points =
        new PointChart(
            option,
            "test accuracy, %",
            100,
            numbers ? List.of() : order,
            lines,
            summary.baseline().stream()
                .map(b -> new PointChart.Level("base dashed", b.accuracy()))
                .toList());
    String about =
        sweeps.size() == 1
            ? "Rows of " + named(sweeps.keySet().iterator().next()) + "."
            : "A line each for "
                + String.join("; ", sweeps.keySet().stream().map(OptionCharts::named).toList())
                + ".";
    return new Chart(
        "",
        "Accuracy against " + option,
        points.draw("accuracy against " + option),
        about
            + (summary.baseline().isPresent()
                ? " The dashed line is the student taught by nobody."
                : ""));
  }

  private static PointChart.Line line(
      List<Summary.Row> rows,
      ToDoubleFunction<Summary.Row> place,
      Map<StrategyChoice, String> palette) {
    List<PointChart.Mark> marks =
        rows.stream()
            .map(
                row ->
                    new PointChart.Mark(
                        palette.get(row.choice()),
                        place.applyAsDouble(row),
                        row.accuracy(),
                        row.choice() + ", " + Numbers.percent(row.accuracy()) + " %"))
            .toList();
    Summary.Row first = rows.stream().min(Comparator.comparingDouble(place)).orElseThrow();
    return new PointChart.Line(palette.get(first.choice()).replaceAll(" r\\d+", ""), true, marks);
  }

  private static double place(
      StrategyChoice choice, String option, boolean numbers, List<String> order) {
    String value = choice.options().get(option);
    return numbers ? Double.parseDouble(value) : order.indexOf(value);
  }

  private static boolean numbers(Sweep sweep, List<Summary.Row> rows) {
    return all(sweep, rows, NUMBER);
  }

  private static boolean networks(Sweep sweep, List<Summary.Row> rows) {
    return all(sweep, rows, NETWORK);
  }

  private static boolean all(Sweep sweep, List<Summary.Row> rows, Pattern pattern) {
    return rows.stream()
        .allMatch(r -> pattern.matcher(r.choice().options().get(sweep.option())).matches());
  }

  private static String named(Sweep sweep) {
    return sweep.others().isEmpty()
        ? sweep.strategy()
        : new StrategyChoice(sweep.strategy(), new TreeMap<>(sweep.others())).toString();
  }
}
