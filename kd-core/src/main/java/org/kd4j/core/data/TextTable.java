package org.kd4j.core.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;

/**
 * A file of labelled texts as GLUE has them: a row a line, cells parted by tabs, no quoting.
 *
 * @param file where it was read
 * @param texts the first texts, without blanks around them
 * @param seconds the second of each pair; empty where there are none
 * @param labels as written
 * @param lines where in the file, the first is 1
 */
record TextTable(
    Path file, List<String> texts, List<String> seconds, List<String> labels, List<Integer> lines) {

  /**
   * Which columns to read, each by its name or by its place from 1.
   *
   * @param text of the text
   * @param second of the second of a pair
   * @param label of the label
   * @param header whether the first line names the columns
   */
  record Columns(String text, Optional<String> second, String label, boolean header) {
    /** Checks that names have a header to be looked up in. */
    Columns {
      for (String column : List.of(text, second.orElse("1"), label)) {
        UsageException.require(
            header || column.matches("[1-9]\\d{0,3}"),
            "without a header columns are numbered from 1, as in text=2,label=1; was '%s'",
            column);
      }
    }
  }

  static TextTable read(Path file, Columns columns) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
    if (!lines.isEmpty() && lines.get(0).startsWith("\uFEFF")) {
      lines.set(0, lines.get(0).substring(1));
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    int first = columns.header ? 1 : 0;
    UsageException.require(lines.size() > first, "%s has no rows", file);
    List<String> names = cells(lines.get(0));
    int text = place(file, names, columns.text, columns.header);
    int label = place(file, names, columns.label, columns.header);
    int second = columns.second.map(s -> place(file, names, s, columns.header)).orElse(-1);
    TextTable table =
        new TextTable(
            file, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int line = first; line < lines.size(); line++) {
      List<String> cells = cells(lines.get(line));
      UsageException.require(
          cells.size() == names.size(),
          "%s, line %d: %d columns, but the first line has %d",
          file,
          line + 1,
          cells.size(),
          names.size());
      table.texts.add(table.filled(cells.get(text), "text", line));
      table.labels.add(table.filled(cells.get(label), "label", line));
      table.lines.add(line + 1);
      if (second >= 0) {
        table.seconds.add(table.filled(cells.get(second), "second text", line));
      }
    }
    return table;
  }

  private String filled(String cell, String what, int line) {
    UsageException.require(!cell.isBlank(), "%s, line %d: the %s is empty", file, line + 1, what);
    return cell.strip();
  }

  private static int place(Path file, List<String> names, String column, boolean header) {
    int at = header ? names.indexOf(column) : -1;
    if (at < 0 && column.matches("[1-9]\\d{0,3}")) {
      at = Integer.parseInt(column) - 1;
      UsageException.require(
          at < names.size(),
          "%s has %d columns, there is no column %s",
          file,
          names.size(),
          column);
    }
    if (at < 0) {
      throw new UsageException(file + ": " + Names.unknown("column", column, names).getMessage());
    }
    return at;
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\t", -1));
  }

  int size() {
    return texts.size();
  }

  /** What tells a row's text from others: both texts of a pair. */
  String key(int row) {
    return seconds.isEmpty() ? texts.get(row) : texts.get(row) + "\t" + seconds.get(row);
  }

  /** Some of the rows, in the order given. */
  TextTable some(List<Integer> rows) {
    return new TextTable(
        file,
        rows.stream().map(texts::get).toList(),
        seconds.isEmpty() ? seconds : rows.stream().map(seconds::get).toList(),
        rows.stream().map(labels::get).toList(),
        rows.stream().map(lines::get).toList());
  }
}
