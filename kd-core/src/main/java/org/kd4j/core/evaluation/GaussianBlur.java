package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.UsageException;

/**
 * Lack of focus: each image folded with a normal density along both axes, cut at three deviations;
 * beyond the rim the rim goes on.
 *
 * @param deviation in pixels
 */
public record GaussianBlur(float deviation) implements Perturbation {
  /** Checks the range. */
  public GaussianBlur {
    UsageException.require(
        deviation > 0 && deviation <= 20,
        "a blur's deviation is above 0 and at most 20 pixels, was %s",
        deviation);
  }

  @Override
  public NDArray apply(NDArray inputs, View view) {
    Shape shape = Moved.images(inputs, "blur");
    int height = Math.toIntExact(shape.get(2));
    int width = Math.toIntExact(shape.get(3));
    int planes = Math.toIntExact(shape.get(0) * shape.get(1));
    float[] values = inputs.toFloatArray();
    float[] across = folded(values, planes * height, width, 1, width);
    float[] both = new float[values.length];
    for (int p = 0; p < planes; p++) {
      float[] plane =
          java.util.Arrays.copyOfRange(across, p * height * width, (p + 1) * height * width);
      System.arraycopy(
          folded(plane, width, height, width, 1), 0, both, p * height * width, plane.length);
    }
    return inputs.getManager().create(both, shape);
  }

  /** Lines of so many values, a step apart, each folded; lines begin a stride apart. */
  private float[] folded(float[] values, int lines, int length, int step, int stride) {
    double[] kernel = kernel();
    int reach = kernel.length / 2;
    float[] result = new float[values.length];
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < length; i++) {
        double sum = 0;
        for (int k = -reach; k <= reach; k++) {
          int from = Math.max(0, Math.min(length - 1, i + k));
          sum += kernel[k + reach] * values[line * stride + from * step];
        }
        result[line * stride + i * step] = (float) sum;
      }
    }
    return result;
  }

  private double[] kernel() {
    int reach = (int) Math.ceil(3 * deviation);
    double[] kernel = new double[2 * reach + 1];
    double sum = 0;
    for (int k = -reach; k <= reach; k++) {
      kernel[k + reach] = StrictMath.exp(-0.5 * k * k / (deviation * deviation));
      sum += kernel[k + reach];
    }
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] /= sum;
    }
    return kernel;
  }
}
