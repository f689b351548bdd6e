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
import java.util.zip.ZipFile;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.NetworkFamily;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Formula;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.StrategyRegistry;

/** Everything there is, by name: strategies, families of networks, sources of data, formulas. */
public final class Distillation {
  private final StrategyRegistry strategies;
  private final Networks networks;
  private final Map<String, DataSource> data;
  private final Map<String, Formula> formulas;

  private Distillation(Injector injector) {
    this.networks = injector.getInstance(Networks.class);
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
   * @param pluginFolders whose jars are searched as well; those that do not exist are passed over,
   *     what is no folder is refused
   */
  public static Distillation discovered(List<Path> pluginFolders) {
    return discovered(pluginFolders, List.of());
  }

  /**
   * The core, all modules on the class path, those in plug-in jars, and these.
   *
   * @param pluginFolders whose jars are searched as well; those that do not exist are passed over,
   *     what is no folder is refused
   * @param more modules that no file names
   */
  public static Distillation discovered(List<Path> pluginFolders, List<StrategyModule> more) {
    List<StrategyModule> found = new ArrayList<>(more);
    try {
      ServiceLoader.load(StrategyModule.class, withPlugins(pluginFolders)).forEach(found::add);
    } catch (ServiceConfigurationError | LinkageError e) {
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
      UsageException.require(
          !Files.exists(folder) || Files.isDirectory(folder),
          "The plug-in folder %s is no folder; name the one in which the jars are",
          folder);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
            jars.add(readable(jar));
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

  /** The address of a jar; a class loader would pass over what is none without a word. */
  private static URL readable(Path jar) {
    try (ZipFile opened = new ZipFile(jar.toFile())) {
      opened.size();
      return jar.toUri().toURL();
    } catch (IOException e) {
      throw new UsageException(
          "The plug-in "
              + jar
              + " cannot be read: "
              + e.getMessage()
              + ". Copy it anew, or take it away.",
          e);
    }
  }

  private static Distillation of(Collection<? extends StrategyModule> modules) {
    List<StrategyModule> all = new ArrayList<>(modules);
    all.add(new CoreModule());
    try {
      return new Distillation(Guice.createInjector(Stage.PRODUCTION, all));
    } catch (CreationException e) {
      throw wiring(all, e.getErrorMessages(), e);
    } catch (ConfigurationException e) {
      throw wiring(all, e.getErrorMessages(), e);
    }
  }

  /** Names that were bound twice, and Guice's other findings: a line each, with who is to blame. */
  private static UsageException wiring(
      List<StrategyModule> modules, Collection<Message> messages, RuntimeException cause) {
    List<String> lines = new ArrayList<>();
    if (messages.stream().anyMatch(Distillation::duplicate)) {
      lines.addAll(duplicates(modules));
    }
    for (Message m : messages) {
      if (lines.isEmpty() || !duplicate(m)) {
        lines.add(
            m.getMessage().strip().replaceAll("\\s*\\n\\s*", " ")
                + " [bound at "
                + m.getSource()
                + "]");
      }
    }
    return new UsageException(
        "The modules on the class path do not fit together. Each strategy, network, data source and formula"
            + " needs a name of its own and a class that can be made:\n  "
            + lines.stream().distinct().collect(Collectors.joining("\n  ")),
        modules.stream().flatMap(m -> m.failure().stream()).findFirst().orElse(cause));
  }

  private static boolean duplicate(Message message) {
    return message.getMessage().startsWith("Duplicate key");
  }

  /** Guice names only one of the two modules. */
  private static List<String> duplicates(List<StrategyModule> modules) {
    Map<String, List<String>> owners = new TreeMap<>();
    for (StrategyModule module : modules) {
      for (String name : module.bound()) {
        owners.computeIfAbsent(name, n -> new ArrayList<>()).add(module.getClass().getName());
      }
    }
    List<String> lines = new ArrayList<>();
    owners.forEach(
        (name, by) -> {
          if (by.size() > 1) {
            lines.add(name + " is bound by " + String.join(" and by ", by));
          }
        });
    return lines;
  }

  /** All strategies. */
  public StrategyRegistry strategies() {
    return strategies;
  }

  /** All families of networks, by name. */
  public Map<String, NetworkFamily> networks() {
    return networks.families();
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
    return networks.parse(text);
  }

  /** Loads a data set as people write it. */
  public DataSet load(String text, DataSource.Place place) {
    SpecText spec = SpecText.parse(text);
    DataSource source = known("data set", spec.head(), data);
    return spec.readBy(() -> source.load(spec, place), "Data set", source.summary());
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
