package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** Operations of the PyTorch engine that DJL's {@link NDArray} does not show, or shows slowly. */
public final class Native {
  private Native() {}

  /**
   * Gathers rows of a matrix of any type.
   *
   * @param manager the manager the result joins
   * @param matrix (n, width)
   * @param index INT64 (k)
   * @return (k, width)
   */
  public static NDArray rows(NDManager manager, NDArray matrix, NDArray index) {
    NDArray rows = JniUtils.embedding((PtNDArray) index, (PtNDArray) matrix, false);
    rows.attach(manager);
    return rows;
  }
}
