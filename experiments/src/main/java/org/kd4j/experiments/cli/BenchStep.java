package org.kd4j.experiments.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kd4j.experiments.bench.StepBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the distillation step. */
@Command(
    name = "step",
    header = "Measure the distillation step, beside its matrix products and eager PyTorch.",
    description = {
      "",
      "784-1200-1200-10 teaches 784-800-800-10, batches of 128, Adam, one thread.",
      ""
    },
    sortOptions = false)
final class BenchStep implements Callable<Integer> {
  private final Application application;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "78",
      description = "Steps in a slice, in whole epochs of 78. Default: ${DEFAULT-VALUE}.")
  int steps;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "7",
      description = "Slices of each, taken in turn. Default: ${DEFAULT-VALUE}.")
  int repeats;

  @Option(
      names = "--against",
      paramLabel = "PYTHON",
      description = "A Python with PyTorch, run in turn on the same step.")
  @Nullable String against;

  @Option(names = "--no-native-tuning", description = "Leave native settings as they are.")
  boolean untuned;

  BenchStep(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    return StepBench.run(
        new StepBench.Options(steps, repeats, Optional.ofNullable(against), !untuned),
        application.console()::print);
  }
}
