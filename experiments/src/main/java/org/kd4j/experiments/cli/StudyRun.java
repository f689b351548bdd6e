package org.kd4j.experiments.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.report.LiveReport;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.report.Tables;
import org.kd4j.experiments.report.TerminalTable;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.StudyYaml;
import org.kd4j.experiments.study.TrialResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a study for a command: progress, the run's directory, the table at the end. */
final class StudyRun {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRun.class);
  private static final long BETWEEN_WRITES = 5_000_000_000L;

  /** Seconds that nobody waits for unless they meant to. */
  private static final double LONG = 2 * 3600;

  private final Application application;
  private final RunSettings settings;
  private final OutFlags flags;
  private final Map<String, String> beside = new TreeMap<>();
  private boolean asks = true;

  StudyRun(Application application, RunSettings settings, OutFlags flags) {
    this.application = application;
    this.settings = settings;
    this.flags = flags;
    Tables.prepare();
  }

  /** Runs a study in a new directory, and prints its table. */
  int start(StudySpec spec) {
    Optional<Path> out =
        Optional.ofNullable(flags.out).map(text -> Application.path("--out", text));
    Place place =
        yaml ->
            out.map(RunDirectory::create)
                .orElseGet(
                    () ->
                        RunDirectory.createUnder(
                            Path.of("runs"), spec.name(), yaml, LocalDateTime.now()));
    return run(new Recorder(spec, place, Optional.empty()));
  }

  /** The same, leaving a file beside the record as well. */
  StudyRun beside(String name, String content) {
    beside.put(name, content);
    return this;
  }

  /** Refuses to train for hours unless that was said to be right. */
  void askBefore(double seconds) {
    UsageException.require(
        flags.yes || seconds < LONG,
        "this would take about %s with %s; 'kd plan' tells of what. Say --yes to start it",
        Words.duration(seconds),
        Words.several(settings.workers(), "worker"));
  }

  /** Goes on with the run of a directory; one that is complete is told of, and left as it is. */
  int resume(RunRecord before, RunDirectory directory) {
    if (before.status() == RunRecord.Status.COMPLETED) {
      application.say("The run is complete: nothing is left to train.");
      print(before.study());
      tellPlace(directory);
      return Errors.OK;
    }
    asks = false; // it was begun
    return run(new Recorder(before.study().spec(), yaml -> directory, Optional.of(before)));
  }

  /**
   * Runs a study of several into a directory, or goes on with it there: asks nothing, prints
   * nothing of what came out.
   */
  StudyResult into(StudySpec spec, RunDirectory directory) {
    asks = false;
    Optional<RunRecord> before =
        directory.begun() ? Optional.of(directory.record()) : Optional.empty();
    Recorder recorder =
        new Recorder(
            spec, yaml -> directory, before.filter(record -> record.study().spec().equals(spec)));
    StudyResult result = ran(recorder);
    recorder.end(result);
    return result;
  }

  /** Where a run leaves its files; asked for when nothing can be refused any more. */
  @FunctionalInterface
  private interface Place {
    RunDirectory of(String config);
  }

  private int run(Recorder recorder) {
    StudyResult result = ran(recorder);
    try {
      recorder.end(result);
    } catch (RuntimeException e) {
      print(result); // what came out is told even where it cannot be kept
      throw e;
    }
    print(result);
    recorder.tellPlace();
    return result.failures().isEmpty() ? Errors.OK : Errors.FAILED;
  }

  private StudyResult ran(Recorder recorder) {
    try (Progress progress = new Progress(application.console(), application.quiet())) {
      recorder.next = progress;
      return application.studies().run(recorder.spec, settings, recorder);
    } catch (RuntimeException | Error e) {
      recorder.abandon();
      throw e;
    }
  }

  private void tellPlace(RunDirectory directory) {
    application.console().print("");
    application.console().print(directory.path().toString());
  }

  private void print(StudyResult result) {
    Console console = application.console();
    if (!result.trials().isEmpty()) {
      TerminalTable.render(result, console.coloured()).lines().forEach(console::print);
    }
    if (flags.timings) {
      timings(List.of(result), settings.workers()).forEach(console::print);
    }
    result.failures().forEach(failure -> console.say("failed: " + failure));
  }

  /** Where the time went, as {@code name=value}: for people and for scripts. */
  static List<String> timings(List<StudyResult> results, int workers) {
    double steps = 0;
    double phases = 0;
    long updates = 0;
    List<TrialResult> trials = results.stream().flatMap(r -> r.trials().stream()).toList();
    for (TrialResult trial : trials) {
      for (PhaseReport phase : trial.phases()) {
        if (!phase.reused()) {
          steps += phase.stepSeconds();
          phases += phase.seconds();
          updates += phase.steps();
        }
      }
    }
    double wall = ManagementFactory.getRuntimeMXBean().getUptime() * 1e-3;
    List<String> lines = new ArrayList<>(List.of(""));
    lines.add(timing("wall_seconds", wall));
    lines.add(
        timing("study_seconds", results.stream().mapToDouble(StudyResult::wallSeconds).sum()));
    lines.add(timing("phase_seconds", phases));
    lines.add(timing("step_seconds", steps));
    lines.add("steps=" + updates);
    lines.add("workers=" + workers);
    lines.add(timing("wall_limit_seconds", 1.05 * steps / workers + 5));
    return lines;
  }

  private static String timing(String name, double value) {
    return String.format(Locale.ROOT, "%s=%.2f", name, value);
  }

  /** Keeps the run's files up to date, whatever becomes of the run. */
  private final class Recorder implements StudyListener {
    private final StudySpec spec;
    private final Place place;
    private final Optional<RunRecord> before;
    private final SoFar soFar;
    private final Thread ifStopped = new Thread(this::interrupted, "run-record");
    private final LiveReport live = new LiveReport();
    private StudyListener next = StudyListener.NONE;
    private @Nullable RunDirectory directory;
    private @Nullable RunRecord record;
    private Logging.@Nullable Open log;
    private long written;
    private boolean over;

    /**
     * @param before what is on record of this very study; empty = it begins
     */
    Recorder(StudySpec spec, Place place, Optional<RunRecord> before) {
      this.spec = spec;
      this.place = place;
      this.before = before;
      StudyResult none =
          new StudyResult(spec, List.of(), List.of(), List.of(), Optional.empty(), 0);
      this.soFar = new SoFar(before.map(RunRecord::study).orElse(none));
    }

    @Override
    public void stage(String what) {
      next.stage(what);
    }

    @Override
    public synchronized void data(List<String> fingerprints) {
      soFar.data(fingerprints);
      next.data(fingerprints);
    }

    @Override
    public void expected(double seconds) {
      if (asks) {
        askBefore(seconds);
      }
    }

    @Override
    public synchronized void planned(int trialCount, long expectedSteps) {
      String config = StudyYaml.write(spec);
      RunDirectory made = place.of(config);
      directory = made;
      log = Logging.to(made.log());
      made.writeConfig(config);
      beside.forEach(made::beside);
      RunRecord starting =
          RunRecord.starting(
              application.commandLine(), versions(), RunFlags.record(settings), config, spec);
      RunRecord begun = before.map(starting::goingOnWith).orElse(starting).with(soFar.result());
      record = begun;
      made.begin(begun);
      written = System.nanoTime();
      Runtime.getRuntime().addShutdownHook(ifStopped);
      if (application.verbose()) {
        next.note("the run's directory is " + made.path());
      }
      LOG.info("{}; {} trials, {} steps", application.commandLine(), trialCount, expectedSteps);
      next.planned(trialCount, expectedSteps);
    }

    @Override
    public void phaseStarted(
        StrategyChoice choice, long seed, String phase, boolean reused, int epochs) {
      LOG.info("{}, seed {}: {} {}", choice, seed, phase, reused ? "is taken" : "begins");
      next.phaseStarted(choice, seed, phase, reused, epochs);
    }

    @Override
    public void steps(StrategyChoice choice, long seed, String phase, long steps) {
      next.steps(choice, seed, phase, steps);
    }

    @Override
    public void epoch(StrategyChoice choice, long seed, String phase, EpochMetrics metrics) {
      LOG.info(
          "{}, seed {}: {} epoch {} {}", choice, seed, phase, metrics.epoch(), metrics.values());
      next.epoch(choice, seed, phase, metrics);
    }

    @Override
    public void phaseEnded(StrategyChoice choice, long seed, String phase) {
      LOG.info("{}, seed {}: {} ends", choice, seed, phase);
      next.phaseEnded(choice, seed, phase);
    }

    @Override
    public void trialFailed(StrategyChoice choice, long seed, String reason) {
      next.trialFailed(choice, seed, reason);
      synchronized (this) {
        soFar.failed(choice, seed, reason);
        keep();
      }
    }

    @Override
    public void trialEnded(TrialResult result) {
      LOG.info("{}, seed {}: done, {} s", result.choice(), result.seed(), result.wallSeconds());
      next.trialEnded(result);
      synchronized (this) {
        soFar.ended(result);
        keep();
      }
    }

    /** Writes what there is, unless that was done just now. */
    private void keep() {
      if (System.nanoTime() - written > BETWEEN_WRITES && record != null && directory != null) {
        record = record.with(soFar.result());
        written = System.nanoTime();
        try {
          directory.begin(record); // the report is made beside: workers wait here
          live.news(directory, record);
        } catch (RunException e) {
          note(e.getMessage()); // a full disk, say; the trial is done all the same
        }
      }
    }

    @Override
    public void note(String message) {
      LOG.info("{}", message);
      next.note(message);
    }

    synchronized void end(StudyResult result) {
      over = true;
      live.close();
      try {
        if (record != null && directory != null) {
          boolean whole = result.failures().isEmpty();
          record =
              record
                  .with(result)
                  .ended(whole ? RunRecord.Status.COMPLETED : RunRecord.Status.FAILED);
          directory.write(record);
        }
      } finally {
        close();
      }
    }

    /** After a failure of everything: what was reached stays on record. */
    synchronized void abandon() {
      if (record != null && directory != null && !over) {
        over = true;
        live.close();
        try {
          directory.write(record.with(soFar.result()).ended(RunRecord.Status.FAILED));
        } catch (RuntimeException e) {
          application.say("The run's record could not be written: " + e.getMessage());
        }
      }
      close();
    }

    private synchronized void interrupted() {
      if (record != null && directory != null && !over) {
        over = true;
        live.close();
        directory.write(record.with(soFar.result()).ended(RunRecord.Status.INTERRUPTED));
        application.console().say("");
        application.say(
            "Interrupted. 'kd resume "
                + directory.path()
                + (settings.store().isPresent()
                    ? "' goes on from what is in the store."
                    : "' trains everything again, for the run keeps no store; the trials that ended"
                        + " are on record there."));
      }
    }

    private void close() {
      if (log != null) {
        log.close();
      }
      try {
        Runtime.getRuntime().removeShutdownHook(ifStopped);
      } catch (IllegalStateException e) {
        // The process is ending already; the hook sees that the run is over.
      }
    }

    synchronized void tellPlace() {
      if (directory != null) {
        StudyRun.this.tellPlace(directory);
      }
    }
  }

  /** Of the engine, while it runs. */
  static Map<String, String> versions() {
    return Engines.running()
        .map(
            (EngineReport engine) ->
                Map.of(
                    "djl", engine.djl(),
                    "pytorch", engine.pytorch(),
                    "native tuning",
                        engine.tunings().stream()
                            .map(EngineReport.Tuning::toString)
                            .collect(java.util.stream.Collectors.joining("; "))))
        .orElse(Map.of());
  }
}
