package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@link Figure} as the page of an experiment shows it.
 *
 * @param title above it
 * @param keys what its colours are
 * @param svg the picture
 * @param note below it; may be empty
 */
record FigureChart(String title, List<Key> keys, String svg, String note) {
  private static final int HUES = 8;

  /** A colour, and what it is. */
  record Key(String css, String name) {}

  static FigureChart of(Figure figure) {
    List<Key> keys = new ArrayList<>();
    List<PointChart.Line> lines = new ArrayList<>();
    for (Figure.Series series : figure.series()) {
      String css = hue(lines.size());
      keys.add(new Key(css, series.name()));
      Stream<PointChart.Mark> marks =
          series.points().stream()
              .map(
                  p ->
                      new PointChart.Mark(
                          "", p.x(), p.y(), p.what() + ": " + figure.scale().told(p.y())));
      lines.add(new PointChart.Line(css, series.joined(), marks.toList()));
    }
    List<PointChart.Level> levels = new ArrayList<>();
    figure
        .levels()
        .forEach(
            (name, mean) -> {
              String css =
                  (levels.isEmpty() ? "base" : hue(lines.size() + levels.size() - 1)) + " dashed";
              keys.add(new Key(css, name));
              levels.add(new PointChart.Level(css, mean));
            });
    PointChart chart =
        new PointChart(figure.x(), figure.y(), figure.scale().factor(), List.of(), lines, levels);
    return new FigureChart(figure.title(), keys, chart.draw(figure.title()), figure.note());
  }

  private static String hue(int place) {
    return "hue" + place % HUES + (place / HUES % 2 == 1 ? " dashed" : "");
  }
}
