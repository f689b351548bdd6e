package org.kd4j.experiments.report;

import java.util.List;
import java.util.Locale;
import org.kd4j.core.evaluation.Confusion;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * Which classes are taken for which, samples of all seeds together: of the teacher, of the best
 * row, and by how much the row does it more often.
 *
 * @param grids of the teacher, of the row, and their difference; none with more classes than can be
 *     read
 * @param pairs that are confused most; there where the grids are not
 */
record ConfusionGrid(List<Chart> grids, List<ConfusedPair> pairs) {
  /** Nothing to show. */
  static final ConfusionGrid NONE = new ConfusionGrid(List.of(), List.of());

  private static final int MOST_CLASSES = 20;
  private static final double CELL = 40;
  private static final double TOP = 44;

  /**
   * Three grids, or the row's alone where no trial of the study reports a teacher at each of its
   * seeds; pairs where there are too many classes.
   */
  static ConfusionGrid of(
      StudyResult study, List<TrialResult> trials, String css, String name, List<String> names) {
    if (trials.isEmpty()) {
      return NONE;
    }
    List<Confusion> own = trials.stream().map(t -> t.test().confusion()).toList();
    int classes = own.get(0).classes();
    List<Confusion> taught =
        trials.stream()
            .flatMap(t -> Summary.teacherAt(study, t).stream())
            .map(Measures::confusion)
            .filter(confusion -> confusion.classes() == classes)
            .toList();
    List<Confusion> comparable = taught.size() == trials.size() ? taught : List.of();
    return classes > MOST_CLASSES
        ? new ConfusionGrid(List.of(), ConfusedPair.of(own, comparable, names))
        : new ConfusionGrid(grids(own, comparable, css, name, names), List.of());
  }

  private static List<Chart> grids(
      List<Confusion> own, List<Confusion> taught, String css, String name, List<String> names) {
    int classes = own.get(0).classes();
    int[][] row = Confusion.sum(classes, own).counts();
    Chart chart = new Chart(css, name, draw(row, names, name), "");
    if (taught.isEmpty()) {
      return List.of(chart);
    }
    int[][] teacher = Confusion.sum(classes, taught).counts();
    int[][] more = new int[classes][classes];
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        more[i][j] = row[i][j] - teacher[i][j];
      }
    }
    String difference = name + " − teacher";
    return List.of(
        new Chart("base", "teacher", draw(teacher, names, "teacher"), ""),
        chart,
        new Chart(css, difference, drawSigned(more, names, difference), ""));
  }

  private static String draw(int[][] counts, List<String> names, String whose) {
    double most = 1;
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        most = i == j ? most : Math.max(most, counts[i][j]);
      }
    }
    Svg svg = begin(counts.length, names, "confusions of " + whose);
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        double share = i == j ? 0 : Math.sqrt(counts[i][j] / most);
        String text = counts[i][j] == 0 ? "" : Integer.toString(counts[i][j]);
        cell(
            svg,
            counts.length,
            names,
            i,
            j,
            i == j ? "right" : "wrong",
            i == j ? 1 : 0.06 + 0.84 * share,
            text);
      }
    }
    return svg.end();
  }

  /** Errors that are more than the teacher's in one colour, that are fewer in the other. */
  private static String drawSigned(int[][] more, List<String> names, String whose) {
    double most = 1;
    for (int i = 0; i < more.length; i++) {
      for (int j = 0; j < more.length; j++) {
        most = i == j ? most : Math.max(most, Math.abs(more[i][j]));
      }
    }
    Svg svg = begin(more.length, names, "confusions of " + whose);
    for (int i = 0; i < more.length; i++) {
      for (int j = 0; j < more.length; j++) {
        int by = more[i][j];
        double share = i == j ? 0 : Math.sqrt(Math.abs(by) / most);
        String css = i == j ? "right" : by > 0 ? "wrong" : "fewer";
        String text = by == 0 ? "" : by > 0 ? "+" + by : "−" + -by;
        cell(svg, more.length, names, i, j, css, i == j ? 1 : 0.06 + 0.84 * share, text);
      }
    }
    return svg.end();
  }

  private static Svg begin(int classes, List<String> names, String title) {
    double left = left(classes, names);
    double side = classes * CELL;
    Svg svg = new Svg(left + side + 4, TOP + side + 4, title);
    svg.text("label middle", left + side / 2, 14, "predicted");
    svg.raw("<g transform=\"translate(12 " + Svg.number(TOP + side / 2) + ") rotate(-90)\">");
    svg.text("label middle", 0, 0, "true class");
    svg.raw("</g>");
    for (int i = 0; i < classes; i++) {
      double y = TOP + i * CELL;
      svg.text("tick end", left - 8, y + CELL / 2 + 4, name(names, i));
      svg.text("tick middle", left + (i + 0.5) * CELL, TOP - 8, brief(name(names, i)));
    }
    return svg;
  }

  private static void cell(
      Svg svg, int classes, List<String> names, int i, int j, String css, double ink, String text) {
    double x = left(classes, names) + j * CELL;
    double y = TOP + i * CELL;
    svg.raw(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"38\" height=\"38\" rx=\"4\""
                + " fill-opacity=\"%.2f\"/>",
            css,
            Svg.number(x + 1),
            Svg.number(y + 1),
            ink));
    if (!text.isEmpty()) {
      String ofText = css.equals("right") ? "muted" : ink > 0.58 ? "strong" : "tick";
      svg.text(ofText + " middle", x + CELL / 2, y + CELL / 2 + 4, text);
    }
  }

  private static double left(int classes, List<String> names) {
    return 40 + 7 * names.stream().limit(classes).mapToInt(String::length).max().orElse(2);
  }

  static String name(List<String> names, int c) {
    return c < names.size() ? names.get(c) : Integer.toString(c);
  }

  private static String brief(String name) {
    return name.length() <= 5 ? name : name.substring(0, 4) + "…";
  }
}
