package org.kd4j.experiments.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.FindingsText;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;

/**
 * A question, the studies that answer it, and what they come to beside the paper's numbers: one
 * class a question, found through {@link ServiceLoader}, run by {@code kd run NAME}. What several
 * studies train alike, a teacher say, is trained once where there is a store.
 */
public interface Experiment {
  /** What it is run by: lower-case words with hyphens, {@code hinton-mnist}. */
  String name();

  /** One line: what is asked, and of which paper. */
  String summary();

  /**
   * The studies that answer it, named unlike.
   *
   * @param setup how much may be spent, and on which data
   */
  List<StudySpec> studies(Setup setup);

  /**
   * What came out beside what the paper has.
   *
   * @param results of {@link #studies}; trials that failed are missing
   */
  Findings findings(Results results);

  /**
   * Runs it without the command line, for an IDE's Run arrow, at the quick budget; the data
   * directory is the one {@code KD_DATA} names, the store the usual one.
   *
   * @param experiment whose findings are printed
   */
  static void main(Experiment experiment) {
    Optional<Path> store = Optional.of(FileStore.defaultRoot(System.getenv()));
    int workers = Runtime.getRuntime().availableProcessors();
    RunSettings settings = new RunSettings(Optional.empty(), false, store, workers, "cpu", true);
    Optional<Path> data = settings.dataDirectory(System.getenv());
    Distillation known = Distillation.discovered();
    StudyRunner runner = new StudyRunner(known, System.getenv());
    Setup setup = Setup.of(Budget.QUICK, data, known.data());
    List<StudyResult> studies = new ArrayList<>();
    for (StudySpec study : experiment.studies(setup)) {
      studies.add(runner.run(study, settings, new Announcer(study.name())));
    }
    System.out.println(FindingsText.plain(experiment.findings(new Results(setup, studies))));
    for (StudyResult study : studies) {
      study.failures().forEach(failure -> System.err.println("failed: " + failure));
    }
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
