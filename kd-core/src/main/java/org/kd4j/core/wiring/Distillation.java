package org.kd4j.core.wiring;

import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Stage;
import com.google.inject.TypeLiteral;
import com.google.inject.name.Names;
import com.google.inject.spi.Message;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.NetworkFamily;
import org.kd4j.core.objective.Formula;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.StrategyRegistry;

/** Everything there is, by name: strategies, families of networks, sources of data, formulas. */
public final class Distillation {
  private final StrategyRegistry strategies;
  private final Map<String, NetworkFamily> networks;
  private final Map<String, DataSource> data;
  private final Map<String, Formula> formulas;

  private Distillation(Injector injector) {
    this.networks = sorted(injector, new TypeLiteral<Map<String, NetworkFamily>>() {});
    this.data = sorted(injector, new TypeLiteral<Map<String, DataSource>>() {});
    this.formulas = sorted(injector, new TypeLiteral<Map<String, Formula>>() {});
    this.strategies =
        new StrategyRegistry(
            sorted(injector, new TypeLiteral<Map<String, StrategyFactory<?>>>() {}),
            injector.getInstance(
                Key.get(
                    new TypeLiteral<Set<String>>() {},
                    Names.named(StrategyModule.REPRESENTATIVES))));
  }

  private static <T> Map<String, T> sorted(Injector injector, TypeLiteral<Map<String, T>> type) {
    return new TreeMap<>(injector.getInstance(Key.get(type)));
  }

  /**
   * The core and exactly these modules.
   *
   * @param modules families of strategies
   */
  public static Distillation of(StrategyModule... modules) {
    return of(List.of(modules));
  }

  /** The core and all modules on the class path. */
  public static Distillation discovered() {
    return discovered(List.of());
  }

  /**
   * The core, all modules on the class path, and those in plug-in jars.
   *
   * @param pluginFolders whose jars are searched as well; those that do not exist are passed over
   */
  public static Distillation discovered(List<Path> pluginFolders) {
    return discovered(pluginFolders, List.of());
  }

  /**
   * The core, all modules on the class path, those in plug-in jars, and these.
   *
   * @param pluginFolders whose jars are searched as well; those that do not exist are passed over
   * @param more modules that no file names
   */
  public static Distillation discovered(List<Path> pluginFolders, List<StrategyModule> more) {
    List<StrategyModule> found = new ArrayList<>(more);
    try {
      ServiceLoader.load(StrategyModule.class, withPlugins(pluginFolders)).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new UsageException(
          "A module named in META-INF/services/"
              + StrategyModule.class.getName()
              + " cannot be made: "
              + reason(e)
              + ". It needs a public class with a public constructor without arguments.",
          e);
    }
    return of(found);
  }

  private static String reason(Throwable e) {
    return e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")");
  }

  private static ClassLoader withPlugins(List<Path> folders) {
    List<URL> jars = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
            jars.add(url(jar));
          }
        } catch (IOException e) {
          throw new UsageException(
              "The plug-in folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
      }
    }
    ClassLoader own = Distillation.class.getClassLoader();
    return jars.isEmpty() ? own : new URLClassLoader(jars.toArray(URL[]::new), own);
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file has an address: " + jar, e);
    }
  }

  private static Distillation of(Collection<? extends StrategyModule> modules) {
    List<com.google.inject.Module> all = new ArrayList<>(modules);
    all.add(new CoreModule());
    try {
      return new Distillation(Guice.createInjector(Stage.PRODUCTION, all));
    } catch (CreationException e) {
      throw wiring(e.getErrorMessages(), e);
    } catch (ConfigurationException e) {
      throw wiring(e.getErrorMessages(), e);
    }
  }

  /** Guice's findings, a line each: what is wrong, and where it was bound. */
  private static UsageException wiring(Collection<Message> messages, Exception cause) {
    String lines =
        messages.stream()
            .map(
                m ->
                    m.getMessage().strip().replaceAll("\\s*\\n\\s*", " ")
                        + " [bound at "
                        + m.getSource()
                        + "]")
            .distinct()
            .collect(Collectors.joining("\n  "));
    return new UsageException(
        "The modules on the class path do not fit together. Each strategy, network, data source and formula"
            + " needs a name of its own and a class that can be made:\n  "
            + lines,
        cause);
  }

  /** All strategies. */
  public StrategyRegistry strategies() {
    return strategies;
  }

  /** All families of networks, by name. */
  public Map<String, NetworkFamily> networks() {
    return Map.copyOf(networks);
  }

  /** All sources of data, by name. */
  public Map<String, DataSource> data() {
    return Map.copyOf(data);
  }

  /** All formulas, by their names in reference files. */
  public Map<String, Formula> formulas() {
    return Map.copyOf(formulas);
  }

  /** Reads a network as people write it. */
  public Architecture network(String text) {
    SpecText spec = SpecText.parse(text);
    return known("network", spec.head(), networks).parse(spec);
  }

  /** Loads a data set as people write it. */
  public DataSet load(String text, DataSource.Place place) {
    SpecText spec = SpecText.parse(text);
    return known("data set", spec.head(), data).load(spec, place);
  }

  /** A formula, or an error naming the nearest. */
  public Formula formula(String name) {
    return known("formula", name, formulas);
  }

  private static <T> T known(String kind, String name, Map<String, T> all) {
    T value = all.get(name);
    if (value == null) {
      throw org.kd4j.core.base.Names.unknown(kind, name, all.keySet());
    }
    return value;
  }
}
