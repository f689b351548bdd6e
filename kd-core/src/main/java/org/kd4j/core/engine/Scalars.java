package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Products, quotients and powers with a plain number, safe under automatic differentiation. Use
 * these in loss terms and blocks, never {@code array.mul(0.5f)}.
 *
 * <p>DJL turns the number into an array over a Java buffer and closes it at once; the graph keeps
 * that array for the backward pass, but nothing keeps the buffer. If a garbage collection falls
 * between forward and backward, the gradient is multiplied by whatever lies in the freed memory by
 * then. It was seen here: once in some thousand steps a gradient grew beyond all measure, and the
 * network stopped learning without a word. Numbers made here live in the engine's own memory.
 */
public final class Scalars {
  private Scalars() {}

  /** x · c. */
  public static NDArray mul(NDArray x, float c) {
    return c == 1 ? x : x.mul(constant(x, c));
  }

  /** x / c. */
  public static NDArray div(NDArray x, float c) {
    return c == 1 ? x : x.div(constant(x, c));
  }

  /** x to the power c. */
  public static NDArray pow(NDArray x, float c) {
    return x.pow(constant(x, c));
  }

  /** The larger of x and c. */
  public static NDArray maximum(NDArray x, float c) {
    return x.maximum(constant(x, c));
  }

  /** c as an array beside x, of the engine's own memory; it lives as long as the step. */
  public static NDArray constant(NDArray x, float c) {
    return x.getManager().full(new Shape(), c, x.getDataType());
  }
}
