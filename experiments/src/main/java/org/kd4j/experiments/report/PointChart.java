package org.kd4j.experiments.report;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.kd4j.experiments.statistics.Mean;

/**
 * Means with intervals against a number or a name, lines through those that belong together, and
 * lines across for what hangs on neither.
 *
 * @param xTitle below
 * @param yTitle at the left
 * @param unit of the numbers up it: 100 for shares shown in percent, which end at 0 and 1
 * @param names of the places 0, 1 … along it; empty where they are numbers
 * @param lines at least one with a mark
 * @param levels lines across
 */
record PointChart(
    String xTitle,
    String yTitle,
    double unit,
    List<String> names,
    List<Line> lines,
    List<Level> levels) {
  private static final double PERCENT = 100;
  private static final double LOGARITHMIC_FROM = 8;
  private static final double APART = 6;
  private static final double WIDEST = 36;

  /** Marks that belong together. */
  record Line(String css, boolean joined, List<Mark> marks) {
    Line {
      marks = marks.stream().sorted(Comparator.comparingDouble(Mark::x)).toList();
    }
  }

  /** A mean, where it lies, and what is said of it under the pointer. */
  record Mark(String css, double x, Mean y, String told) {}

  /** A line across, with its interval. */
  record Level(String css, Mean y) {}

  String draw(String title) {
    double low = marks(Mark::x).min().orElse(0);
    double high = marks(Mark::x).max().orElse(1);
    boolean logarithmic = names.isEmpty() && low > 0 && high / low >= LOGARITHMIC_FROM;
    double room = names.isEmpty() && high > low ? 0.04 * (high - low) : 0.4;
    Scale x =
        logarithmic
            ? Scale.logarithmic(low / 1.15, high * 1.15)
            : new Scale(low - room, high + room, 1, false);
    DoubleFunction<String> print =
        names.isEmpty()
            ? v -> v >= 10_000 ? Numbers.count(v) : x.print(v)
            : v -> v == Math.rint(v) ? name((int) v) : "";
    Frame frame = new Frame(x, up(), xTitle + (logarithmic ? " (log)" : ""), yTitle, print);
    Svg svg = frame.begin(title);
    levels.forEach(level -> draw(svg, frame, level));
    Map<Double, Integer> drawn = new HashMap<>();
    lines.forEach(line -> draw(svg, frame, line, at(frame, line, drawn)));
    return svg.end();
  }

  /** Where marks are drawn: those of one place side by side, so that their intervals are seen. */
  private double[] at(Frame frame, Line line, Map<Double, Integer> drawn) {
    double[] at = new double[line.marks().size()];
    for (int i = 0; i < at.length; i++) {
      double x = line.marks().get(i).x();
      long there = marks(Mark::x).filter(other -> other == x).count();
      double apart = Math.min(APART, WIDEST / there);
      at[i] = frame.xAt(x) + (drawn.merge(x, 1, Integer::sum) - 1 - 0.5 * (there - 1)) * apart;
    }
    return at;
  }

  private static void draw(Svg svg, Frame frame, Level level) {
    double left = frame.xAt(frame.x().low());
    double right = frame.xAt(frame.x().high());
    double y = frame.yAt(level.y().value());
    if (!Double.isNaN(level.y().halfWidth())) {
      double from = frame.yAt(highest(frame, level.y()));
      double to = frame.yAt(lowest(frame, level.y()));
      svg.rect("band " + level.css(), left, from, right - left, to - from, 0);
    }
    svg.line("line " + level.css(), left, y, right, y);
  }

  private static double lowest(Frame frame, Mean mean) {
    return Math.max(frame.y().low(), mean.value() - mean.halfWidth());
  }

  private static double highest(Frame frame, Mean mean) {
    return Math.min(frame.y().high(), mean.value() + mean.halfWidth());
  }

  private static void draw(Svg svg, Frame frame, Line line, double[] at) {
    List<Mark> marks = line.marks();
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < at.length; i++) {
      path.append(i == 0 ? 'M' : 'L')
          .append(Svg.number(at[i]))
          .append(' ')
          .append(Svg.number(frame.yAt(marks.get(i).y().value())));
    }
    if (line.joined()) {
      svg.path("line " + line.css(), path.toString());
    }
    for (int i = 0; i < at.length; i++) {
      Mean mean = marks.get(i).y();
      svg.named(marks.get(i).css(), marks.get(i).told());
      if (!Double.isNaN(mean.halfWidth())) {
        double from = frame.yAt(lowest(frame, mean));
        svg.line("whisker " + line.css(), at[i], from, at[i], frame.yAt(highest(frame, mean)));
      }
      svg.circle("dot " + line.css(), at[i], frame.yAt(mean.value()), 4);
      svg.raw("</g>");
    }
  }

  /** From the lowest to the highest mean, levels included, with room for intervals. */
  private Scale up() {
    double[] means =
        DoubleStream.concat(
                marks(m -> m.y().value()), levels.stream().mapToDouble(l -> l.y().value()))
            .toArray();
    double low = DoubleStream.of(means).min().orElse(0);
    double high = DoubleStream.of(means).max().orElse(1);
    double width = marks(m -> m.y().halfWidth()).filter(Double::isFinite).average().orElse(0);
    double least = unit == PERCENT ? 0.01 : 0.05 * Math.abs(high);
    double room =
        Math.max(0.2 * least, Math.min(width, high - low + least) + 0.05 * (high - low)) + 1e-9;
    double top = high + room;
    return Scale.linear(
        low >= 0 ? Math.max(0, low - room) : low - room,
        unit == PERCENT ? Math.min(1, top) : top,
        unit);
  }

  private DoubleStream marks(ToDoubleFunction<Mark> of) {
    return lines.stream().flatMap(l -> l.marks().stream()).mapToDouble(of);
  }

  private String name(int at) {
    return at >= 0 && at < names.size() ? names.get(at) : "";
  }
}
