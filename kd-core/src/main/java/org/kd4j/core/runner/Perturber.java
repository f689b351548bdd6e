package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.InputRange;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Native;
import org.kd4j.core.evaluation.AttackedLoss;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.phase.Knowledge;

/**
 * Changes the inputs of samples, batch by batch. An attack is given the gradient of its loss by the
 * inputs, and nothing else has one: the victim forwards in evaluation mode, and what it is made of
 * is the same before and after.
 */
final class Perturber {
  private final Knowledge.Live live;
  private final Samples samples;
  private final Perturbation by;
  private final InputRange range;
  private final int[] labels;

  Perturber(Knowledge.Live live, Samples samples, Perturbation by) {
    this.live = live;
    this.samples = samples;
    this.by = by;
    this.labels = samples.labels();
    this.range =
        samples
            .range()
            .orElseThrow(
                () ->
                    new UsageException(
                        samples.name()
                            + " has no range of inputs for "
                            + by
                            + " to keep to: inputs that were bytes have one, images"));
  }

  /** The changed samples; inputs are stored as networks read them. */
  ArraySamples samples(NDManager base) {
    int size = samples.size();
    int width = Math.toIntExact(samples.shape().size());
    float[] all = new float[Math.multiplyExact(size, width)];
    int batch = Predictor.batch(size);
    long before = LiveGuide.bits(live);
    // Theirs would be computed with the inputs', for nobody.
    live.networks()
        .forEach(
            n -> n.parameters().values().forEach(p -> p.getArray().setRequiresGradient(false)));
    Samples.Rows rows = samples.open(base);
    int[] order = IntStream.range(0, size).toArray();
    for (int from = 0; from < size; from += batch) {
      int[] some = Predictor.rows(from, order);
      try (NDManager step = base.newSubManager()) {
        View view = new View(step, rows.gather(step, some));
        float[] values = Native.read(view.clip(by.apply(view.batch.input(), view)));
        System.arraycopy(values, 0, all, from * width, Math.min(batch, size - from) * width);
      }
    }
    if (LiveGuide.bits(live) != before) {
      throw new RunException(
          by
              + " changed the network it attacked; this is a bug in a block that writes as it reads.");
    }
    return ArraySamples.ofFloats(
        samples.name() + " under " + by,
        samples.shape(),
        samples.classes(),
        all,
        samples.labels(),
        Normalization.by(1));
  }

  /** A batch and its victim. */
  private final class View implements Perturbation.View {
    private final NDManager step;
    private final Batch batch;
    private final NDArray lowest;
    private final NDArray highest;

    View(NDManager step, Batch batch) {
      this.step = step;
      this.batch = batch;
      this.lowest = channelwise(range.low());
      this.highest = channelwise(range.high());
    }

    private NDArray channelwise(List<Float> values) {
      long[] shape = new long[samples.shape().dimension() + 1];
      Arrays.fill(shape, 1);
      shape[1] = values.size();
      float[] plain = new float[values.size()];
      for (int c = 0; c < plain.length; c++) {
        plain[c] = values.get(c);
      }
      return step.create(plain, new Shape(shape));
    }

    @Override
    public NDArray gradient(AttackedLoss loss, NDArray at) {
      for (int row : batch.rows()) {
        UsageException.require(
            labels[row] >= 0, "%s attacks what labels say, and %s lacks some", by, samples.name());
      }
      try (NDManager graph = step.newSubManager()) {
        NDArray leaf = Autograd.leaf(graph, at);
        NDArray value =
            Autograd.recording(() -> loss.value(live.forward(leaf).logits(), batch.target()));
        Autograd.backward(value);
        @Nullable NDArray gradient = Autograd.gradient(leaf);
        if (gradient == null) {
          throw new RunException("No path leads from " + loss + " to the inputs of " + samples);
        }
        gradient.attach(step);
        return gradient;
      }
    }

    @Override
    public NDArray span() {
      return highest.sub(lowest);
    }

    @Override
    public NDArray lowest() {
      return lowest;
    }

    @Override
    public NDArray clip(NDArray inputs) {
      return inputs.maximum(lowest).minimum(highest);
    }

    @Override
    public int[] rows() {
      return batch.rows();
    }

    @Override
    public Draws draws(int row) {
      Draws all = Draws.of(0, "perturbation", by.getClass().getSimpleName());
      return row < 0 ? all : all.at(row);
    }
  }
}
