package org.kd4j.experiments.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.StrategyChoice;

/**
 * A row of the report's summary, as texts.
 *
 * @param css its colour
 * @param id the class of all that is of this row; empty where a reader cannot hide it
 * @param kind {@code reference}, {@code baseline} or {@code compared}
 * @param best whether its mean is the highest
 * @param strategy its id
 * @param options as written
 * @param verdict what its difference says; empty where it is not compared
 * @param plot its mean and interval as SVG, on the scale of all rows
 * @param cells the numbers, in the order of {@link #HEADS}
 */
record SummaryLine(
    String css,
    String id,
    String kind,
    boolean best,
    String strategy,
    String options,
    String verdict,
    String plot,
    List<String> cells) {
  /** Heads of the numbers. */
  static final List<String> HEADS =
      List.of(
          "accuracy, %",
          "vs scratch, points",
          "p (Holm)",
          "errors",
          "NLL",
          "ECE",
          "parameters",
          "multiply-adds",
          "training");

  private static final double WIDTH = 132;
  private static final double HEIGHT = 22;

  static List<SummaryLine> of(Summary summary, Map<StrategyChoice, String> palette) {
    List<Summary.Row> rows = summary.lines();
    double best = summary.best().map(r -> r.accuracy().value()).orElse(Double.NaN);
    return rows.stream()
        .map(
            row ->
                new SummaryLine(
                    !row.kind().compared() ? "base" : palette.get(row.choice()),
                    !row.kind().compared() ? "" : id(palette.get(row.choice())),
                    row.kind().name().toLowerCase(Locale.ROOT),
                    row.kind().compared() && row.accuracy().value() == best,
                    (row.kind() == Summary.Kind.BESIDE ? "with " : "") + row.choice().strategy(),
                    row.choice().optionsText(),
                    row.verdict().map(Verdict::words).orElse(""),
                    plot(row, rows),
                    cells(row)))
        .toList();
  }

  private static String id(String css) {
    return css.substring(css.lastIndexOf(' ') + 1);
  }

  static List<String> cells(Summary.Row row) {
    String versus =
        switch (row.kind()) {
          case REFERENCE, BESIDE -> "not compared";
          case BASELINE -> "baseline";
          case COMPARED -> row.difference().map(d -> Numbers.points(d.mean())).orElse(Numbers.NONE);
        };
    return List.of(
        Numbers.percent(row.accuracy()),
        versus.replace('-', '−'),
        Numbers.p(row.holm()),
        Numbers.fixed("%.1f", row.errors()),
        Numbers.fixed("%.4f", row.nll()),
        Numbers.fixed("%.4f", row.ece()),
        Numbers.count(row.parameters()),
        Numbers.count(row.multiplyAdds()),
        Numbers.seconds(row.trainSeconds()));
  }

  /** The mean as a dot, its interval as a line, the baseline's mean as a mark across. */
  private static String plot(Summary.Row row, List<Summary.Row> rows) {
    double low = means(rows).min().orElse(0);
    double high = means(rows).max().orElse(1);
    // Intervals of two seeds may be wider than all there is to see: they are cut at the edge.
    double room = Math.max(0.6 * (high - low), 0.001);
    Mean mean = row.accuracy();
    Svg svg = new Svg(WIDTH, HEIGHT, "accuracy " + Numbers.percent(mean) + " %");
    rows.stream()
        .filter(r -> r.kind() == Summary.Kind.BASELINE)
        .forEach(
            r -> {
              double x = x(r.accuracy().value(), low - room, high + room);
              svg.line("mark", x, 0, x, HEIGHT);
            });
    if (!Double.isNaN(mean.halfWidth())) {
      double from = x(mean.value() - mean.halfWidth(), low - room, high + room);
      double to = x(mean.value() + mean.halfWidth(), low - room, high + room);
      svg.line("whisker", from, HEIGHT / 2, to, HEIGHT / 2);
    }
    svg.circle("dot", x(mean.value(), low - room, high + room), HEIGHT / 2, 4.5);
    return svg.end();
  }

  private static DoubleStream means(List<Summary.Row> rows) {
    return rows.stream().mapToDouble(r -> r.accuracy().value());
  }

  private static double x(double value, double low, double high) {
    return 6 + (WIDTH - 12) * Math.max(0, Math.min(1, (value - low) / (high - low)));
  }
}
