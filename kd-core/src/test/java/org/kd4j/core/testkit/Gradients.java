package org.kd4j.core.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;

/** Values and gradients of a formula of one array, by the engine and by differences. */
public final class Gradients {
  private static final int MOST_COLLECTIONS = 60;
  private static final AtomicInteger COLLECTIONS = new AtomicInteger();

  private Gradients() {}

  /**
   * A value and its gradient.
   *
   * @param value of the formula
   * @param gradient by the argument, row-major
   */
  public record Evaluated(float value, float[] gradient) {}

  /**
   * Evaluates a formula and differentiates it by its argument.
   *
   * @param x the argument, row-major
   * @param shape its shape
   * @param formula to a scalar
   */
  public static Evaluated of(float[] x, Shape shape, Function<NDArray, NDArray> formula) {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray leaf = Autograd.leaf(manager, manager.create(x, shape));
      NDArray value = Autograd.recording(() -> formula.apply(leaf));
      collect();
      Autograd.backward(value);
      return new Evaluated(value.stopGradient().getFloat(), Autograd.gradient(leaf).toFloatArray());
    }
  }

  /**
   * Frees what nothing holds and fills the gap: a formula whose graph reads memory of Java's that
   * nobody keeps (see {@link org.kd4j.core.engine.Scalars}) then shows a wrong gradient.
   */
  private static void collect() {
    if (COLLECTIONS.getAndIncrement() < MOST_COLLECTIONS) {
      System.gc();
      for (int i = 0; i < 2000; i++) {
        java.nio.ByteBuffer.allocateDirect(4).putInt(0x7e967699); // 1e38 as a float
      }
    }
  }

  /** The gradient by central differences, in the formula's own precision. */
  public static float[] differences(float[] x, Shape shape, Function<NDArray, NDArray> formula) {
    float h = 1e-2f;
    float[] gradient = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      float[] up = x.clone();
      float[] down = x.clone();
      up[i] += h;
      down[i] -= h;
      gradient[i] =
          (of(up, shape, formula).value() - of(down, shape, formula).value()) / (up[i] - down[i]);
    }
    return gradient;
  }

  /** ‖a − b‖ / ‖b‖. */
  public static double relativeError(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      size += Math.pow(b[i], 2);
    }
    return Math.sqrt(difference) / Math.sqrt(size);
  }

  /** ‖a‖. */
  public static double norm(float[] a) {
    double sum = 0;
    for (float v : a) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum);
  }
}
