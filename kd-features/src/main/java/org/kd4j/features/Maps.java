package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.engine.Scalars;

/** What the formulas of this family do to feature maps before they compare them. */
final class Maps {
  /** Below this a sum of squares counts as 0: no direction, and no infinite gradient. */
  private static final float TINY = 1e-12f;

  private Maps() {}

  /** (batch, …) as (batch, rest). */
  static NDArray flat(NDArray x) {
    long batch = x.getShape().get(0);
    return x.reshape(batch, x.getShape().size() / batch);
  }

  /** (batch, channels, height, width) as (batch, channels, positions). */
  static NDArray positions(NDArray map) {
    Shape shape = map.getShape();
    return map.reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3));
  }

  /** x over its Euclidean length along an axis; what is shorter than 1e-6 is not stretched to 1. */
  static NDArray normalized(NDArray x, int axis) {
    NDArray squares = x.square().sum(new int[] {axis}, true);
    return x.div(Scalars.maximum(squares, TINY).sqrt());
  }

  /**
   * The square root, 0 with gradient 0 where its argument is next to 0: that of a distance of a
   * thing from itself would be infinite.
   */
  static NDArray root(NDArray squares) {
    NDArray positive = squares.gt(TINY).toType(DataType.FLOAT32, false);
    NDArray one = Scalars.constant(positive, 1);
    return squares.mul(positive).add(one.sub(positive)).sqrt().mul(positive);
  }

  /** x where a condition holds, else 0. */
  static NDArray where(NDArray condition, NDArray x) {
    return x.mul(condition.toType(DataType.FLOAT32, false));
  }

  /**
   * Adaptive average pooling: output cell i of n is the mean of the input cells from ⌊i·m/n⌋ to
   * ⌈(i+1)·m/n⌉, so that any size fits any other; a size it has already is left alone.
   *
   * @param map (batch, channels, height, width)
   * @param height of the output
   * @param width of the output
   */
  static NDArray pooled(NDArray map, long height, long width) {
    Shape shape = map.getShape();
    if (shape.get(2) == height && shape.get(3) == width) {
      return map;
    }
    return along(map, window(map, height, shape.get(2)), window(map, width, shape.get(3)));
  }

  /**
   * A map brought to a size by its nearest cells: output cell i of n is input cell ⌊i·m/n⌋.
   *
   * @param map (batch, channels, height, width)
   * @param height of the output
   * @param width of the output
   */
  static NDArray resized(NDArray map, long height, long width) {
    Shape shape = map.getShape();
    if (shape.get(2) == height && shape.get(3) == width) {
      return map;
    }
    return along(map, nearest(map, height, shape.get(2)), nearest(map, width, shape.get(3)));
  }

  /** Multiplies both axes of a map's positions by matrices of (output, input). */
  private static NDArray along(NDArray map, NDArray down, NDArray across) {
    Shape shape = map.getShape();
    return map.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3))
        .matMul(across.transpose())
        .transpose(0, 2, 1)
        .matMul(down.transpose())
        .transpose(0, 2, 1)
        .reshape(shape.get(0), shape.get(1), down.getShape().get(0), across.getShape().get(0));
  }

  private static NDArray nearest(NDArray like, long output, long input) {
    float[] weights = new float[Math.toIntExact(output * input)];
    for (int i = 0; i < output; i++) {
      weights[Math.toIntExact(i * input + i * input / output)] = 1;
    }
    return like.getManager().create(weights, new Shape(output, input));
  }

  /** A map pooled to another's height and width where it is the larger. */
  static NDArray noLargerThan(NDArray map, NDArray other) {
    Shape own = map.getShape();
    Shape theirs = other.getShape();
    return pooled(map, Math.min(own.get(2), theirs.get(2)), Math.min(own.get(3), theirs.get(3)));
  }

  /** The weights of the mean along one axis: (output, input), rows that sum to 1. */
  private static NDArray window(NDArray like, long output, long input) {
    float[] weights = new float[Math.toIntExact(output * input)];
    for (int i = 0; i < output; i++) {
      int first = Math.toIntExact(i * input / output);
      int end = Math.toIntExact(((i + 1) * input + output - 1) / output);
      for (int j = first; j < end; j++) {
        weights[i * Math.toIntExact(input) + j] = 1f / (end - first);
      }
    }
    return like.getManager().create(weights, new Shape(output, input));
  }

  /** Sum over all but the batch axis, mean over the batch. */
  static NDArray batchMean(NDArray values) {
    return Scalars.div(values.sum(), values.getShape().get(0));
  }
}
