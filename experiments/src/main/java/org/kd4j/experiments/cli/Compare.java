package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.Defaults;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.Studies;
import org.kd4j.experiments.study.StudyDraft;
import org.kd4j.experiments.study.StudySpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares strategies on one task, over several seeds. */
@Command(
    name = "compare",
    header = "Compare strategies on one task, over several seeds.",
    description =
        "%nTrains a student with each strategy and prints what came out: accuracy with its"
            + " interval, the difference to training from scratch, what it cost. scratch is always"
            + " among them. Without strategies: each family's representative.%n",
    footer = {
      "",
      "Examples",
      "  kd compare",
      "  kd compare offline.temperature=1,4,20",
      "  kd compare offline --data mnist --data-dir DIR --teacher mlp:800-800 --student mlp:30"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class Compare implements Callable<Integer> {
  private final Application application;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORD",
      description =
          "A strategy, or STRATEGY.OPTION=VALUE; a list of values, 4,20, makes a row each. See 'kd"
              + " strategies'.")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--all",
      description = "Every strategy that fits the task; says which do not, and why.")
  boolean all;

  @ArgGroup(exclusive = false, heading = "%nThe study%n")
  StudyFlags study = new StudyFlags();

  @ArgGroup(exclusive = false, heading = "%nHow it runs%n")
  RunFlags run = new RunFlags();

  @ArgGroup(exclusive = false, heading = "%nWhat it leaves%n")
  OutFlags out = new OutFlags();

  Compare(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    RunSettings settings = run.settings(application);
    StudyRun made = new StudyRun(application, settings, out);
    return made.start(spec(application, words, all, study, settings));
  }

  /** The study that words and flags say. */
  static StudySpec spec(
      Application application,
      List<String> words,
      boolean all,
      StudyFlags flags,
      RunSettings settings) {
    Distillation known = application.distillation();
    List<String> named = words.stream().filter(word -> !word.contains("=")).toList();
    UsageException.require(
        !all || named.isEmpty(),
        "--all takes every strategy; leave out %s",
        String.join(", ", named));
    StudyDraft draft = StudyDraft.empty(known, "compare");
    flags.into(draft);
    draft.strategies(compared(known, all ? known.strategies().ids() : named));
    words.stream().filter(word -> word.contains("=")).forEach(draft::override);
    StudySpec spec = taught(application, renamed(draft.complete()), named);
    Run.refuseIfAlone(
        spec, "'" + String.join(" ", words) + "' compares nothing", "'kd compare offline'");
    return named.isEmpty() ? fitting(application, spec, all, settings) : spec;
  }

  private static List<String> compared(Distillation known, List<String> named) {
    if (named.isEmpty()) {
      return Defaults.comparison(known.strategies());
    }
    Set<String> ids = new LinkedHashSet<>();
    ids.add(StrategyRegistry.SCRATCH);
    for (String id : named) {
      known.strategies().factory(id);
      boolean isNew = ids.add(id);
      UsageException.require(
          isNew || id.equals(StrategyRegistry.SCRATCH),
          "'%s' is named twice; for rows with several values of an option write %s.OPTION=A,B",
          id,
          id);
    }
    return List.copyOf(ids);
  }

  private static StudySpec renamed(StudySpec spec) {
    return spec.withName("compare-" + SpecText.parse(spec.data()).head());
  }

  /** Without the baseline that nobody named where there is no label it could learn from. */
  private static StudySpec taught(Application application, StudySpec spec, List<String> named) {
    StrategyChoice scratch = StrategyChoice.of(StrategyRegistry.SCRATCH);
    List<StrategyChoice> others =
        spec.strategies().stream().filter(row -> !row.equals(scratch)).toList();
    if (spec.split().hiddenLabels() < 1
        || named.contains(StrategyRegistry.SCRATCH)
        || others.isEmpty()) {
      return spec;
    }
    application.say("left out: scratch learns from labels alone, and all of them are hidden");
    return spec.withStrategies(others);
  }

  /** Without those that nobody named and that do not fit; a row with options is meant. */
  private static StudySpec fitting(
      Application application, StudySpec spec, boolean all, RunSettings settings) {
    List<Studies.Unfit> unfit;
    try (Progress progress = new Progress(application.console(), application.quiet())) {
      unfit = application.studies().unfit(spec, settings, progress);
    }
    List<StrategyChoice> rows = new ArrayList<>(spec.strategies());
    for (Studies.Unfit one : unfit) {
      if (all || one.choice().options().isEmpty()) {
        rows.remove(one.choice());
        application.say("left out: " + one.choice() + " " + one.missing());
      }
    }
    return spec.withStrategies(rows);
  }
}
