package org.kd4j.experiments.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.study.Studies;

/**
 * What commands work with, made when the first of them asks: {@code kd --version} needs none of it.
 */
final class Application {
  private final Console console;
  private final Map<String, String> environment;
  private final Supplier<Distillation> discovery;
  private final Function<Distillation, Studies> studiesOf;
  private final Supplier<List<Experiment>> experiments;
  private List<String> commandLine = List.of();
  private boolean quiet;
  private boolean verbose;
  private @Nullable Distillation distillation;
  private @Nullable Studies studies;

  Application(
      Console console,
      Map<String, String> environment,
      Supplier<Distillation> discovery,
      Function<Distillation, Studies> studiesOf,
      Supplier<List<Experiment>> experiments) {
    this.console = console;
    this.environment = Map.copyOf(environment);
    this.discovery = discovery;
    this.studiesOf = studiesOf;
    this.experiments = experiments;
  }

  /** The application of this process: all modules on the class path and in plug-in folders. */
  static Application of(Console console, Function<Distillation, Studies> studiesOf) {
    Map<String, String> environment = System.getenv();
    String home = System.getProperty("kd.home", "");
    return new Application(
        console,
        environment,
        () -> Distillation.discovered(plugins(home, environment)),
        studiesOf,
        Experiment::all);
  }

  /**
   * {@code plugins} beside the launcher's folder, which need not be there, and those {@code
   * KD_PLUGINS} names, which must.
   */
  static List<Path> plugins(String home, Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    if (!home.isEmpty()) {
      folders.add(Path.of(home, "plugins"));
    }
    String named = environment.getOrDefault("KD_PLUGINS", "");
    for (String folder : named.split(File.pathSeparator)) {
      if (!folder.isBlank()) {
        Path of = path("KD_PLUGINS", folder);
        UsageException.require(
            Files.isDirectory(of),
            "KD_PLUGINS names '%s', %s; write folders of jars, with '%s' between them",
            folder,
            Files.exists(of) ? "which is no folder" : "where nothing is",
            File.pathSeparator);
        folders.add(of);
      }
    }
    return folders;
  }

  /** A path somebody wrote. */
  static Path path(String where, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException(
          where + ": '" + text.replace("\0", "\\0") + "' is no path (" + e.getReason() + ")", e);
    }
  }

  Console console() {
    return console;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Everything there is, by name. */
  Distillation distillation() {
    Distillation known = distillation;
    if (known == null) {
      known = discovery.get();
      distillation = known;
    }
    return known;
  }

  /** Plans and runs; always the same, so that data is read once. */
  Studies studies() {
    Studies known = studies;
    if (known == null) {
      known = studiesOf.apply(distillation());
      studies = known;
    }
    return known;
  }

  List<Experiment> experiments() {
    return experiments.get();
  }

  /** What was typed. */
  List<String> commandLine() {
    return commandLine;
  }

  void commandLine(List<String> words) {
    commandLine = List.copyOf(words);
  }

  boolean quiet() {
    return quiet;
  }

  void quiet(boolean on) {
    quiet = on;
  }

  boolean verbose() {
    return verbose;
  }

  void verbose(boolean on) {
    verbose = on;
  }

  /** Says something that is no result, unless asked to be quiet. */
  void say(String line) {
    if (!quiet) {
      console.say(line);
    }
  }
}
