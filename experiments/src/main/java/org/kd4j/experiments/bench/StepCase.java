package org.kd4j.experiments.bench;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Names;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.data.Samples;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.ResNet;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.optimizer.Adam;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.schedule.Schedule;

/**
 * A step to measure: who teaches whom, on what. The yardstick knows it by its name.
 *
 * @param name as written after {@code --network}
 * @param teacher forwarded each step
 * @param student trained
 * @param samples so many, of noise
 * @param classes of their labels
 * @param batch samples of a step
 * @param batches of an epoch
 * @param optimizer of the student
 */
record StepCase(
    String name,
    Architecture teacher,
    Architecture student,
    IntFunction<Samples> samples,
    int classes,
    int batch,
    int batches,
    OptimizerSpec optimizer) {
  static final String MLP = "mlp";

  private static final List<StepCase> ALL = List.of(mlp(), resnet(), transformer());

  /** 784-1200-1200-10 teaches 784-800-800-10. */
  private static StepCase mlp() {
    return new StepCase(
        MLP,
        new Mlp(StepBench.TEACHER, 0, 0),
        new Mlp(StepBench.STUDENT, 0, 0),
        size -> floats(size, new Shape(StepBench.INPUTS)),
        StepBench.CLASSES,
        StepBench.BATCH,
        78, // as the yardstick's, less the last smaller batch
        Adam.of(Schedule.constant(1e-3f)));
  }

  /** ResNet-20 teaches ResNet-8 on coloured images of 32×32. */
  private static StepCase resnet() {
    return new StepCase(
        "resnet",
        new ResNet(20, 1, ResNet.Shortcut.IDENTITY),
        new ResNet(8, 1, ResNet.Shortcut.IDENTITY),
        size -> floats(size, new Shape(3, 32, 32)),
        10,
        128,
        8,
        new Sgd(Schedule.constant(0.05f), 0.9f, false, 0, 0));
  }

  /** Six layers of 384 teach four of 312, twelve heads each, texts of 64 tokens, dropout 0.1. */
  private static StepCase transformer() {
    return new StepCase(
        "transformer",
        new Transformer(6, 384, 12, 1536, 0.1f, 0),
        new Transformer(4, 312, 12, 1248, 0.1f, 0),
        size -> new NoiseText(size, 64, 30_522, 2),
        2,
        32,
        4,
        Adam.of(Schedule.constant(1e-4f)));
  }

  /** The case of a name, or an error with the names there are. */
  static StepCase named(String name) {
    return ALL.stream()
        .filter(c -> c.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Names.unknown(
                    "network of the step", name, ALL.stream().map(StepCase::name).toList()));
  }

  private static Samples floats(int size, Shape shape) {
    Draws draws = new Draws(size);
    float[] values = new float[Math.toIntExact(size * shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.uniform(i, -1.7, 1.7);
    }
    int[] labels = new int[size];
    Arrays.setAll(labels, i -> i % 10);
    return ArraySamples.ofFloats("noise", shape, 10, values, labels, Normalization.by(1));
  }
}
