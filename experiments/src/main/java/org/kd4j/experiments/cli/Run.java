package org.kd4j.experiments.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.catalog.Budget;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.SearchedStudy;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyDraft;
import org.kd4j.experiments.study.StudySpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an experiment of the catalogue, or a study from a file. */
@Command(
    name = "run",
    header = "Run an experiment by name, or a study from a YAML file.",
    description = "",
    footer = {
      "",
      "Examples",
      "  kd run hinton-mnist --budget quick",
      "  kd run t-sweep.yaml seeds=5 data.train=1000 offline.temperature=4,8"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class Run implements Callable<Integer> {
  private final Application application;

  @Parameters(
      index = "0",
      paramLabel = "NAME|FILE",
      description = "An experiment (see 'kd experiments'), or a file ending in .yaml.")
  String what = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "A.B=C",
      description = "Overrides of single values, by their path in the file.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      description =
          "smoke: seconds, shows that it works; quick: minutes; paper: as written. Default: quick;"
              + " for a file, as written.")
  @Nullable Budget budget;

  @ArgGroup(exclusive = false, heading = "%nHow it runs%n")
  RunFlags run = new RunFlags();

  @ArgGroup(exclusive = false, heading = "%nWhat it leaves%n")
  OutFlags out = new OutFlags();

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description =
          "Keep what an experiment finds in DIR/NAME.md as well, with command, machine, date and"
              + " commit.")
  @Nullable String results;

  Run(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    RunSettings settings = run.settings(application);
    if (isFile(what)) {
      UsageException.require(
          results == null, "--results keeps what an experiment finds; '%s' is a file", what);
      StudyRun study = new StudyRun(application, settings, out);
      Optional<SearchedStudy> searched =
          searched(application, what, overrides, Optional.ofNullable(budget));
      return searched.isPresent()
          ? new SearchRun(application, settings).start(searched.get(), study)
          : study.start(
              specs(application, what, overrides, Optional.ofNullable(budget), settings).get(0));
    }
    return new ExperimentRun(
            application,
            settings,
            out,
            Optional.ofNullable(results).map(text -> Application.path("--results", text)))
        .start(
            Experiment.named(what, application.experiments()),
            Optional.ofNullable(budget).orElse(Budget.QUICK),
            overrides);
  }

  /** The study of a file, if it searches options. */
  static Optional<SearchedStudy> searched(
      Application application, String file, List<String> overrides, Optional<Budget> budget) {
    StudyDraft draft = StudyDraft.of(application.distillation(), Path.of(file));
    overrides.forEach(draft::override);
    if (!draft.searches()) {
      return Optional.empty();
    }
    SearchedStudy searched = draft.searched();
    return Optional.of(searched.within(budget.orElse(Budget.PAPER).within(searched.first())));
  }

  /** Whether a word means a file: it ends like one, or is there. */
  static boolean isFile(String word) {
    return word.endsWith(".yaml")
        || word.endsWith(".yml")
        || word.contains("/")
        || Files.isRegularFile(Application.path("study", word));
  }

  /**
   * Refuses a study of the baseline and nobody else.
   *
   * @param what compares nothing, as a clause
   * @param instead what would compare something
   */
  static void refuseIfAlone(StudySpec spec, String what, String instead) {
    UsageException.require(
        !spec.strategies().equals(List.of(StrategyChoice.of(StrategyRegistry.SCRATCH))),
        "%s: its one row is the baseline, scratch, which is added to every study; name a strategy"
            + " to compare with it, as in %s ('kd strategies' lists them)",
        what,
        instead);
  }

  /** The studies that a name or a file says, with overrides. */
  static List<StudySpec> specs(
      Application application,
      String what,
      List<String> overrides,
      Optional<Budget> budget,
      RunSettings settings) {
    Distillation known = application.distillation();
    if (isFile(what)) {
      StudyDraft draft = StudyDraft.of(known, Path.of(what));
      overrides.forEach(draft::override);
      StudySpec spec = draft.complete();
      refuseIfAlone(spec, "'" + what + "' compares nothing", "'strategies: [offline]'");
      return List.of(budget.orElse(Budget.PAPER).within(spec));
    }
    Experiment experiment = Experiment.named(what, application.experiments());
    Budget size = budget.orElse(Budget.QUICK);
    return ExperimentRun.studies(
        application, experiment, ExperimentRun.setup(application, settings, size), overrides);
  }
}
