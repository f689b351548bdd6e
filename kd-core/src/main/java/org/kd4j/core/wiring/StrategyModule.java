package org.kd4j.core.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.name.Names;
import com.google.inject.spi.Message;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.network.NetworkFamily;
import org.kd4j.core.objective.Formula;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * What a family of strategies brings, in a small language:
 *
 * <pre>{@code
 * protected void configureStrategies() {
 *   strategy("offline").to(Offline.Factory.class);
 *   representative("offline");
 * }
 * }</pre>
 *
 * Found through {@link java.util.ServiceLoader}; a new family edits no existing class.
 */
public abstract class StrategyModule extends AbstractModule {
  /** Under this name the ids of representatives are bound. */
  static final String REPRESENTATIVES = "representatives";

  private final Set<String> bound = new LinkedHashSet<>();

  private @Nullable RuntimeException failure;

  /** What went wrong while it was configured. */
  final Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /** What this module bound: {@code strategy 'offline'}. */
  final Set<String> bound() {
    return bound;
  }

  @Override
  protected final void configure() {
    // Errors then point at the module that bound, not at this class.
    var at = binder().skipSources(StrategyModule.class);
    MapBinder.newMapBinder(
        at, new TypeLiteral<String>() {}, new TypeLiteral<StrategyFactory<?>>() {});
    MapBinder.newMapBinder(at, String.class, NetworkFamily.class);
    MapBinder.newMapBinder(at, String.class, DataSource.class);
    MapBinder.newMapBinder(at, String.class, Formula.class);
    Multibinder.newSetBinder(at, String.class, Names.named(REPRESENTATIVES));
    try {
      configureStrategies();
    } catch (RuntimeException e) {
      // Guice would not say which module failed, and would print a cause it is given.
      failure = e;
      String who = getClass().getName();
      binder().addError(new Message(who, who + " failed while it was configured: " + e));
    }
  }

  /** Binds what the family brings. */
  protected abstract void configureStrategies();

  /**
   * Binds a strategy.
   *
   * @param id lower-case words with hyphens
   */
  protected final LinkedBindingBuilder<StrategyFactory<?>> strategy(String id) {
    bound.add("strategy '" + id + "'");
    return MapBinder.newMapBinder(
            binder().skipSources(StrategyModule.class),
            new TypeLiteral<String>() {},
            new TypeLiteral<StrategyFactory<?>>() {})
        .addBinding(id);
  }

  /** Takes a strategy into the comparison that runs when none is named. */
  protected final void representative(String id) {
    Multibinder.newSetBinder(
            binder().skipSources(StrategyModule.class), String.class, Names.named(REPRESENTATIVES))
        .addBinding()
        .toInstance(id);
  }

  /** Binds a family of networks: {@code mlp} in {@code mlp:400-400}. */
  protected final LinkedBindingBuilder<NetworkFamily> network(String name) {
    bound.add("network '" + name + "'");
    return MapBinder.newMapBinder(
            binder().skipSources(StrategyModule.class), String.class, NetworkFamily.class)
        .addBinding(name);
  }

  /** Binds a source of data: {@code csv} in {@code csv:FILE}. */
  protected final LinkedBindingBuilder<DataSource> data(String name) {
    bound.add("data set '" + name + "'");
    return MapBinder.newMapBinder(
            binder().skipSources(StrategyModule.class), String.class, DataSource.class)
        .addBinding(name);
  }

  /** Binds a formula to the name it has in reference files. */
  protected final void formula(String name, Formula formula) {
    bound.add("formula '" + name + "'");
    MapBinder.newMapBinder(binder().skipSources(StrategyModule.class), String.class, Formula.class)
        .addBinding(name)
        .toInstance(formula);
  }
}
