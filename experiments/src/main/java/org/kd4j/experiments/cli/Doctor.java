package org.kd4j.experiments.cli;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.RunSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** Tells whether everything a study needs is there. */
@Command(
    name = "doctor",
    header = "Tell whether everything is there: Java, engine, memory, disk, data, store.",
    description = "",
    sortOptions = false,
    abbreviateSynopsis = true)
final class Doctor implements Callable<Integer> {
  private final Application application;
  private final List<List<String>> rows = new ArrayList<>();

  @ArgGroup(exclusive = false, heading = "%nFor a run with%n")
  RunFlags run = new RunFlags();

  Doctor(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    RunSettings settings = run.settings(application);
    row("kd4j", Kd.Version.text());
    row(
        "Java",
        Runtime.version()
            + ", "
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("java.home"));
    row(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"));
    row("memory", memory());
    int cores = Runtime.getRuntime().availableProcessors();
    row("threads", Words.several(cores, "core") + ", one a worker");
    application.say("starting PyTorch (unpacks some 430 MB on first use)");
    boolean well = engine(settings);
    well &= told("data", () -> data(settings));
    well &= store(settings);
    well &= told("plug-ins", this::plugins);
    Words.columns(rows).forEach(application.console()::print);
    return well ? Errors.OK : Errors.FAILED;
  }

  /** A row that says what is wrong, where something is. */
  private boolean told(String what, Runnable look) {
    try {
      look.run();
      return true;
    } catch (UsageException e) {
      row(what, e.getMessage());
      return false;
    }
  }

  private void row(String what, String found) {
    String label = what;
    for (String line : found.lines().toList()) {
      rows.add(List.of(label, line));
      label = "";
    }
  }

  private static String memory() {
    String text = Words.bytes(Runtime.getRuntime().maxMemory()) + " at most for Java";
    if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      text +=
          ", "
              + Words.bytes(system.getFreeMemorySize())
              + " free of "
              + Words.bytes(system.getTotalMemorySize());
    }
    return text;
  }

  private boolean engine(RunSettings settings) {
    try {
      EngineReport report =
          Engines.start(
              new EngineSettings(
                  1, settings.nativeTuning(), settings.download(), settings.device()));
      row("engine", String.join("\n", report.lines()));
      return true;
    } catch (UsageException | RunException e) {
      row("engine", "does not start: " + e.getMessage());
      return false;
    }
  }

  private void data(RunSettings settings) {
    Optional<Path> directory = settings.dataDirectory(application.environment());
    if (directory.isEmpty()) {
      row("data", "no directory; name one by KD_DATA or --data-dir. strokes is always there");
      return;
    }
    Path path = directory.get();
    if (!Files.isDirectory(path)) {
      row("data", path + " is no directory; name another by KD_DATA or --data-dir");
      return;
    }
    Distillation known = application.distillation();
    DataSource.Place place = new DataSource.Place(directory, false);
    List<String> found =
        known.data().entrySet().stream()
            .filter(set -> set.getValue().folder(place).isPresent())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    row(
        "data",
        path
            + ": "
            + (found.isEmpty() ? "holds none of the named sets" : String.join(", ", found)));
  }

  /** Whether something can be kept. */
  private boolean store(RunSettings settings) {
    if (settings.store().isEmpty()) {
      row("store", "none");
      return true;
    }
    Path root = settings.store().get();
    Path there = root.toAbsolutePath();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    String space = "";
    String writable = "";
    if (there != null) {
      writable = Files.isWritable(there) ? "" : ", not writable";
      try {
        FileStore disk = Files.getFileStore(there);
        space = ", " + Words.bytes(disk.getUsableSpace()) + " free on its disk";
      } catch (IOException e) {
        space = ", " + e.toString().toLowerCase(Locale.ROOT);
      }
    }
    row("store", root + (Files.isDirectory(root) ? "" : " (not made yet)") + space + writable);
    return writable.isEmpty();
  }

  private void plugins() {
    List<Path> folders =
        Application.plugins(System.getProperty("kd.home", ""), application.environment());
    List<String> there = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        there.add(folder.toString());
      }
    }
    row("plug-ins", there.isEmpty() ? "none" : String.join(", ", there));
    row("strategies", String.join(", ", application.distillation().strategies().ids()));
  }
}
