package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kd4j.core.base.UsageException;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.SearchedStudy;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudySpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a study would do, and trains nothing. */
@Command(
    name = "plan",
    header = "Tell what a study would do; trains nothing.",
    description = "%nTakes what 'kd compare' takes, or a file or an experiment as 'kd run' does.%n",
    sortOptions = false,
    abbreviateSynopsis = true)
final class Plan implements Callable<Integer> {
  private final Application application;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORD",
      description = "Strategies and STRATEGY.OPTION=VALUE, or a study and its overrides.")
  List<String> words = new ArrayList<>();

  @Option(names = "--all", description = "Every strategy that fits the task.")
  boolean all;

  @ArgGroup(exclusive = false, heading = "%nThe study%n")
  StudyFlags study = new StudyFlags();

  @ArgGroup(exclusive = false, heading = "%nHow it would run%n")
  RunFlags run = new RunFlags();

  Plan(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    RunSettings settings = run.settings(application);
    Optional<SearchedStudy> searched =
        !words.isEmpty() && Run.isFile(words.get(0)) && study.isOnlyBudget()
            ? Run.searched(
                application,
                words.get(0),
                words.subList(1, words.size()),
                Optional.ofNullable(study.budget))
            : Optional.empty();
    List<StudySpec> specs = searched.map(s -> List.of(s.first())).orElseGet(() -> specs(settings));
    double seconds = 0;
    for (StudySpec spec : specs) {
      searched.ifPresent(s -> new SearchRun(application, settings).plan(s));
      StudyPlan plan = SearchRun.planned(application, spec, settings);
      print(spec, plan, settings);
      seconds += plan.estimatedSeconds();
      if (specs.size() > 1) {
        application.console().print("");
      }
    }
    if (specs.size() > 1) {
      application
          .console()
          .print(
              Words.several(specs.size(), "study").replace("studys", "studies")
                  + ", about "
                  + Words.duration(seconds)
                  + " together; less where one trains what another needs too.");
    }
    return Errors.OK;
  }

  private List<StudySpec> specs(RunSettings settings) {
    if (words.isEmpty() || !isStudy(words.get(0))) {
      return List.of(Compare.spec(application, words, all, study, settings));
    }
    UsageException.require(
        study.isOnlyBudget() && !all,
        "A study says these things itself; change them as 'kd run' does, by epochs=5 or"
            + " data.train=1000 after its name.");
    return Run.specs(
        application,
        words.get(0),
        words.subList(1, words.size()),
        Optional.ofNullable(study.budget),
        settings);
  }

  private boolean isStudy(String word) {
    return !word.contains("=")
        && (Run.isFile(word)
            || application.experiments().stream().map(Experiment::name).anyMatch(word::equals));
  }

  private void print(StudySpec spec, StudyPlan plan, RunSettings settings) {
    Console console = application.console();
    console.print(spec.name() + " on " + spec.data());
    console.print("teacher  " + told(spec.teacher()));
    console.print("student  " + told(spec.student()));
    console.print("");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("strategy", "seed", "phase", "steps", "", "who learns what"));
    for (StudyPlan.PlannedTrial trial : plan.trials()) {
      String row = trial.choice().toString();
      String seed = String.valueOf(trial.seed());
      for (StudyPlan.PlannedPhase phase : trial.phases()) {
        rows.add(
            List.of(
                row,
                seed,
                phase.name(),
                Words.count(phase.steps()),
                phase.stored() ? "reused" : "to train",
                phase.description()));
        row = "";
        seed = "";
      }
    }
    Words.columns(rows).forEach(console::print);
    console.print("");
    long phases = plan.trials().stream().mapToLong(t -> t.phases().size()).sum();
    long shared =
        plan.trials().stream()
            .flatMap(t -> t.phases().stream())
            .filter(StudyPlan.PlannedPhase::stored)
            .count();
    console.print(
        Words.several(plan.trials().size(), "trial")
            + " of "
            + Words.several(phases, "phase")
            + ", "
            + Words.count(shared)
            + " of them shared or in the store; "
            + Words.several(plan.steps(), "step")
            + " to train, about "
            + Words.duration(plan.estimatedSeconds())
            + " with "
            + Words.several(settings.workers(), "worker")
            + (settings.store().isPresent()
                ? ", " + Words.bytes(plan.estimatedBytes()) + " in the store"
                : "")
            + ".");
    plan.notes().forEach(note -> console.print("Note: " + note));
  }

  private static String told(NetworkPlan plan) {
    String rate = plan.learningRate().map(r -> " at " + r).orElse("");
    String sees = plan.augment().equals("none") ? "" : ", sees " + plan.augment();
    return plan.network()
        + ", "
        + Words.several(plan.epochs(), "epoch")
        + " of "
        + plan.optimizer()
        + rate
        + ", "
        + plan.schedule()
        + ", batches of "
        + plan.batch()
        + sees;
  }
}
