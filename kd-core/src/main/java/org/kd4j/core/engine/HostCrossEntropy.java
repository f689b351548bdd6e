package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The two losses of nearly every objective, value and gradient by their closed forms, for batches
 * so small that operations on arrays cost more than the arithmetic: each operation takes some ten
 * microseconds forward and as much backward, and a divergence written in them takes twenty.
 * Computed in double precision in the host's memory; whoever calls asks {@link #fits} first and
 * keeps the formula in operations for everything else.
 */
public final class HostCrossEntropy {
  /** Values of a batch's logits above which the engine's vector arithmetic is the faster. */
  private static final int MOST = 1 << 14;

  private HostCrossEntropy() {}

  /** Whether logits are a small matrix of floats in the host's memory. */
  public static boolean fits(NDArray logits) {
    return Native.onHost(logits)
        && logits.getDataType() == DataType.FLOAT32
        && logits.getShape().dimension() == 2
        && logits.size() <= MOST;
  }

  /**
   * Cross-entropy −log softmax(z)_y, mean over the labelled rows, 0 without any; its gradient by z
   * is (q − onehot(y))/m, q = softmax(z), m the number of labelled rows.
   *
   * @param logits z (batch, classes)
   * @param labels INT64 (batch), contiguous; −1 = none
   * @return a scalar in the graph of z
   */
  public static NDArray of(NDArray logits, NDArray labels) {
    int batch = (int) logits.getShape().get(0);
    int classes = (int) logits.getShape().get(1);
    LongBuffer y = Native.bytes(labels).asLongBuffer();
    int labelled = 0;
    for (int i = 0; i < batch; i++) {
      labelled += y.get(i) >= 0 ? 1 : 0;
    }
    double share = 1.0 / Math.max(1, labelled);
    FloatBuffer z = Native.floats(logits);
    NDArray gradient = Native.empty(logits.getManager(), logits.getShape());
    FloatBuffer g = Native.floats(gradient);
    double[] e = new double[classes];
    double loss = 0;
    for (int i = 0; i < batch; i++) {
      int from = i * classes;
      int label = (int) y.get(i);
      if (label < 0) {
        for (int c = 0; c < classes; c++) {
          g.put(from + c, 0);
        }
        continue;
      }
      double largest = largest(z, from, classes);
      double sum = exponentials(z, from, e, largest);
      loss += share * (Math.log(sum) + largest - z.get(from + label));
      for (int c = 0; c < classes; c++) {
        double q = e[c] / sum;
        g.put(from + c, (float) (share * (c == label ? q - 1 : q)));
      }
    }
    return scalar(logits, gradient, loss);
  }

  private static double largest(FloatBuffer z, int from, int classes) {
    double largest = z.get(from);
    for (int c = 1; c < classes; c++) {
      largest = Math.max(largest, z.get(from + c));
    }
    return largest;
  }

  /** exp(z − largest) of a row, and their sum. */
  private static double exponentials(FloatBuffer z, int from, double[] e, double largest) {
    double sum = 0;
    for (int c = 0; c < e.length; c++) {
      e[c] = Math.exp(z.get(from + c) - largest);
      sum += e[c];
    }
    return sum;
  }

  /**
   * A scalar of this value whose gradient by x is known. Σ x·g has the gradient; the value is
   * written over its own, which the backward pass does not read.
   */
  private static NDArray scalar(NDArray x, NDArray gradient, double value) {
    NDArray scalar = x.mul(gradient).sum();
    Native.floats(scalar).put(0, (float) value);
    return scalar;
  }
}
