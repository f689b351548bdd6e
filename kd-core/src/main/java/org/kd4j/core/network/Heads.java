package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

/** What attention does to its arrays besides arithmetic. */
final class Heads {
  private Heads() {}

  /** One block's output for one input. */
  static NDArray through(Block block, ParameterStore store, NDArray x, boolean training) {
    return block.forward(store, new NDList(x), training).singletonOrThrow();
  }

  /**
   * (batch, length, width) to (batch·heads, length, width/heads), copied once: the rows of a head
   * lie apart, and a batch of matrix products wants its matrices one after the other.
   */
  static NDArray split(NDArray x, int heads) {
    Shape shape = x.getShape();
    long own = shape.get(2) / heads;
    return x.reshape(shape.get(0), shape.get(1), heads, own)
        .transpose(0, 2, 1, 3)
        .reshape(shape.get(0) * heads, shape.get(1), own);
  }

  /** The way back. */
  static NDArray joined(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0) / heads, heads, shape.get(1), shape.get(2))
        .transpose(0, 2, 1, 3)
        .reshape(shape.get(0) / heads, shape.get(1), heads * shape.get(2));
  }

  /** (batch·heads, …) as (batch, heads, …), the same memory. */
  static NDArray apart(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0) / heads, heads, shape.get(1), shape.get(2));
  }

  /** (batch, heads, …) as (batch·heads, …), the same memory. */
  static NDArray together(NDArray x) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3));
  }
}
