package org.kd4j.experiments.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jdk.jshell.tool.JavaShellToolBuilder;
import org.kd4j.core.base.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Opens JShell with everything of kd4j on its class path, and imported. */
@Command(
    name = "jshell",
    header = "Open JShell with kd4j's class path and imports.",
    description =
        "%nEverything that studies are made of is imported: try Comparison, or"
            + " Distillation.discovered(). Plug-ins are on the class path too. /exit ends it.%n")
final class JShellCommand implements Callable<Integer> {
  private final Application application;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Snippets to begin with, as for jshell.")
  List<String> files = new ArrayList<>();

  JShellCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    return open(System.in, System.out, System.err);
  }

  /** The same on other streams. */
  int open(InputStream in, PrintStream out, PrintStream err) {
    UsageException.require(
        ModuleLayer.boot().findModule("jdk.jshell").isPresent(),
        "this Java, %s, has no JShell; set JAVA_HOME to a JDK",
        System.getProperty("java.home"));
    for (String file : files) {
      UsageException.require(
          Files.isRegularFile(Application.path("FILE", file)), "there is no file %s", file);
    }
    Path startup = startup();
    try {
      List<String> arguments = new ArrayList<>(List.of("--class-path", classPath()));
      arguments.addAll(List.of("--startup", "DEFAULT", "--startup", startup.toString()));
      // What snippets run in is a Java of its own, with the options of this one.
      for (String option :
          List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")) {
        arguments.add("-R" + option);
      }
      arguments.addAll(files);
      JavaShellToolBuilder shell = JavaShellToolBuilder.builder().out(out).err(err);
      if (in != System.in) {
        shell = shell.in(in, in).persistence(new HashMap<>()); // nobody's history
      }
      return shell.start(arguments.toArray(String[]::new));
    } catch (Exception e) {
      throw new IllegalStateException("JShell did not start: " + e.getMessage(), e);
    } finally {
      try {
        Files.deleteIfExists(startup);
      } catch (IOException e) {
        application.say("A file is left: " + startup);
      }
    }
  }

  private String classPath() {
    List<String> entries =
        new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    for (Path folder :
        Application.plugins(System.getProperty("kd.home", ""), application.environment())) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> jars = Files.list(folder)) {
          jars.map(Path::toString).filter(j -> j.endsWith(".jar")).sorted().forEach(entries::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static Path startup() {
    try (InputStream imports =
        Objects.requireNonNull(JShellCommand.class.getResourceAsStream("kd.jsh"))) {
      Path file = Files.createTempFile("kd", ".jsh");
      Files.writeString(file, new String(imports.readAllBytes(), StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
