package org.kd4j.experiments.report;

import java.util.List;
import java.util.Locale;
import org.kd4j.experiments.study.TrialResult;

/**
 * Which classes a row takes for which, summed over seeds: true class by row, predicted by column.
 */
final class ConfusionGrid {
  private static final int MOST_CLASSES = 20;
  private static final double CELL = 40;
  private static final double TOP = 44;

  private ConfusionGrid() {}

  /** As SVG; empty with more classes than fit. */
  static String of(List<TrialResult> trials, List<String> names) {
    int classes = trials.isEmpty() ? 0 : trials.get(0).test().confusion().length;
    if (classes == 0 || classes > MOST_CLASSES) {
      return "";
    }
    int[][] counts = new int[classes][classes];
    for (TrialResult trial : trials) {
      int[][] of = trial.test().confusion();
      for (int i = 0; i < classes; i++) {
        for (int j = 0; j < classes; j++) {
          counts[i][j] += of[i][j];
        }
      }
    }
    return draw(counts, names);
  }

  private static String draw(int[][] counts, List<String> names) {
    double left =
        40 + 7 * names.stream().limit(counts.length).mapToInt(String::length).max().orElse(2);
    double most = 1;
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        most = i == j ? most : Math.max(most, counts[i][j]);
      }
    }
    double side = counts.length * CELL;
    Svg svg = new Svg(left + side + 4, TOP + side + 4, "confusions");
    svg.text("label middle", left + side / 2, 14, "predicted");
    svg.raw("<g transform=\"translate(12 " + Svg.number(TOP + side / 2) + ") rotate(-90)\">");
    svg.text("label middle", 0, 0, "true class");
    svg.raw("</g>");
    for (int i = 0; i < counts.length; i++) {
      double y = TOP + i * CELL;
      svg.text("tick end", left - 8, y + CELL / 2 + 4, name(names, i));
      svg.text("tick middle", left + (i + 0.5) * CELL, TOP - 8, brief(name(names, i)));
      for (int j = 0; j < counts.length; j++) {
        double x = left + j * CELL;
        double share = i == j ? 0 : Math.sqrt(counts[i][j] / most);
        svg.raw(
            String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"38\" height=\"38\" rx=\"4\""
                    + " fill-opacity=\"%.2f\"/>",
                i == j ? "right" : "wrong",
                Svg.number(x + 1),
                Svg.number(y + 1),
                i == j ? 1 : 0.06 + 0.84 * share));
        String css = i == j ? "muted" : share > 0.62 ? "strong" : "tick";
        if (counts[i][j] > 0) {
          svg.text(css + " middle", x + CELL / 2, y + CELL / 2 + 4, Integer.toString(counts[i][j]));
        }
      }
    }
    return svg.end();
  }

  private static String name(List<String> names, int c) {
    return c < names.size() ? names.get(c) : Integer.toString(c);
  }

  private static String brief(String name) {
    return name.length() <= 5 ? name : name.substring(0, 4) + "…";
  }
}
