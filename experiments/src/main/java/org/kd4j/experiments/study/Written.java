package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a study as it was written, and where: what is refused can be pointed at. */
sealed interface Written permits Written.Text, Written.Items, Written.Keys {
  /** Where it was written. */
  Where where();

  /** {@code 'x'}, {@code a list}: for messages. */
  String told();

  /**
   * A single value.
   *
   * @param text as written, without quotes
   * @param quoted whether it had quotes: then it is a text, whatever it looks like
   * @param where it was written
   */
  record Text(String text, boolean quoted, Where where) implements Written {
    /** Whether there is nothing, as after {@code teacher:}. */
    boolean absent() {
      return !quoted && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    @Override
    public String told() {
      return absent() ? "nothing" : "'" + text + "'";
    }
  }

  /**
   * A list.
   *
   * @param items in order; changed by overrides
   * @param where it begins
   */
  record Items(List<Written> items, Where where) implements Written {
    public Items {
      items = new ArrayList<>(items);
    }

    @Override
    public String told() {
      return "a list";
    }
  }

  /**
   * A mapping.
   *
   * @param entries by key, in order; changed by overrides
   * @param where it begins
   */
  record Keys(Map<String, Entry> entries, Where where) implements Written {
    public Keys {
      entries = new LinkedHashMap<>(entries);
    }

    Keys(Where where) {
      this(Map.of(), where);
    }

    void put(String key, Where at, Written value) {
      entries.put(key, new Entry(at, value));
    }

    @Override
    public String told() {
      return "a mapping";
    }
  }

  /**
   * What stands under a key.
   *
   * @param where the key stands
   * @param value under it
   */
  record Entry(Where where, Written value) {}

  /**
   * A place.
   *
   * @param source a file, {@code command line}, or a flag such as {@code --epochs}
   * @param line from 1; 0 where there are no lines
   * @param column from 1
   */
  record Where(String source, int line, int column) {
    /** Whether a flag says all: its name is the path. */
    boolean isFlag() {
      return source.startsWith("--");
    }

    @Override
    public String toString() {
      return line == 0 ? source : source + ":" + line + ":" + column;
    }
  }
}
