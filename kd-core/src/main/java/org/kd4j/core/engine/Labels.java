package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Class labels, some of which may be missing, as a mean over the labelled samples needs them.
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
    NDArray labelled = labels.gte(0).toType(DataType.FLOAT32, false);
    NDArray one = Scalars.constant(labelled, 1);
    NDArray share = one.div(labelled.sum().maximum(one));
    NDArray index = Scalars.maximum(labels, 0);
    return new Labels(index.expandDims(1), labelled.mul(share).expandDims(1));
  }
}
