package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Outputs;

/**
 * Forwards samples in evaluation mode, in batches of one fixed size with the last one padded: the
 * bits of a row hang on the size of the batch it is computed in. Texts are read the shortest first,
 * so that they are padded little; what is said of them stands in the order of their rows.
 */
final class Predictor {
  private static final int BATCH = 500;

  private Predictor() {}

  /** Takes what was said of a batch's first {@code count} rows; the others only fill it. */
  @FunctionalInterface
  interface Sink {
    /** Must not hold on to the outputs. */
    void take(Outputs said, int[] rows, int count);
  }

  /** Logits of all samples, as plain floats. */
  static float[] logits(
      Function<NDArray, Outputs> forward,
      Samples samples,
      Samples.Rows rows,
      int classes,
      NDManager base,
      Augmentation augmentation,
      Draws draws) {
    float[] all = new float[Math.multiplyExact(samples.size(), classes)];
    each(
        forward,
        samples,
        rows,
        base,
        augmentation,
        draws,
        (said, some, count) -> {
          float[] values = said.logits().toFloatArray();
          for (int i = 0; i < count; i++) {
            System.arraycopy(values, i * classes, all, some[i] * classes, classes);
          }
        });
    return all;
  }

  /** Forwards all samples. */
  static void each(
      Function<NDArray, Outputs> forward,
      Samples samples,
      Samples.Rows rows,
      NDManager base,
      Augmentation augmentation,
      Draws draws,
      Sink sink) {
    int size = samples.size();
    int[] order = Buckets.byLength(samples);
    int batch = batch(size);
    for (int from = 0; from < size; from += batch) {
      int[] some = rows(from, order);
      try (NDManager step = base.newSubManager()) {
        Batch inputs = rows.gather(step, some, augmentation, draws);
        sink.take(forward.apply(inputs.input()), some, Math.min(batch, size - from));
      }
    }
  }

  /** How many samples of a set are forwarded at a time. */
  static int batch(int size) {
    return Math.max(32, Math.min(BATCH, size));
  }

  /** The rows of the batch that begins somewhere; the last is filled up from the first rows. */
  static int[] rows(int from, int[] order) {
    int[] some = new int[batch(order.length)];
    for (int i = 0; i < some.length; i++) {
      some[i] = order[(from + i) % order.length];
    }
    return some;
  }

  /** Predictions on samples as they are. */
  static Predictions predict(Function<NDArray, Outputs> forward, Samples samples, NDManager base) {
    try (NDManager data = base.newSubManager()) {
      float[] logits =
          logits(
              forward,
              samples,
              samples.open(data),
              samples.classes(),
              data,
              Augmentation.NONE,
              new Draws(0));
      return new Predictions(logits, logits.length / samples.size(), samples.labels());
    }
  }
}
