package org.kd4j.experiments.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.experiments.catalog.Budget;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.catalog.Results;
import org.kd4j.experiments.catalog.Setup;
import org.kd4j.experiments.report.ExperimentRecord;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.FindingsText;
import org.kd4j.experiments.report.HtmlReport;
import org.kd4j.experiments.report.NothingToTeach;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.report.TerminalTable;
import org.kd4j.experiments.report.Unlearnt;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyDraft;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;

/**
 * Runs an experiment for a command: its studies one after the other, into one directory, then what
 * they come to. One study lies in the directory itself, several in folders of their names.
 */
final class ExperimentRun {
  private static final Set<RunRecord.Status> ENDED =
      EnumSet.of(RunRecord.Status.COMPLETED, RunRecord.Status.FAILED);

  private final Application application;
  private final RunSettings settings;
  private final OutFlags flags;
  private final Optional<Path> results;

  ExperimentRun(
      Application application, RunSettings settings, OutFlags flags, Optional<Path> results) {
    this.application = application;
    this.settings = settings;
    this.flags = flags;
    this.results = results;
  }

  /** What an experiment has at hand under these settings. */
  static Setup setup(Application application, RunSettings settings, Budget budget) {
    Optional<Path> data = settings.dataDirectory(application.environment());
    return Setup.of(budget, data, application.distillation().data());
  }

  /** An experiment's studies, with overrides of the command line in each. */
  static List<StudySpec> studies(
      Application application, Experiment experiment, Setup setup, List<String> overrides) {
    List<StudySpec> studies = experiment.studies(setup);
    if (overrides.isEmpty()) {
      return studies;
    }
    return studies.stream()
        .map(
            study -> {
              StudyDraft draft = StudyDraft.of(application.distillation(), study);
              overrides.forEach(draft::override);
              return draft.complete();
            })
        .toList();
  }

  /**
   * Runs an experiment in a new directory.
   *
   * @return the exit status
   */
  int start(Experiment experiment, Budget budget, List<String> overrides) {
    Setup setup = setup(application, settings, budget);
    List<StudySpec> studies = studies(application, experiment, setup, overrides);
    results.ifPresent(ExperimentRun::probe);
    if (!flags.yes && (budget == Budget.PAPER || !overrides.isEmpty())) {
      new StudyRun(application, settings, flags).askBefore(seconds(studies));
    }
    RunDirectory directory =
        flags.out != null
            ? RunDirectory.create(Application.path("--out", flags.out))
            : RunDirectory.createUnder(
                Path.of("runs"),
                experiment.name(),
                experiment.name() + " " + budget + " " + overrides,
                LocalDateTime.now());
    ExperimentRecord record =
        ExperimentRecord.starting(
            experiment.name(),
            budget.toString(),
            overrides,
            List.copyOf(setup.sets()),
            application.commandLine(),
            RunFlags.record(settings));
    directory.write(record);
    return run(experiment, setup, studies, directory, record);
  }

  /** What all studies take together, estimated. */
  private double seconds(List<StudySpec> studies) {
    double seconds = 0;
    try (Progress progress = new Progress(application.console(), application.quiet())) {
      for (StudySpec study : studies) {
        seconds += application.studies().plan(study, settings, progress).estimatedSeconds();
      }
    }
    return seconds;
  }

  /** Goes on with the experiment of a directory: studies that are done are read. */
  int resume(RunDirectory directory) {
    Recorded of = recorded(directory);
    for (StudySpec study : of.studies()) {
      RunDirectory own = folder(directory, of.studies(), study);
      if (own.begun()) {
        refuseIfChanged(study, own.record(), of.record(), own);
      }
    }
    ExperimentRecord record = of.record().goneOnWith();
    directory.write(record);
    return run(of.experiment(), of.setup(), of.studies(), directory, record);
  }

  /** Makes reports and findings of a directory anew, from its records. */
  int report(RunDirectory directory) {
    Recorded of = recorded(directory);
    Map<RunDirectory, RunRecord> records = new LinkedHashMap<>();
    for (StudySpec study : of.studies()) {
      RunDirectory own = folder(directory, of.studies(), study);
      RunRecord record = own.begun() ? own.record() : null;
      UsageException.require(
          record != null && ENDED.contains(record.status()),
          "study '%s' of '%s' has not ended, so nothing can be said of the experiment; 'kd resume"
              + " %s' goes on with it",
          study.name(),
          directory.path(),
          directory.path());
      refuseIfChanged(study, record, of.record(), own);
      records.put(own, record);
    }
    records.forEach(RunDirectory::remake);
    List<StudyResult> results = records.values().stream().map(RunRecord::study).toList();
    return tell(of.experiment(), new Results(of.setup(), results), directory, of.record());
  }

  /**
   * What is on record is of another study where the experiment was edited since: neither is it told
   * of as if it were this one, nor overwritten.
   */
  private static void refuseIfChanged(
      StudySpec study, RunRecord record, ExperimentRecord experiment, RunDirectory directory) {
    UsageException.require(
        record.study().spec().equals(study),
        "study '%s' in '%s' is not the one that %s has now: the experiment's code changed since it"
            + " was run; run it into a new directory, 'kd run %s --budget %s', or check out the"
            + " commit on record, %s",
        study.name(),
        directory.path(),
        experiment.name(),
        experiment.name(),
        experiment.budget(),
        experiment.commit());
  }

  /** An experiment that a directory is of. */
  private record Recorded(
      ExperimentRecord record, Experiment experiment, Setup setup, List<StudySpec> studies) {}

  private Recorded recorded(RunDirectory directory) {
    ExperimentRecord record = directory.experiment();
    Experiment experiment = Experiment.named(record.name(), application.experiments());
    Budget budget =
        Arrays.stream(Budget.values())
            .filter(b -> b.toString().equals(record.budget()))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        directory.path()
                            + " is damaged: its budget must be smoke, quick or paper, was '"
                            + record.budget()
                            + "'"));
    Setup setup = new Setup(budget, new TreeSet<>(record.sets()));
    List<StudySpec> studies = studies(application, experiment, setup, record.overrides());
    return new Recorded(record, experiment, setup, studies);
  }

  private static RunDirectory folder(
      RunDirectory directory, List<StudySpec> studies, StudySpec study) {
    return studies.size() == 1 ? directory : directory.study(study.name());
  }

  private int run(
      Experiment experiment,
      Setup setup,
      List<StudySpec> studies,
      RunDirectory directory,
      ExperimentRecord record) {
    List<StudyResult> results = new ArrayList<>();
    for (StudySpec study : studies) {
      RunDirectory own = folder(directory, studies, study);
      if (studies.size() > 1) {
        application.say(
            "study " + (results.size() + 1) + " of " + studies.size() + ": " + study.name());
      }
      StudyResult done = done(own);
      results.add(
          done != null ? done : new StudyRun(application, settings, flags).into(study, own.made()));
    }
    return tell(experiment, new Results(setup, results), directory, record);
  }

  /** A study that is in its directory already, complete. */
  private static @Nullable StudyResult done(RunDirectory directory) {
    if (!directory.begun()) {
      return null;
    }
    RunRecord record = directory.record();
    return record.status() == RunRecord.Status.COMPLETED ? record.study() : null;
  }

  private int tell(
      Experiment experiment, Results results, RunDirectory directory, ExperimentRecord record) {
    Console console = application.console();
    List<StudyResult> studies = results.studies();
    if (studies.size() == 1 && !studies.get(0).trials().isEmpty()) {
      TerminalTable.render(studies.get(0), console.coloured()).lines().forEach(console::print);
      console.print("");
    }
    List<String> failures = studies.stream().flatMap(s -> s.failures().stream()).toList();
    Findings findings = noting(experiment.findings(results), results, record, failures);
    double minutes = studies.stream().mapToDouble(StudyResult::wallSeconds).sum() / 60;
    Map<String, String> facts = record.facts(results.data(), results.training(), minutes);
    String page = record.page(experiment.summary(), facts, findings);
    String html =
        HtmlReport.render(record, experiment.summary(), facts, findings, reports(studies));
    directory.write(findings, page, html);
    FindingsText.plain(findings).lines().forEach(console::print);
    this.results.ifPresent(folder -> keep(folder, experiment.name() + ".md", page));
    if (flags.timings) {
      StudyRun.timings(studies, settings.workers()).forEach(console::print);
    }
    failures.forEach(failure -> console.say("failed: " + failure));
    console.print("");
    console.print(directory.path().toString());
    return failures.isEmpty() ? Errors.OK : Errors.FAILED;
  }

  /** Where the studies' reports lie, seen from the experiment's directory. */
  private static Map<String, String> reports(List<StudyResult> studies) {
    Map<String, String> reports = new LinkedHashMap<>();
    for (StudyResult study : studies) {
      String name = study.spec().name();
      reports.put(name, studies.size() == 1 ? "report.html" : name + "/report.html");
    }
    return reports;
  }

  /** What a reader must know before he believes a number stands among the notes. */
  private static Findings noting(
      Findings findings, Results results, ExperimentRecord record, List<String> failures) {
    List<String> notes = new ArrayList<>();
    if (results.setup().budget() == Budget.SMOKE) {
      notes.add("Budget smoke: shows that everything works, and nothing about the question.");
    }
    if (!record.overrides().isEmpty()) {
      notes.add("Changed on the command line: " + String.join(" ", record.overrides()) + ".");
    }
    failures.forEach(failure -> notes.add("Failed: " + failure));
    for (StudyResult study : results.studies()) {
      String name = study.spec().name() + ": ";
      Unlearnt.of(study).ifPresent(line -> notes.add(name + line + "."));
      NothingToTeach.of(study).ifPresent(line -> notes.add(name + line + "."));
    }
    notes.addAll(findings.notes());
    return findings.noting(notes);
  }

  /** Refuses a folder that could not take the page, before hours are spent on it. */
  private static void probe(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".kd", ""));
    } catch (IOException e) {
      throw new UsageException(
          "--results: nothing can be written in '" + folder + "' (" + e + "); name another folder",
          e);
    }
  }

  private static void keep(Path folder, String name, String page) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name), page);
    } catch (IOException e) {
      throw new RunException("'" + folder.resolve(name) + "' cannot be written: " + e, e);
    }
  }
}
