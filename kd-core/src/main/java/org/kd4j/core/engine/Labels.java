package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Class labels, some of which may be missing, as a mean over the labelled samples needs them. On
 * the host both arrays are written in one pass over the labels' own memory; array by array they
 * would take eight operations, each dearer than the arithmetic of a batch.
 *
 * @param index INT64 (batch, 1): the label, 0 where there is none
 * @param share FLOAT32 (batch, 1): 1/m for each of the m labelled samples, 0 for the others
 */
public record Labels(NDArray index, NDArray share) {
  /**
   * Reads labels.
   *
   * @param labels INT64 (batch), contiguous; −1 = none
   * @return both arrays, in the labels' manager
   */
  public static Labels of(NDArray labels) {
    return Native.onHost(labels) ? onHost(labels) : byOperations(labels);
  }

  private static Labels onHost(NDArray labels) {
    NDManager manager = labels.getManager();
    LongBuffer from = Native.bytes(labels).asLongBuffer();
    int batch = from.remaining();
    int labelled = 0;
    for (int i = 0; i < batch; i++) {
      labelled += from.get(i) >= 0 ? 1 : 0;
    }
    float share = 1f / Math.max(1, labelled);
    NDArray index = manager.create(new Shape(batch, 1), DataType.INT64);
    NDArray shares = Native.empty(manager, new Shape(batch, 1));
    LongBuffer indices = Native.bytes(index).asLongBuffer();
    FloatBuffer weights = Native.floats(shares);
    for (int i = 0; i < batch; i++) {
      long label = from.get(i);
      indices.put(i, Math.max(0, label));
      weights.put(i, label >= 0 ? share : 0);
    }
    return new Labels(index, shares);
  }

  /** The same bits, where the host cannot see the labels. */
  static Labels byOperations(NDArray labels) {
    NDArray labelled = labels.gte(0).toType(DataType.FLOAT32, false);
    NDArray one = Scalars.constant(labelled, 1);
    NDArray share = one.div(labelled.sum().maximum(one));
    NDArray index = Scalars.maximum(labels, 0);
    return new Labels(index.expandDims(1), labelled.mul(share).expandDims(1));
  }
}
