package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.kd4j.experiments.report.RunComparison;
import org.kd4j.experiments.report.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares two runs: what was asked, by what they were run, what came out. */
@Command(
    name = "diff",
    header = "Compare two runs: configuration, versions, results.",
    description =
        "%nResults are compared bit for bit, of experiments study by study. Durations do not count,"
            + " nor do machine, workers and store, which change no result.%n",
    footer = {
      "",
      "Exits with 0 where all is the same, with 1 where something differs, with 2 where a",
      "directory cannot be read."
    })
final class Diff implements Callable<Integer> {
  private static final int MOST = 3;

  private final Application application;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "The directory of a run or an experiment.")
  String first = "";

  @Parameters(index = "1", paramLabel = "B", description = "Another's.")
  String second = "";

  Diff(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    SortedMap<String, RunDirectory> ours = RunDirectory.runs(Application.path("A", first));
    SortedMap<String, RunDirectory> theirs = RunDirectory.runs(Application.path("B", second));
    Console console = application.console();
    boolean same = true;
    for (String study : union(ours.keySet(), theirs.keySet())) {
      if (!study.isEmpty()) {
        console.print("study " + study);
      }
      RunDirectory a = ours.get(study);
      RunDirectory b = theirs.get(study);
      if (a == null || b == null) {
        console.print("Only in " + (a == null ? second : first));
        same = false;
      } else {
        same &= compared(console, RunComparison.of(a.record(), b.record()));
      }
    }
    return same ? Errors.OK : Errors.FAILED;
  }

  private boolean compared(Console console, RunComparison comparison) {
    section(console, "Configuration", comparison.configuration());
    section(console, "Versions", comparison.versions());
    results(console, comparison, first, second);
    return comparison.same();
  }

  private static SortedSet<String> union(Set<String> a, Set<String> b) {
    SortedSet<String> all = new TreeSet<>(a);
    all.addAll(b);
    return all;
  }

  private static void section(
      Console console, String title, List<RunComparison.Difference> differences) {
    if (differences.isEmpty()) {
      console.print(title + ": the same");
      return;
    }
    console.print(title);
    List<List<String>> rows = new ArrayList<>();
    differences.forEach(d -> rows.add(List.of("  " + d.what(), d.first(), d.second())));
    Words.columns(rows).forEach(console::print);
  }

  /** What differs in results, trial by trial; the first values of each. */
  static void results(Console console, RunComparison comparison, String first, String second) {
    List<RunComparison.Trial> differing =
        comparison.trials().stream().filter(t -> !t.differences().isEmpty()).toList();
    int same = comparison.trials().size() - differing.size();
    if (comparison.sameResults()) {
      console.print(
          "Results: the same"
              + (same == 0 ? ", none" : " in every bit, " + Words.several(same, "trial")));
      return;
    }
    console.print("Results");
    if (same > 0) {
      console.print("  " + Words.several(same, "trial") + " the same in every bit");
    }
    for (RunComparison.Trial trial : differing) {
      console.print(
          String.format(
              Locale.ROOT,
              "  %s: test accuracy %.4f against %.4f",
              trial.name(),
              trial.accuracy(),
              trial.other()));
      trial.differences().stream()
          .limit(MOST)
          .forEach(d -> console.print("    " + d.what() + ": " + d.first() + " | " + d.second()));
      int more = trial.differences().size() - MOST;
      if (more > 0) {
        console.print("    and " + Words.several(more, "value") + " more");
      }
    }
    comparison.onlyFirst().forEach(name -> console.print("  " + name + ": only in " + first));
    comparison.onlySecond().forEach(name -> console.print("  " + name + ": only in " + second));
    comparison.failed().forEach(failure -> console.print("  failed: " + failure));
  }
}
