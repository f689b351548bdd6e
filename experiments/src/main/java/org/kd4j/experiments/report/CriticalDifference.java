package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.experiments.statistics.Friedman;
import org.kd4j.experiments.statistics.Nemenyi;

/**
 * The diagram of critical differences: mean ranks over tasks on a line, the best at the left; bars
 * join rows whose ranks are not further apart than chance makes them (J. Demšar, "Statistical
 * Comparisons of Classifiers over Multiple Data Sets", JMLR 2006, figure 1).
 */
public final class CriticalDifference {
  private static final double WIDTH = 900;
  private static final double MIDDLE = 430;
  private static final double NAMES = 235;
  private static final double AXIS = 66;

  /** Room a rank's number takes. */
  private static final double NUMBER = 20;

  private static final double ROW = 22;

  private CriticalDifference() {}

  /**
   * The diagram as inline SVG, whose colours come from the report's style.
   *
   * @param names of the rows, in the order of the test's ranks
   * @param nemenyi the comparison of all rows with each other
   */
  public static String svg(List<String> names, Nemenyi nemenyi) {
    List<Double> ranks = nemenyi.friedman().meanRanks();
    int rows = ranks.size();
    UsageException.require(
        names.size() == rows,
        "a diagram of %s rows needs as many names, got %s",
        rows,
        names.size());
    List<Integer> order =
        IntStream.range(0, rows)
            .boxed()
            .sorted((a, b) -> Double.compare(ranks.get(a), ranks.get(b)))
            .toList();
    List<List<Integer>> groups = nemenyi.groups();
    double bars = AXIS + 12 + 9 * groups.size();
    int left = (rows + 1) / 2;
    Svg svg = new Svg(WIDTH, bars + 14 + ROW * left, "critical differences of mean ranks");
    axis(svg, rows, nemenyi.criticalDifference());
    for (int g = 0; g < groups.size(); g++) {
      List<Integer> group = groups.get(g);
      double y = AXIS + 12 + 9 * g;
      double from = x(ranks.get(group.get(0)), rows) - 4;
      double to = x(ranks.get(group.get(group.size() - 1)), rows) + 4;
      svg.line("bar", from, y, to, y);
    }
    for (int place = 0; place < rows; place++) {
      int row = order.get(place);
      boolean onLeft = place < left;
      double y = bars + 12 + ROW * (onLeft ? place : rows - 1 - place);
      double at = x(ranks.get(row), rows);
      double end = onLeft ? NAMES : WIDTH - NAMES;
      svg.path(
          "arrow",
          "M"
              + Svg.number(at)
              + " "
              + Svg.number(AXIS)
              + "V"
              + Svg.number(y)
              + "H"
              + Svg.number(end));
      String text = names.get(row) + "  " + Numbers.fixed("%.2f", ranks.get(row));
      svg.text("name " + (onLeft ? "end" : "start"), end + (onLeft ? -6 : 6), y + 4, text);
    }
    return svg.end();
  }

  /** Which rows differ, in words. */
  public static String told(List<String> names, Nemenyi nemenyi) {
    List<String> groups = new ArrayList<>();
    nemenyi
        .groups()
        .forEach(g -> groups.add(String.join(", ", g.stream().map(names::get).toList())));
    return String.format(
        java.util.Locale.ROOT,
        "Friedman over %d tasks: p %s; critical difference of mean ranks %.2f (Nemenyi, 0.05). %s",
        nemenyi.friedman().tasks(),
        p(nemenyi.friedman()),
        nemenyi.criticalDifference(),
        groups.isEmpty()
            ? "All rows differ from each other."
            : "No difference detectable within: " + String.join("; ", groups) + ".");
  }

  /** p by the statistic that decides: Iman and Davenport's F, where it is finite. */
  private static String p(Friedman friedman) {
    boolean finite = !Double.isNaN(friedman.fp());
    return Numbers.p(finite ? friedman.fp() : friedman.p()).replaceFirst("^([0-9])", "= $1")
        + (finite ? " (Iman and Davenport's F)" : " (χ²; F is infinite)");
  }

  private static void axis(Svg svg, int rows, double critical) {
    svg.line("axis", x(1, rows), AXIS, x(rows, rows), AXIS);
    int every = (int) Math.ceil(NUMBER * rows / MIDDLE); // numbers do not run into each other
    for (int rank = 1; rank <= rows; rank++) {
      svg.line("axis", x(rank, rows), AXIS - 6, x(rank, rows), AXIS);
      if (rank == 1 || rank % every == 0) {
        svg.text("tick middle", x(rank, rows), AXIS - 12, Integer.toString(rank));
      }
    }
    double width = Math.min(x(1 + critical, rows), x(rows, rows)) - x(1, rows);
    svg.line("bar", x(1, rows), 24, x(1, rows) + width, 24);
    svg.text(
        "label start", x(1, rows), 14, "critical difference " + Numbers.fixed("%.2f", critical));
  }

  private static double x(double rank, int rows) {
    return (WIDTH - MIDDLE) / 2 + MIDDLE * (rank - 1) / Math.max(1, rows - 1);
  }
}
