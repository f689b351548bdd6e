package org.kd4j.core.strategy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kd4j.core.base.Names;

/** All strategies there are, by id, sorted: the order in which modules were found never shows. */
public final class StrategyRegistry {
  /** The id of the baseline every comparison includes. */
  public static final String SCRATCH = "scratch";

  private final SortedMap<String, StrategyFactory<?>> factories;
  private final SortedSet<String> representatives;

  /**
   * @param factories by id
   * @param representatives the ids a comparison takes when none is named, beside the baseline
   */
  public StrategyRegistry(
      Map<String, StrategyFactory<?>> factories, Collection<String> representatives) {
    this.factories = Collections.unmodifiableSortedMap(new TreeMap<>(factories));
    this.representatives = new TreeSet<>(representatives);
    this.representatives.forEach(this::factory);
  }

  /** All ids. */
  public List<String> ids() {
    return List.copyOf(factories.keySet());
  }

  /** The ids of a comparison where none is named: the baseline, then the families' own. */
  public List<String> defaultComparison() {
    List<String> ids = new ArrayList<>(List.of(SCRATCH));
    representatives.stream().filter(id -> !id.equals(SCRATCH)).forEach(ids::add);
    return ids;
  }

  /** A factory, or an error naming the nearest id. */
  public StrategyFactory<?> factory(String id) {
    StrategyFactory<?> factory = factories.get(id);
    if (factory == null) {
      throw Names.unknown("strategy", id, factories.keySet());
    }
    return factory;
  }

  /**
   * A strategy with options.
   *
   * @param id its id
   * @param options those that differ from the defaults, as written
   * @return the strategy with its options bound and checked
   */
  public Configured configure(String id, Map<String, String> options) {
    return configure(id, factory(id), options);
  }

  private static <O extends Record> Configured configure(
      String id, StrategyFactory<O> factory, Map<String, String> options) {
    O bound = OptionBinder.bind(id, factory.defaults(), options);
    return new Configured(id, bound, factory.create(bound), factory.requirements(bound));
  }

  /**
   * A strategy ready to run.
   *
   * @param id its id
   * @param options bound and checked
   * @param strategy the program
   * @param requirements what it needs of a task
   */
  public record Configured(
      String id, Record options, DistillationStrategy strategy, Requirements requirements) {}
}
