package org.kd4j.experiments.report;

import java.util.function.DoubleFunction;

/**
 * The axes of a chart whose marks are points and lines between them.
 *
 * @param x along it
 * @param y up it
 * @param xTitle below
 * @param yTitle at the left
 * @param printX a tick of x
 */
record Frame(Scale x, Scale y, String xTitle, String yTitle, DoubleFunction<String> printX) {
  static final double WIDTH = 520;
  static final double HEIGHT = 300;
  private static final double LEFT = 58;
  private static final double RIGHT = 14;
  private static final double TOP = 12;
  private static final double BOTTOM = 46;
  private static final double LETTER = 7;

  /** An empty chart with its axes. */
  Svg begin(String title) {
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    double right = WIDTH - RIGHT;
    double bottom = HEIGHT - BOTTOM;
    for (double tick : y.ticks()) {
      svg.line("grid", LEFT, yAt(tick), right, yAt(tick));
      svg.text("tick end", LEFT - 8, yAt(tick) + 4, y.print(tick));
    }
    double free = Double.NEGATIVE_INFINITY;
    for (double tick : x.ticks()) {
      String text = printX.apply(tick);
      double half = 0.5 * LETTER * text.length();
      if (xAt(tick) - half > free) {
        svg.text("tick middle", Math.min(xAt(tick), WIDTH - half), bottom + 18, text);
        free = xAt(tick) + half + 6;
      }
    }
    svg.line("axis", LEFT, bottom, right, bottom);
    svg.text("label middle", (LEFT + right) / 2, HEIGHT - 8, xTitle);
    svg.raw("<g transform=\"translate(14 " + Svg.number((TOP + bottom) / 2) + ") rotate(-90)\">");
    svg.text("label middle", 0, 0, yTitle);
    svg.raw("</g>");
    return svg;
  }

  double xAt(double value) {
    return LEFT + x.at(value) * (WIDTH - RIGHT - LEFT);
  }

  double yAt(double value) {
    return TOP + (1 - y.at(value)) * (HEIGHT - BOTTOM - TOP);
  }
}
