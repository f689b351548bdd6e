package org.kd4j.experiments.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.strategy.Task;
import org.kd4j.experiments.study.Defaults;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/**
 * What the store saves: soft targets at eight temperatures, all from one teacher, as one study with
 * a fresh store, and as eight that keep nothing. With a store the teacher is trained once a seed;
 * without, every row trains its own. Compare with no more workers than seeds: of one row alone, no
 * more of them have anything to do. All is as in the default study, but fewer rows, and a wider
 * teacher trained no longer than a student; its cost, which decides what there is to save, is
 * measured and said. Both give the same measures, or it is an error.
 */
public final class StudyBench {
  private static final List<Integer> TEMPERATURES = List.of(1, 2, 3, 4, 6, 8, 12, 20);
  private static final String TEACHER = "mlp:1200-1200,dropout=0.5";

  private StudyBench() {}

  /**
   * What to measure.
   *
   * @param data images
   * @param seeds of the study
   * @param train training rows
   * @param epochs of everybody
   * @param workers of the study
   * @param repeats of both, taken in turn
   * @param nativeTuning whether settings of the native libraries may be changed
   */
  public record Options(
      String data,
      int seeds,
      int train,
      int epochs,
      int workers,
      int repeats,
      boolean nativeTuning) {
    /** Checks ranges. */
    public Options {
      UsageException.require(seeds >= 1, "seeds must be 1 or more, was %d", seeds);
      UsageException.require(train >= 1, "train must be 1 row or more, was %d", train);
      UsageException.require(epochs >= 1, "epochs must be 1 or more, was %d", epochs);
      UsageException.require(workers >= 1, "workers must be 1 or more, was %d", workers);
      UsageException.require(repeats >= 1, "repeats must be 1 or more, was %d", repeats);
    }

    private StudySpec study() {
      List<StrategyChoice> rows = new ArrayList<>();
      for (int temperature : TEMPERATURES) {
        rows.add(StrategyChoice.of("offline").with("temperature", "" + temperature));
      }
      SplitSpec all = SplitSpec.DEFAULT;
      return new StudySpec(
          "bench",
          data,
          new SplitSpec(
              all.validation(),
              Optional.of(train),
              all.omittedClasses(),
              all.hiddenLabels(),
              all.labelNoise(),
              all.normalization(),
              all.seed()),
          plan(TEACHER, epochs, Defaults.teacherAugment(Defaults.DATA)),
          plan(Defaults.STUDENT, epochs, Defaults.AUGMENT),
          rows,
          LongStream.rangeClosed(1, seeds).boxed().toList(),
          Optional.empty(),
          0);
    }

    private static NetworkPlan plan(String network, int epochs, String augment) {
      return new NetworkPlan(
          network,
          epochs,
          augment,
          Defaults.OPTIMIZER,
          Optional.empty(),
          Defaults.SCHEDULE,
          Defaults.BATCH);
    }

    private RunSettings settings(Optional<Path> store) {
      return new RunSettings(Optional.empty(), false, store, workers, "cpu", nativeTuning);
    }
  }

  /** The study's rows, each as a study of its own that keeps nothing; together its result. */
  private static StudyResult apart(StudySpec study, Function<StudySpec, StudyResult> run) {
    List<StudyResult> rows =
        study.strategies().stream()
            .map(row -> complete(run.apply(study.withStrategies(List.of(row)))))
            .toList();
    StudyResult first = rows.get(0);
    return new StudyResult(
        study,
        first.dataFingerprints(),
        rows.stream().flatMap(row -> row.trials().stream()).toList(),
        List.of(),
        first.gallery(),
        rows.stream().mapToDouble(StudyResult::wallSeconds).sum());
  }

  /**
   * Measures and prints.
   *
   * @param options what
   * @param studies runs a study
   * @param out takes the lines, most of them key=value
   * @return the exit status
   */
  public static int run(
      Options options,
      BiFunction<StudySpec, RunSettings, StudyResult> studies,
      Consumer<String> out) {
    Engines.start(EngineSettings.defaults().withNativeTuning(options.nativeTuning()))
        .lines()
        .forEach(out);
    StudySpec study = options.study();
    studies.apply( // so that neither of the two pays for what happens once in a process
        new Options(options.data(), 1, Math.min(500, options.train()), 1, 1, 1, true).study(),
        options.settings(Optional.empty()));
    List<StudyResult> stored = new ArrayList<>();
    List<StudyResult> unstored = new ArrayList<>();
    for (int i = 0; i < options.repeats(); i++) {
      stored.add(complete(withStore(store -> studies.apply(study, options.settings(store)))));
      unstored.add(apart(study, row -> studies.apply(row, options.settings(Optional.empty()))));
      require(measures(stored.get(i)).equals(measures(unstored.get(i))));
    }
    double teacher = seconds(unstored, Task.TEACHER_LINE);
    double student = seconds(unstored, Task.STUDENT_LINE);
    out.accept("strategies=" + study.strategies().size());
    out.accept("seeds=" + options.seeds());
    out.accept("workers=" + options.workers());
    out.accept(Figures.line("teacher_seconds", teacher));
    out.accept(Figures.line("student_seconds", student));
    out.accept(Figures.line("teacher_cost_in_students", teacher / student));
    out.accept("teachers_trained_stored=" + trained(stored.get(0), Task.TEACHER_LINE));
    out.accept("teachers_trained_unstored=" + trained(unstored.get(0), Task.TEACHER_LINE));
    out.accept(walls("study_seconds_stored", stored));
    out.accept(walls("study_seconds_unstored", unstored));
    out.accept(Figures.line("ratio", Figures.ratio(wallsOf(unstored), wallsOf(stored))));
    return 0;
  }

  /** In a store that was empty before and is gone afterwards. */
  private static StudyResult withStore(Function<Optional<Path>, StudyResult> run) {
    try {
      Path store = Files.createTempDirectory("kd-bench-");
      try {
        return run.apply(Optional.of(store));
      } finally {
        try (Stream<Path> files = Files.walk(store)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RunException("The benchmark's store broke: " + e.getMessage(), e);
    }
  }

  private static StudyResult complete(StudyResult result) {
    if (!result.failures().isEmpty()) {
      throw new RunException(
          "The benchmark did not end well:\n" + String.join("\n", result.failures()));
    }
    return result;
  }

  private static void require(boolean same) {
    if (!same) {
      throw new RunException(
          "With the store and without it the study gives different measures. This is a bug.");
    }
  }

  private static List<List<Double>> measures(StudyResult result) {
    return result.trials().stream().map(t -> List.of(t.test().accuracy(), t.test().nll())).toList();
  }

  private static Stream<PhaseReport> phases(StudyResult result, String line) {
    return result.trials().stream()
        .map(TrialResult::phases)
        .flatMap(List::stream)
        .filter(p -> p.learners().containsKey(line) && !p.reused());
  }

  private static long trained(StudyResult result, String line) {
    return phases(result, line).count();
  }

  private static double seconds(List<StudyResult> results, String line) {
    return Figures.median(
        results.stream().flatMap(r -> phases(r, line)).map(PhaseReport::seconds).toList());
  }

  private static List<Double> wallsOf(List<StudyResult> results) {
    return results.stream().map(StudyResult::wallSeconds).toList();
  }

  private static String walls(String name, List<StudyResult> results) {
    return wallsOf(results).stream()
        .map(s -> String.format(Locale.ROOT, "%.2f", s))
        .collect(Collectors.joining(" ", name + "=", ""));
  }
}
