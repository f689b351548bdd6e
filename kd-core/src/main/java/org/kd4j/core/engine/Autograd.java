package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Automatic differentiation, thread by thread. DJL's gradient collector is one per process, so a
 * second training in another thread dies; the engine itself keeps the mode per thread, and new
 * threads start with gradients <em>on</em>. Whoever works with networks in a thread calls {@link
 * #off()} first.
 */
public final class Autograd {
  static {
    Engines.ensureStarted(); // the native bridge must be loaded before its first call
  }

  private Autograd() {}

  /**
   * Turns gradients off in this thread, where evaluation would otherwise build graphs unseen, and
   * gives it the number of threads the engine was started with: OpenMP keeps that per thread too.
   */
  public static void off() {
    JniUtils.setGradMode(false);
    Engines.running().ifPresent(engine -> JniUtils.setNumThreads(engine.threads()));
  }

  /** Runs something with gradients on, and restores the mode. */
  public static <T> T recording(Supplier<T> body) {
    return in(true, body);
  }

  /** Runs something with gradients off, in the middle of a live step if need be. */
  public static <T> T paused(Supplier<T> body) {
    return in(false, body);
  }

  private static <T> T in(boolean mode, Supplier<T> body) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(mode);
    try {
      return body.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * A leaf of this step's graph that shares a parameter's memory: its gradient is born with the
   * step and freed with it, instead of being zeroed and added to.
   *
   * @param manager of the step
   * @param parameter the array that is trained
   * @return the leaf
   */
  public static NDArray leaf(NDManager manager, NDArray parameter) {
    NDArray leaf = parameter.stopGradient();
    leaf.attach(manager);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /**
   * Runs the backward pass of a scalar.
   *
   * @param loss the scalar
   */
  public static void backward(NDArray loss) {
    try (NDArray one = loss.getManager().ones(new Shape())) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /**
   * The gradient a backward pass left at a leaf.
   *
   * @param leaf a leaf
   * @return its gradient in the leaf's manager; null where no path led from the loss to the leaf
   */
  public static @org.jspecify.annotations.Nullable NDArray gradient(NDArray leaf) {
    return JniUtils.getGradient((PtNDArray) leaf);
  }
}
