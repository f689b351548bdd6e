package org.kd4j.experiments.report;

/** Lines of text on a terminal, where a character that takes two UTF-16 units has one column. */
final class Lines {
  /** Wider than this no line is. */
  static final int COLUMNS = 100;

  private Lines() {}

  /** A line broken at blanks where it is too wide; what follows is set in. */
  static String wrapped(String line) {
    StringBuilder text = new StringBuilder();
    int width = 0;
    for (String word : line.split(" ")) {
      if (width > 0 && width + 1 + width(word) > COLUMNS) {
        text.append("\n  ");
        width = 2;
      } else if (width > 0) {
        text.append(' ');
        width++;
      }
      text.append(word);
      width += width(word);
    }
    return text.toString();
  }

  /** How many columns it takes. */
  static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
