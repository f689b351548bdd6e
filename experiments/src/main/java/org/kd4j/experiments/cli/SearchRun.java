package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.Search;
import org.kd4j.experiments.study.SearchRunner;
import org.kd4j.experiments.study.SearchedStudy;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudySpec;

/** Searches options by validation accuracy, then runs the study with what was found. */
final class SearchRun {
  private static final int MOST = 5;

  private final Application application;
  private final RunSettings settings;

  SearchRun(Application application, RunSettings settings) {
    this.application = application;
    this.settings = settings;
  }

  /** Searches and runs. */
  int start(SearchedStudy searched, StudyRun study) {
    study.askBefore(seconds(searched));
    SearchRunner.Outcome outcome;
    try (Progress progress = new Progress(application.console(), application.quiet())) {
      outcome = SearchRunner.run(application.studies(), searched, settings, progress);
    }
    tell(outcome);
    return study.beside("search.csv", outcome.csv()).start(outcome.study());
  }

  private double seconds(SearchedStudy searched) {
    return rounds(searched).stream().mapToDouble(StudyPlan::estimatedSeconds).sum()
        + planned(application, searched.first(), settings).estimatedSeconds();
  }

  /** A plan, with a word on what takes a while. */
  static StudyPlan planned(Application application, StudySpec spec, RunSettings settings) {
    try (Progress progress = new Progress(application.console(), application.quiet())) {
      return application.studies().plan(spec, settings, progress);
    }
  }

  private List<StudyPlan> rounds(SearchedStudy searched) {
    List<StudyPlan> plans = new ArrayList<>();
    searched
        .candidates()
        .forEach(
            (row, candidates) -> {
              for (Search.Rung rung : searched.rungs(row)) {
                List<StrategyChoice> some = candidates.subList(0, rung.candidates());
                plans.add(planned(application, searched.round(some, rung.epochs()), settings));
              }
            });
    return plans;
  }

  /** What the search would do, before the study. */
  void plan(SearchedStudy searched) {
    List<StudyPlan> plans = rounds(searched);
    int at = 0;
    for (StrategyChoice row : searched.candidates().keySet()) {
      List<String> rounds = new ArrayList<>();
      double seconds = 0;
      for (Search.Rung rung : searched.rungs(row)) {
        rounds.add(
            Words.several(rung.candidates(), "candidate")
                + " for "
                + Words.several(rung.epochs(), "epoch"));
        seconds += plans.get(at++).estimatedSeconds();
      }
      application
          .console()
          .print(
              "search   "
                  + row.strategy()
                  + " by validation accuracy: "
                  + String.join(", ", rounds)
                  + "; about "
                  + Words.duration(seconds)
                  + ". Below, its first candidate stands for what will be found.");
    }
  }

  private void tell(SearchRunner.Outcome outcome) {
    Console console = application.console();
    outcome
        .found()
        .forEach(
            (row, found) -> {
              console.print("found by validation accuracy: " + found);
              List<SearchRunner.Tried> of =
                  outcome.tried().stream()
                      .filter(t -> t.choice().strategy().equals(row.strategy()))
                      .filter(t -> t.epochs() == last(outcome, row))
                      .toList();
              List<List<String>> rows = new ArrayList<>();
              of.stream()
                  .limit(MOST)
                  .forEach(
                      t ->
                          rows.add(
                              List.of(
                                  "  "
                                      + (Double.isNaN(t.accuracy())
                                          ? "failed"
                                          : String.format(
                                              Locale.ROOT, "%.2f %%", 100 * t.accuracy())),
                                  t.choice().optionsText())));
              Words.columns(rows).forEach(console::print);
            });
    console.print("");
  }

  private static int last(SearchRunner.Outcome outcome, StrategyChoice row) {
    return outcome.tried().stream()
        .filter(t -> t.choice().strategy().equals(row.strategy()))
        .mapToInt(SearchRunner.Tried::epochs)
        .max()
        .orElse(0);
  }
}
