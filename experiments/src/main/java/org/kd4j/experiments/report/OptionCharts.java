package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.kd4j.experiments.statistics.Mean;
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
    List<Summary.Row> all = sweeps.values().stream().flatMap(List::stream).toList();
    double[] at =
        all.stream().mapToDouble(r -> place(r.choice(), option, numbers, order)).toArray();
    double low = DoubleStream.of(at).min().orElse(0);
    double high = DoubleStream.of(at).max().orElse(1);
    boolean logarithmic = numbers && low > 0 && high / low >= 8;
    double room = numbers ? 0.04 * (high - low) : 0.4;
    Scale x =
        logarithmic
            ? Scale.logarithmic(low / 1.15, high * 1.15)
            : new Scale(low - room, high + room, 1, false);
    DoubleFunction<String> print =
        numbers ? Svg::number : v -> v == Math.rint(v) ? word(order, (int) v) : "";
    Frame frame =
        new Frame(
            x, y(all, summary), option + (logarithmic ? " (log)" : ""), "test accuracy, %", print);
    Svg svg = frame.begin("accuracy against " + option);
    summary
        .baseline()
        .ifPresent(
            b ->
                svg.line(
                    "mark",
                    frame.xAt(low),
                    frame.yAt(b.accuracy().value()),
                    frame.xAt(high),
                    frame.yAt(b.accuracy().value())));
    sweeps.forEach(
        (sweep, rows) ->
            draw(svg, frame, rows, r -> place(r.choice(), option, numbers, order), palette));
    String about =
        sweeps.size() == 1
            ? "Rows of " + named(sweeps.keySet().iterator().next()) + "."
            : "A line each for "
                + String.join("; ", sweeps.keySet().stream().map(OptionCharts::named).toList())
                + ".";
    return new Chart(
        "",
        "Accuracy against " + option,
        svg.end(),
        about
            + (summary.baseline().isPresent()
                ? " The dashed line is the student taught by nobody."
                : ""));
  }

  private interface Place {
    double of(Summary.Row row);
  }

  private static void draw(
      Svg svg,
      Frame frame,
      List<Summary.Row> rows,
      Place place,
      Map<StrategyChoice, String> palette) {
    List<Summary.Row> order = new ArrayList<>(rows);
    order.sort((a, b) -> Double.compare(place.of(a), place.of(b)));
    String css = palette.get(order.get(0).choice()).replaceAll(" r\\d+", "");
    StringBuilder line = new StringBuilder();
    for (Summary.Row row : order) {
      line.append(line.isEmpty() ? 'M' : 'L')
          .append(Svg.number(frame.xAt(place.of(row))))
          .append(' ')
          .append(Svg.number(frame.yAt(row.accuracy().value())));
    }
    svg.path("line " + css, line.toString());
    for (Summary.Row row : order) {
      Mean mean = row.accuracy();
      double x = frame.xAt(place.of(row));
      svg.named(palette.get(row.choice()), row.choice() + ", " + Numbers.percent(mean) + " %");
      if (!Double.isNaN(mean.halfWidth())) {
        double from = Math.max(frame.y().low(), mean.value() - mean.halfWidth());
        double to = Math.min(frame.y().high(), mean.value() + mean.halfWidth());
        svg.line("whisker " + css, x, frame.yAt(from), x, frame.yAt(to));
      }
      svg.circle("dot " + css, x, frame.yAt(mean.value()), 4);
      svg.raw("</g>");
    }
  }

  /** From the lowest to the highest mean, the baseline's included, with room for intervals. */
  private static Scale y(List<Summary.Row> rows, Summary summary) {
    double[] means =
        DoubleStream.concat(
                rows.stream().mapToDouble(r -> r.accuracy().value()),
                summary.baseline().stream().mapToDouble(r -> r.accuracy().value()))
            .toArray();
    double low = DoubleStream.of(means).min().orElse(0);
    double high = DoubleStream.of(means).max().orElse(1);
    double width =
        rows.stream()
            .mapToDouble(r -> r.accuracy().halfWidth())
            .filter(Double::isFinite)
            .average()
            .orElse(0);
    double room = Math.max(0.002, Math.min(width, high - low + 0.01) + 0.05 * (high - low));
    return Scale.linear(Math.max(0, low - room), Math.min(1, high + room), 100);
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

  private static String word(List<String> order, int at) {
    return at >= 0 && at < order.size() ? order.get(at) : "";
  }

  private static String named(Sweep sweep) {
    return sweep.others().isEmpty()
        ? sweep.strategy()
        : new StrategyChoice(sweep.strategy(), new TreeMap<>(sweep.others())).toString();
  }
}
