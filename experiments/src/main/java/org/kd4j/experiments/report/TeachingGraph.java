package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.kd4j.experiments.study.PhaseReport;

/**
 * Who taught whom in a trial: an arrow from each guide to those who learned from it, and between
 * those who learned together from each other. Read from the phases' casts and formulas.
 *
 * @param depth column by line, in the order they appear
 * @param arrows who teaches, who learns
 * @param learners who was trained, not only asked
 * @param deployed whose network is deployed
 */
record TeachingGraph(
    Map<String, Integer> depth, Set<Arrow> arrows, Set<String> learners, String deployed) {
  private static final double LETTER = 7.3;
  private static final double BOX = 30;
  private static final double ROW = 60;
  private static final double GAP = 64;
  private static final double MARGIN = 3;

  /** Somebody teaches somebody. */
  record Arrow(String from, String to) {}

  /** The graph of a trial's phases. */
  static TeachingGraph of(List<PhaseReport> phases) {
    Map<String, Integer> depth = new LinkedHashMap<>();
    Set<Arrow> arrows = new LinkedHashSet<>();
    Set<String> learners = new LinkedHashSet<>();
    for (PhaseReport phase : phases) {
      Set<Arrow> guided = guided(phase);
      guided.forEach(arrow -> depth.putIfAbsent(arrow.from(), 0));
      phase.learners().keySet().forEach(line -> depth.putIfAbsent(line, 0));
      int column = guided.stream().mapToInt(arrow -> depth.get(arrow.from()) + 1).max().orElse(0);
      phase.learners().keySet().forEach(line -> depth.merge(line, column, Math::max));
      arrows.addAll(guided);
      arrows.addAll(together(phase));
      learners.addAll(phase.learners().keySet());
    }
    return new TeachingGraph(depth, arrows, learners, Curve.deployed(phases).orElse(""));
  }

  /** From each guide to the learners whose formula speaks of it; to all where none does. */
  private static Set<Arrow> guided(PhaseReport phase) {
    Set<Arrow> arrows = new LinkedHashSet<>();
    phase
        .guides()
        .forEach(
            (role, name) -> {
              List<String> all = List.copyOf(phase.learners().keySet());
              List<String> named =
                  all.stream().filter(l -> mentions(phase.learners().get(l), role)).toList();
              (named.isEmpty() ? all : named)
                  .stream()
                      .filter(line -> !line.equals(name))
                      .forEach(line -> arrows.add(new Arrow(name, line)));
            });
    return arrows;
  }

  /** Between those who learn in one phase: as their formulas say, or else all from all. */
  private static Set<Arrow> together(PhaseReport phase) {
    Set<Arrow> named = new LinkedHashSet<>();
    Set<Arrow> all = new LinkedHashSet<>();
    phase
        .learners()
        .forEach(
            (line, formula) ->
                phase
                    .roles()
                    .forEach(
                        (other, role) -> {
                          if (!other.equals(line)) {
                            all.add(new Arrow(other, line));
                            if (mentions(formula, role)) {
                              named.add(new Arrow(other, line));
                            }
                          }
                        }));
    return named.isEmpty() && phase.guides().isEmpty() ? all : named;
  }

  private static boolean mentions(String formula, String role) {
    return Pattern.compile("(?<![\\w-])" + Pattern.quote(role) + "(?![\\w-])")
        .matcher(formula)
        .find();
  }

  /** As SVG; {@code css} colours who is deployed. The page defines the arrows' {@code tip}. */
  String svg(String css, String title) {
    List<List<String>> columns = new ArrayList<>();
    depth.forEach(
        (line, column) -> {
          while (columns.size() <= column) {
            columns.add(new ArrayList<>());
          }
          columns.get(column).add(line);
        });
    int tallest = columns.stream().mapToInt(List::size).max().orElse(1);
    double height = tallest * ROW - (ROW - BOX) + 2 * MARGIN;
    Map<String, Place> places = new LinkedHashMap<>();
    double x = MARGIN;
    for (List<String> column : columns) {
      double width = column.stream().mapToDouble(TeachingGraph::width).max().orElse(0);
      double y = (height - column.size() * ROW + (ROW - BOX)) / 2;
      for (String line : column) {
        places.put(line, new Place(x, y, width));
        y += ROW;
      }
      x += width + GAP;
    }
    Svg svg = new Svg(x - GAP + MARGIN + bulge(places), height, title);
    arrows.forEach(arrow -> draw(svg, arrow, places));
    places.forEach(
        (line, place) -> {
          String kind =
              line.equals(deployed) ? "box " + css : learners.contains(line) ? "box" : "box asked";
          svg.rect(kind, place.x, place.y, place.width, BOX, 7);
          svg.text("name middle", place.x + place.width / 2, place.y + BOX / 2 + 4.5, line);
        });
    return svg.end();
  }

  private void draw(Svg svg, Arrow arrow, Map<String, Place> places) {
    Place from = places.get(arrow.from());
    Place to = places.get(arrow.to());
    boolean mutual = arrows.contains(new Arrow(arrow.to(), arrow.from()));
    if (mutual && from.y > to.y) {
      return; // drawn with two tips the other way round
    }
    String start = mutual ? "\" marker-start=\"url(#tip)" : "";
    String css = "arrow\" marker-end=\"url(#tip)" + start;
    if (from.x < to.x) {
      double x1 = from.x + from.width + 2;
      double x2 = to.x - 3;
      double middle = x2 - GAP / 2;
      svg.path(
          css,
          d(
              "M%s %sC%s %s %s %s %s %s",
              x1, from.middle(), middle, from.middle(), middle, to.middle(), x2, to.middle()));
    } else if (Math.abs(to.y - from.y) <= ROW + 1) {
      double x = from.x + Math.min(from.width, to.width) / 2;
      boolean down = to.y > from.y;
      svg.path(
          css,
          d(
              "M%s %sL%s %s",
              x, down ? from.y + BOX + 3 : from.y - 3, x, down ? to.y - 3 : to.y + BOX + 3));
    } else {
      double x1 = from.x + from.width + 3;
      double out = x1 + 12 + 6 * Math.abs(to.y - from.y) / ROW;
      svg.path(
          css,
          d(
              "M%s %sC%s %s %s %s %s %s",
              x1,
              from.middle(),
              out,
              from.middle(),
              out,
              to.middle(),
              to.x + to.width + 3,
              to.middle()));
    }
  }

  /** Room to the right for arrows between those who stand above each other, not next. */
  private double bulge(Map<String, Place> places) {
    return arrows.stream()
            .anyMatch(
                a ->
                    places.get(a.from()).x == places.get(a.to()).x
                        && Math.abs(places.get(a.from()).y - places.get(a.to()).y) > ROW + 1)
        ? 40
        : 0;
  }

  private static double width(String line) {
    return Math.max(64, line.length() * LETTER + 24);
  }

  private static String d(String pattern, double... numbers) {
    Object[] texts = Arrays.stream(numbers).mapToObj(Svg::number).toArray();
    return String.format(Locale.ROOT, pattern, texts);
  }

  private record Place(double x, double y, double width) {
    double middle() {
      return y + BOX / 2;
    }
  }
}
