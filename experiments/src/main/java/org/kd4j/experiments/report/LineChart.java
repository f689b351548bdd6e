package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Learning curves as SVG: a line per row, a band from the lowest to the highest seed, and to the
 * right the rows' names in the order their lines end.
 */
final class LineChart {
  private static final double WIDTH = 1040;
  private static final double LEFT = 64;
  private static final double TOP = 14;
  private static final double BOTTOM = 46;
  private static final double LABELS = 262;
  private static final double LABEL_HEIGHT = 17;
  private static final int LABEL_LETTERS = 28;

  private final List<Curve> curves;
  private final Scale scale;
  private final double height;
  private final int epochs;

  /**
   * @param curves at least one, each with at least one value
   * @param scale of the y axis
   */
  private LineChart(List<Curve> curves, Scale scale) {
    this.curves = curves;
    this.scale = scale;
    this.height = Math.max(330, curves.size() * LABEL_HEIGHT + TOP + BOTTOM);
    this.epochs = curves.stream().mapToInt(c -> c.mean().length).max().orElse(1);
  }

  /** Accuracies, in percent: the axis begins where the lines have left their steep start. */
  static String accuracy(List<Curve> curves) {
    double top = all(curves, Curve::high).max().orElse(1);
    double bottom = all(curves, LineChart::settled).min().orElse(0);
    double room = Math.max(0.002, 0.06 * (top - bottom));
    Scale scale = Scale.linear(Math.max(0, bottom - room), Math.min(1, top + room), 100);
    return new LineChart(curves, scale).draw("validation accuracy, %");
  }

  /**
   * Objectives; logarithmic where they span more than a factor of 20.
   *
   * @param of what they were measured on
   */
  static String objective(List<Curve> curves, String of) {
    double top = all(curves, Curve::high).max().orElse(1);
    double bottom = all(curves, Curve::low).min().orElse(0);
    boolean logarithmic = bottom > 0 && top / bottom > 20;
    double room = 0.05 * (top - bottom) + 1e-9;
    Scale scale =
        logarithmic
            ? Scale.logarithmic(bottom / 1.1, top * 1.1)
            : Scale.linear(bottom >= 0 ? Math.max(0, bottom - room) : bottom - room, top + room, 1);
    return new LineChart(curves, scale).draw(of + " objective" + (logarithmic ? " (log)" : ""));
  }

  private String draw(String yTitle) {
    Svg svg = new Svg(WIDTH, height, yTitle + " by epoch");
    double right = WIDTH - LABELS;
    double bottom = height - BOTTOM;
    String clip = "c" + Integer.toHexString(yTitle.hashCode());
    svg.raw("<clipPath id=\"" + clip + "\">");
    svg.rect("", LEFT, TOP, right - LEFT + 1, bottom - TOP, 0);
    svg.raw("</clipPath>");
    for (double tick : scale.ticks()) {
      svg.line("grid", LEFT, y(tick), right, y(tick));
      svg.text("tick end", LEFT - 8, y(tick) + 4, scale.print(tick));
    }
    for (double tick : epochTicks()) {
      svg.text("tick middle", x(tick), bottom + 18, Svg.number(tick));
    }
    svg.line("axis", LEFT, bottom, right, bottom);
    svg.text("label middle", (LEFT + right) / 2, height - 8, "epoch");
    svg.raw("<g transform=\"translate(14 " + Svg.number((TOP + bottom) / 2) + ") rotate(-90)\">");
    svg.text("label middle", 0, 0, yTitle);
    svg.raw("</g><g clip-path=\"url(#" + clip + ")\">");
    curves.forEach(curve -> svg.path("band " + curve.css(), band(curve)));
    curves.forEach(curve -> svg.path("line " + curve.css(), points(curve.mean(), true)));
    svg.raw("</g>");
    names(svg, right);
    return svg.end();
  }

  /** The names beside the lines' ends, moved apart where they would overlap. */
  private void names(Svg svg, double right) {
    List<Curve> falling = new ArrayList<>(curves);
    falling.sort(Comparator.comparingDouble(c -> y(end(c))));
    double[] at = new double[falling.size()];
    for (int i = 0; i < at.length; i++) {
      double wanted = Math.max(TOP + 8, y(end(falling.get(i))));
      at[i] = i == 0 ? wanted : Math.max(wanted, at[i - 1] + LABEL_HEIGHT);
    }
    double lowest = height - BOTTOM;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(at[i], lowest);
      lowest = at[i] - LABEL_HEIGHT;
    }
    for (int i = 0; i < at.length; i++) {
      Curve curve = falling.get(i);
      double endX = x(lastMeasured(curve) + 1);
      double endY = Math.min(y(end(curve)), height - BOTTOM);
      svg.path(
          "leader " + curve.css(),
          String.format(
              Locale.ROOT,
              "M%s %sL%s %sL%s %s",
              Svg.number(endX),
              Svg.number(endY),
              Svg.number(right + 4),
              Svg.number(endY),
              Svg.number(right + 18),
              Svg.number(at[i])));
      svg.circle("dot " + curve.css(), endX, endY, 3.5);
      svg.line("line " + curve.css(), right + 18, at[i], right + 36, at[i]);
      svg.text("name start " + curve.css(), right + 42, at[i] + 4, shortened(curve.label()));
    }
  }

  private String band(Curve curve) {
    String there = points(curve.high(), true);
    return there.isEmpty() ? "" : there + points(curve.low(), false) + "Z";
  }

  private String points(double[] values, boolean forward) {
    StringBuilder d = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      int e = forward ? i : values.length - 1 - i;
      if (!Double.isNaN(values[e])) {
        String command = forward && d.isEmpty() ? "M" : "L";
        d.append(command).append(Svg.number(x(e + 1))).append(' ').append(Svg.number(y(values[e])));
      }
    }
    return d.toString();
  }

  private double x(double epoch) {
    double width = WIDTH - LABELS - LEFT;
    return epochs == 1 ? LEFT + width / 2 : LEFT + (epoch - 1) / (epochs - 1) * width;
  }

  private double y(double value) {
    return TOP + (1 - scale.at(value)) * (height - BOTTOM - TOP);
  }

  private double[] epochTicks() {
    double step = Math.max(1, Scale.step(epochs / 8.0));
    return DoubleStream.concat(
            DoubleStream.of(1),
            DoubleStream.iterate(step, e -> e <= epochs, e -> e + step).filter(e -> e > 1))
        .filter(e -> e == 1 || e - 1 >= step / 2)
        .toArray();
  }

  private static double end(Curve curve) {
    return curve.mean()[lastMeasured(curve)];
  }

  private static int lastMeasured(Curve curve) {
    int last = curve.mean().length - 1;
    while (last > 0 && Double.isNaN(curve.mean()[last])) {
      last--;
    }
    return last;
  }

  private static double[] settled(Curve curve) {
    int epochs = curve.low().length;
    return Arrays.copyOfRange(curve.low(), epochs < 6 ? 0 : epochs / 2, epochs);
  }

  private static DoubleStream all(List<Curve> curves, Function<Curve, double[]> part) {
    return curves.stream()
        .flatMapToDouble(c -> Arrays.stream(part.apply(c)))
        .filter(Double::isFinite);
  }

  private static String shortened(String label) {
    return label.length() <= LABEL_LETTERS ? label : label.substring(0, LABEL_LETTERS - 1) + "…";
  }
}
