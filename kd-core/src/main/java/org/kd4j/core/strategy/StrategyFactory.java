package org.kd4j.core.strategy;

/**
 * Makes a strategy from its options. Options are a record that checks itself; its components' names
 * are the keys people write, as in {@code offline.temperature=4}.
 *
 * @param <O> the options
 */
public interface StrategyFactory<O extends Record> {
  /** The default options: the one place where defaults are written. */
  O defaults();

  /** The strategy with these options. */
  DistillationStrategy create(O options);

  /** What it is and where it comes from. */
  Description description();

  /** What it needs of a task, whatever its options. */
  default Requirements requirements() {
    return Requirements.NONE;
  }
}
