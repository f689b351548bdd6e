package org.kd4j.experiments.cli;

import java.util.concurrent.Callable;
import org.kd4j.experiments.bench.StudyBench;
import org.kd4j.experiments.study.Defaults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the store saves a study. */
@Command(
    name = "study",
    header = "Measure what the store saves a study of eight strategies.",
    description = {
      "",
      "Soft targets at eight temperatures from one teacher, with a fresh store and a study each without.",
      ""
    },
    sortOptions = false)
final class BenchStudy implements Callable<Integer> {
  private final Application application;

  @Option(
      names = "--data",
      paramLabel = "SET",
      defaultValue = Defaults.DATA,
      description = "Images. Default: ${DEFAULT-VALUE}.")
  String data = Defaults.DATA;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seeds, a teacher each. Default: ${DEFAULT-VALUE}.")
  int seeds;

  @Option(
      names = "--train",
      paramLabel = "ROWS",
      defaultValue = "2000",
      description = "Training rows. Default: ${DEFAULT-VALUE}.")
  int train;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Of students and of the teacher. Default: ${DEFAULT-VALUE}.")
  int epochs;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Trials at a time, a thread each. Default: ${DEFAULT-VALUE}.")
  int workers;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "1",
      description = "Studies of each kind, taken in turn. Default: ${DEFAULT-VALUE}.")
  int repeats;

  @Option(names = "--no-native-tuning", description = "Leave native settings as they are.")
  boolean untuned;

  BenchStudy(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    return StudyBench.run(
        new StudyBench.Options(data, seeds, train, epochs, workers, repeats, !untuned),
        (study, settings) -> {
          try (Progress progress = new Progress(application.console(), application.quiet())) {
            return application.studies().run(study, settings, progress);
          }
        },
        application.console()::print);
  }
}
