package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and tables as people read them; the same in every locale. */
final class Words {
  private Words() {}

  /** {@code 3.2 s}, {@code 1 min 12 s}, {@code 2 h 5 min}. */
  static String duration(double seconds) {
    if (!(seconds >= 0)) {
      return "?";
    }
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }
    long minutes = Math.round(seconds / 60);
    return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
  }

  /** {@code 12,345}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 1 trial}, {@code 3 trials}. */
  static String several(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** {@code 1.4 GB}. */
  static String bytes(long bytes) {
    double value = bytes;
    List<String> units = List.of("B", "kB", "MB", "GB", "TB");
    int unit = 0;
    while (value >= 1000 && unit < units.size() - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units.get(unit));
  }

  /** Rows as aligned columns, two blanks apart; the last one runs free. */
  static List<String> columns(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int c = 0; c < row.size() - 1; c++) {
        int width = length(row.get(c));
        if (c == widths.size()) {
          widths.add(width);
        } else {
          widths.set(c, Math.max(widths.get(c), width));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        line.append(row.get(c));
        if (c < row.size() - 1) {
          line.append(" ".repeat(widths.get(c) - length(row.get(c)) + 2));
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** As much of a line as fits. */
  static String cut(String line, int width) {
    return length(line) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
  }
}
