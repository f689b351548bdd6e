package org.kd4j.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Shift;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.engine.Masks;
import org.kd4j.core.engine.Updates;
import org.kd4j.core.objective.Formulas;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The parts of a distillation step that are not matrix products, on one thread, at the sizes of a
 * student of two layers of 800 and a batch of 128 images of 28×28.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StepKernels {
  private static final int BATCH = 128;
  private static final int CLASSES = 10;
  private static final int IMAGES = 10_000;
  private static final int PIXELS = 28 * 28;

  /** Whether the settings of the native libraries are changed, as they are by default. */
  @Param({"true", "false"})
  public boolean nativeTuning;

  private NDManager manager;
  private List<NDArray> weights;
  private List<NDArray> gradients;
  private List<NDArray> means;
  private List<NDArray> variances;
  private NDArray logits;
  private NDArray teacher;
  private Samples.Rows rows;
  private int[] some;
  private long counter;

  /** Starts the engine and makes the data. */
  @Setup(Level.Trial)
  public void open() {
    Engines.start(EngineSettings.defaults().withNativeTuning(nativeTuning));
    Autograd.off();
    manager = NDManager.newBaseManager(Device.cpu());
    weights = parameters(1);
    gradients = parameters(2);
    means = parameters(3);
    variances = parameters(4);
    variances.forEach(v -> v.muli(v));
    logits = values(new Shape(BATCH, CLASSES), 5);
    teacher = values(new Shape(BATCH, CLASSES), 6);
    byte[] bytes = new byte[IMAGES * PIXELS];
    int[] labels = new int[IMAGES];
    Draws draws = new Draws(7);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) draws.bits(i);
    }
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = i % CLASSES;
    }
    rows =
        ArraySamples.ofBytes(
                "noise",
                new Shape(1, 28, 28),
                CLASSES,
                bytes,
                labels,
                new Normalization(List.of(127f), List.of(64f)))
            .open(manager);
    some = java.util.Arrays.copyOf(draws.permutation(IMAGES), BATCH);
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void close() {
    manager.close();
  }

  private List<NDArray> parameters(int key) {
    List<NDArray> arrays = new ArrayList<>();
    for (Shape shape :
        List.of(
            new Shape(800, PIXELS),
            new Shape(800),
            new Shape(800, 800),
            new Shape(800),
            new Shape(CLASSES, 800),
            new Shape(CLASSES))) {
      arrays.add(values(shape, key));
    }
    return arrays;
  }

  private NDArray values(Shape shape, int key) {
    float[] values = new float[(int) shape.size()];
    Draws draws = new Draws(key);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.uniform(i, -0.1, 0.1);
    }
    return manager.create(values, shape);
  }

  /** One step of Adam on all parameters. */
  @Benchmark
  public void adam() {
    for (int i = 0; i < weights.size(); i++) {
      Updates.adam(
          weights.get(i),
          gradients.get(i),
          means.get(i),
          variances.get(i),
          1e-4f,
          100,
          0.9f,
          0.999f,
          1e-8f,
          0,
          false);
    }
  }

  /** One step of gradient descent with Nesterov's momentum on all parameters. */
  @Benchmark
  public void sgd() {
    for (int i = 0; i < weights.size(); i++) {
      Updates.sgd(weights.get(i), gradients.get(i), means.get(i), 1e-6f, 0.9f, true, 0);
    }
  }

  /** Clipping of all gradients by their global norm. */
  @Benchmark
  public void clip() {
    Updates.clip(gradients, 1e6f);
  }

  /** A dropout mask for a hidden layer of 1,200. */
  @Benchmark
  public void dropoutMask() {
    Masks.keep(manager, new Shape(BATCH, 1200), 0.5f, new Draws(counter++)).close();
  }

  /** The softened divergence at temperature 4, forward and backward. */
  @Benchmark
  public void softTargets() {
    try (NDManager step = manager.newSubManager()) {
      NDArray leaf = Autograd.leaf(step, logits);
      NDArray guide = teacher.stopGradient();
      guide.attach(step);
      Autograd.backward(Autograd.recording(() -> Formulas.softTargetsKl(leaf, guide, 4)));
    }
  }

  /** A batch of random rows, normalised. */
  @Benchmark
  public void gather() {
    try (NDManager step = manager.newSubManager()) {
      rows.gather(step, some);
    }
  }

  /** The same, each image shifted by up to two pixels. */
  @Benchmark
  public void gatherShifted() {
    try (NDManager step = manager.newSubManager()) {
      rows.gather(step, some, new Shift(2), new Draws(counter++));
    }
  }
}
