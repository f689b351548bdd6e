package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/**
 * Moves each image by up to n pixels along both axes, uniformly, and fills with background: the
 * "jitter" of Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015,
 * section 3.
 *
 * @param pixels the furthest move, 1 to 8
 */
public record Shift(int pixels) implements Augmentation {
  /** Checks the range. */
  public Shift {
    UsageException.require(
        pixels >= 1 && pixels <= 8, "shift takes 1 to 8 pixels, was %d; none is 'none'", pixels);
  }

  @Override
  public NDArray apply(NDArray images, int[] rows, Draws draws) {
    Shape shape = images.getShape();
    UsageException.require(
        shape.dimension() == 4,
        "shift needs images (channels, height, width), samples are %s",
        shape.slice(1));
    long channels = shape.get(1);
    long height = shape.get(2);
    long width = shape.get(3);
    int span = 2 * pixels + 1;
    long paddedWidth = width + 2L * pixels;
    long paddedPlane = (height + 2L * pixels) * paddedWidth;
    long[] corner = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      // Two counters per row of the set, so that a sample's move hangs on nothing but its row.
      long down = draws.below(2L * rows[i], span);
      long right = draws.below(2L * rows[i] + 1, span);
      corner[i] = down * paddedWidth + right;
    }
    NDManager manager = images.getManager();
    // The engine's order: the last axis first (left, right, top, bottom).
    NDArray padded = images.pad(new Shape(pixels, pixels, pixels, pixels), 0);
    // Where each pixel of the unshifted window lies in a padded sample: one table for all.
    NDArray plane =
        manager.arange(0, channels, 1, DataType.INT64).mul(paddedPlane).reshape(channels, 1, 1);
    NDArray row =
        manager.arange(0, height, 1, DataType.INT64).mul(paddedWidth).reshape(1, height, 1);
    NDArray column = manager.arange(0, width, 1, DataType.INT64).reshape(1, 1, width);
    NDArray window = plane.add(row).add(column).reshape(1, channels * height * width);
    NDArray index = manager.create(corner, new Shape(rows.length, 1)).add(window);
    // gather takes half the time of take here: 0.5 against 1.1 ms for 128 images of 28×28.
    return padded.reshape(rows.length, channels * paddedPlane).gather(index, 1).reshape(shape);
  }

  @Override
  public String toString() {
    return "shift:" + pixels;
  }
}
