package org.kd4j.experiments.report;

import java.util.Locale;

/** Inline SVG, piece by piece; colours come from the page's style, by class. */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  /** A picture of a size, which shrinks with the page and says what it shows. */
  Svg(double width, double height, String title) {
    add(
        "<svg viewBox=\"0 0 %s %s\" width=\"%s\" role=\"img\" aria-label=\"%s\">",
        number(width), number(height), number(width), escape(title));
  }

  void line(String css, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
        css, number(x1), number(y1), number(x2), number(y2));
  }

  void path(String css, String d) {
    add("<path class=\"%s\" d=\"%s\"/>", css, d);
  }

  void circle(String css, double x, double y, double r) {
    add(
        "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>",
        css, number(x), number(y), number(r));
  }

  void rect(String css, double x, double y, double width, double height, double round) {
    add(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\"/>",
        css, number(x), number(y), number(width), number(height), number(round));
  }

  /** Text whose class says where it is anchored: {@code start}, {@code middle}, {@code end}. */
  void text(String css, double x, double y, String content) {
    add(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>",
        css, number(x), number(y), escape(content));
  }

  /** Opens a group that says its name under the pointer; closed by {@code </g>}. */
  void named(String css, String name) {
    add("<g class=\"%s\"><title>%s</title>", css, escape(name));
  }

  /** Anything else, with everything in it escaped already. */
  void raw(String element) {
    text.append(element);
  }

  /** The whole picture. */
  String end() {
    return text + "</svg>";
  }

  /** At most two decimals, with a point. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceAll("\\.?0+$", "").replaceAll("^-0$", "0");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private void add(String pattern, Object... arguments) {
    text.append(String.format(Locale.ROOT, pattern, arguments));
  }
}
