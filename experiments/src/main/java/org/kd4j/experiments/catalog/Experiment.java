package org.kd4j.experiments.catalog;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.report.TerminalTable;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;

/**
 * A question with its study: one class a question, found through {@link ServiceLoader}, run by
 * {@code kd run NAME}.
 */
public interface Experiment {
  /** What it is run by: lower-case words with hyphens, {@code hinton-mnist}. */
  String name();

  /** One line: what is asked, and of which paper. */
  String summary();

  /**
   * The study that answers it.
   *
   * @param budget how much may be spent
   */
  StudySpec study(Budget budget);

  /**
   * What the result says beside the paper's, in plain text; printed after the table.
   *
   * @param result of {@link #study}
   * @return empty where the table says it all
   */
  default String discussion(StudyResult result) {
    return "";
  }

  /**
   * Runs it without the command line, for an IDE's Run arrow; the data directory is the one {@code
   * KD_DATA} names, and nothing is kept.
   *
   * @param budget how much may be spent
   * @return the table and what it says beside the paper's
   */
  default String run(Budget budget) {
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    RunSettings settings =
        new RunSettings(Optional.empty(), false, Optional.empty(), workers, "cpu", true);
    StudyResult result =
        new StudyRunner(Distillation.discovered(), System.getenv())
            .run(study(budget), settings, StudyListener.NONE);
    return TerminalTable.render(result, false) + System.lineSeparator() + discussion(result);
  }

  /** All there are, by name. */
  static List<Experiment> all() {
    return ServiceLoader.load(Experiment.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(java.util.Comparator.comparing(Experiment::name))
        .toList();
  }

  /** One of some, or an error naming the nearest. */
  static Experiment named(String name, List<Experiment> among) {
    return among.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              UsageException unknown =
                  Names.unknown("experiment", name, among.stream().map(Experiment::name).toList());
              return new UsageException(
                  unknown.getMessage() + " A study of your own is a file ending in .yaml.");
            });
  }
}
