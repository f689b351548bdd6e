package org.kd4j.experiments.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.kd4j.core.base.UsageException;
import org.kd4j.experiments.report.RunComparison;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyResult;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs recorded studies again from nothing, and holds what comes out against the record. */
@Command(
    name = "reproduce",
    header = "Run a record again from nothing and compare bit for bit.",
    description =
        "%nEverything is trained again in an empty store, which is removed at the end; the run's"
            + " own directory stays as it is. Settings are those of the run unless flags say"
            + " otherwise. Durations are not compared.%n",
    footer = {
      "",
      "Exits with 0 where every recorded result came out again in every bit, with 1 where",
      "something differs, with 2 where the directory cannot be read."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class Reproduce implements Callable<Integer> {
  private final Application application;

  @Parameters(paramLabel = "DIR", description = "The directory of a run or an experiment.")
  String directory = "";

  @ArgGroup(exclusive = false, heading = "%nHow it runs%n")
  RunFlags run = new RunFlags();

  Reproduce(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    SortedMap<String, RunRecord> records = new TreeMap<>();
    RunDirectory.runs(Application.path("DIR", directory))
        .forEach((study, of) -> records.put(study, of.record()));
    UsageException.require(
        run.store == null && !run.noStore,
        "kd reproduce trains in an empty store of its own; leave out --store and --no-store");
    UsageException.require(
        records.values().stream().anyMatch(record -> !record.study().trials().isEmpty()),
        "'%s' records no trial that ended, so there is nothing to compare; 'kd resume' goes on with"
            + " it",
        directory);
    // One store for all studies of an experiment: what they share is trained once, as it was then.
    Path store = empty();
    boolean same = true;
    try {
      for (Map.Entry<String, RunRecord> of : records.entrySet()) {
        if (!of.getKey().isEmpty()) {
          application.console().print("study " + of.getKey());
        }
        same &= again(of.getValue(), store);
      }
    } finally {
      remove(store);
    }
    application.console().print(same ? "Reproduced." : "Not reproduced.");
    return same ? Errors.OK : Errors.FAILED;
  }

  private boolean again(RunRecord record, Path store) {
    StudyResult again;
    try (Progress progress = new Progress(application.console(), application.quiet())) {
      again = application.studies().run(record.study().spec(), settings(record, store), progress);
    }
    return tell(record, again);
  }

  private RunSettings settings(RunRecord record, Path store) {
    RunSettings as = run.settings(application, record.settings());
    return new RunSettings(
        as.dataDirectory(),
        as.download(),
        Optional.of(store),
        as.workers(),
        as.device(),
        as.nativeTuning());
  }

  private boolean tell(RunRecord record, StudyResult again) {
    Console console = application.console();
    RunRecord now =
        RunRecord.starting(
            application.commandLine(),
            StudyRun.versions(),
            record.settings(),
            "",
            record.study().spec());
    RunComparison all = RunComparison.of(record, now.with(again));
    all.versions().forEach(d -> console.print(d.what() + ": " + d.first() + ", now " + d.second()));
    all.configuration()
        .forEach(d -> console.print(d.what() + ": " + d.first() + ", now " + d.second()));
    List<String> unrecorded = all.onlySecond();
    RunComparison recorded =
        new RunComparison(
            List.of(), List.of(), all.trials(), all.onlyFirst(), List.of(), all.failed());
    Diff.results(console, recorded, "the record", "this run");
    if (!unrecorded.isEmpty()) {
      console.print("Not in the record, so not compared: " + String.join("; ", unrecorded) + ".");
    }
    return recorded.sameResults() && all.configuration().isEmpty();
  }

  private static Path empty() {
    try {
      return Files.createTempDirectory("kd4j-reproduce");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      application.say("The store of this run is left in " + folder + ": " + e);
    }
  }
}
