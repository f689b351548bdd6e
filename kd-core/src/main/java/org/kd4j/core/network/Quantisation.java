package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.engine.Scalars;

/**
 * Weights of few values, one scale for each output channel (the first axis).
 *
 * <p>8 and 4 bits: symmetric and uniform, q(w) = s·round(w/s) with s = max|w| / (2^(bits−1) − 1),
 * so that zero is a value (R. Krishnamoorthi, "Quantizing deep convolutional networks for efficient
 * inference: A whitepaper", 2018, sections 2.2 and 3.1).
 *
 * <p>2 bits: ternary, q(w) = α·sign(w) where |w| &gt; Δ, else 0, with Δ = 0.7·mean|w| and α the
 * mean of |w| beyond Δ (F. Li, B. Zhang, B. Liu, "Ternary Weight Networks", 2016, equations 5 and
 * 6): a scale by the largest weight would leave nearly all others zero.
 *
 * <p>The gradient passes straight through, ∂q/∂w = 1 (Y. Bengio, N. Léonard, A. Courville,
 * "Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation",
 * 2013).
 */
final class Quantisation {
  private Quantisation() {}

  /**
   * Quantises weights with a straight-through gradient.
   *
   * @param w weights, output channels first
   * @param bits 8, 4 or 2
   * @param manager what it makes joins
   * @return the shape of w
   */
  static NDArray straightThrough(NDArray w, int bits, NDManager manager) {
    NDArray value = w.stopGradient(); // the same memory, outside the graph
    value.attach(manager);
    NDArray q = bits == 2 ? ternary(value) : uniform(value, bits);
    // w + (q − w) would be off q by a rounding; w − w is 0 to the bit, and its gradient is 1.
    NDArray straight = w.sub(value);
    straight.attach(manager); // else it would stay with the network
    return q.add(straight);
  }

  /** Symmetric, uniform, scaled by the largest weight of a channel. */
  static NDArray uniform(NDArray w, int bits) {
    NDArray rows = rows(w);
    NDArray largest = rows.abs().max(new int[] {1}, true);
    NDArray scale = Scalars.div(Scalars.maximum(largest, 1e-12f), (1 << bits - 1) - 1);
    return rows.div(scale).round().mul(scale).reshape(w.getShape());
  }

  /** Three values for each channel. */
  static NDArray ternary(NDArray w) {
    NDArray rows = rows(w);
    NDArray size = rows.abs();
    NDArray beyond =
        size.gt(Scalars.mul(size.mean(new int[] {1}, true), 0.7f)).toType(DataType.FLOAT32, false);
    NDArray count = Scalars.maximum(beyond.sum(new int[] {1}, true), 1);
    NDArray alpha = size.mul(beyond).sum(new int[] {1}, true).div(count);
    return rows.sign().mul(beyond).mul(alpha).reshape(w.getShape());
  }

  private static NDArray rows(NDArray w) {
    Shape shape = w.getShape();
    return w.reshape(shape.get(0), shape.slice(1).size());
  }
}
