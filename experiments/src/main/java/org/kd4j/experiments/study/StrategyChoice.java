package org.kd4j.experiments.study;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;

/**
 * A row of a comparison: a strategy with the options that differ from its defaults.
 *
 * @param strategy its id
 * @param options by name, as written
 */
public record StrategyChoice(String strategy, SortedMap<String, String> options) {
  /** Copies. */
  public StrategyChoice {
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
  }

  /** A strategy with its defaults. */
  public static StrategyChoice of(String strategy) {
    return new StrategyChoice(strategy, new TreeMap<>());
  }

  /**
   * A row as people write it, and {@link #toString} does: {@code offline temperature=8}.
   *
   * @param row an id, then options
   */
  public static StrategyChoice parse(String row) {
    String[] words = row.strip().split("\\s+");
    StrategyChoice choice = of(words[0]);
    for (int i = 1; i < words.length; i++) {
      String[] pair = words[i].split("=", 2);
      UsageException.require(
          pair.length == 2, "'%s': options read name=value, was '%s'", row, words[i]);
      choice = choice.with(pair[0], pair[1]);
    }
    return choice;
  }

  /** The same with an option. */
  public StrategyChoice with(String option, String value) {
    Map<String, String> more = new TreeMap<>(options);
    more.put(option, value);
    return new StrategyChoice(strategy, new TreeMap<>(more));
  }

  /** {@code temperature=4 softWeight=0.5}; empty for the defaults. */
  public String optionsText() {
    return String.join(
        " ", options.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

  @Override
  public String toString() {
    return options.isEmpty() ? strategy : strategy + " " + optionsText();
  }
}
