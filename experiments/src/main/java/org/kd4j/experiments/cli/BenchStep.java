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
      "The teacher is forwarded each step; one thread.",
      "mlp: 784-1200-1200-10 teaches 784-800-800-10, batches of 128, Adam;",
      "resnet: ResNet-20 teaches ResNet-8 on 32×32, batches of 128, momentum;",
      "transformer: 6×384 teaches 4×312, 64 tokens, batches of 32, dropout, Adam.",
      ""
    },
    sortOptions = false)
final class BenchStep implements Callable<Integer> {
  private final Application application;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      defaultValue = "mlp",
      description = "mlp, resnet or transformer. Default: ${DEFAULT-VALUE}.")
  String network = "";

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Steps in a slice, in whole epochs. Default: an epoch, of 78, 8 or 4.")
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
        new StepBench.Options(network, steps, repeats, Optional.ofNullable(against), !untuned),
        application.console()::print);
  }
}
