package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;
import org.kd4j.core.engine.Scalars;

/**
 * Moves each image by up to n pixels along both axes, uniformly, and fills with background: the
 * "jitter" of Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015,
 * section 3. It is also the random crop of the image padded by n pixels of background, {@code
 * crop:n}: the same pixels with the same probabilities.
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
  public boolean fits(Shape sample) {
    return sample.dimension() == 3;
  }

  @Override
  public NDArray apply(NDArray images, int[] rows, Draws draws) {
    Shape shape = images.getShape();
    UsageException.require(
        shape.dimension() == 4,
        "shift needs images (channels, height, width), samples are %s",
        shape.slice(1));
    int span = 2 * pixels + 1;
    int[] down = new int[rows.length];
    int[] right = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      // Two counters per row of the set, so that a sample's move hangs on nothing but its row.
      down[i] = draws.below(2L * rows[i], span) - pixels;
      right[i] = draws.below(2L * rows[i] + 1, span) - pixels;
    }
    return Native.onHost(images) ? onHost(images, down, right) : byIndex(images, down, right);
  }

  /** Row by row of pixels, on the heap: the engine's gather wants an index for each pixel. */
  static NDArray onHost(NDArray images, int[] down, int[] right) {
    Shape shape = images.getShape();
    int planes = Math.toIntExact(shape.get(1));
    int height = Math.toIntExact(shape.get(2));
    int width = Math.toIntExact(shape.get(3));
    NDArray moved = Native.empty(images.getManager(), shape);
    FloatBuffer from = Native.values(images);
    FloatBuffer to = Native.values(moved);
    float[] before = new float[planes * height * width];
    float[] after = new float[before.length];
    for (int i = 0; i < down.length; i++) {
      from.get(before);
      Arrays.fill(after, 0);
      int left = Math.max(0, -right[i]); // columns of the result that have a source
      int columns = width - Math.abs(right[i]);
      for (int plane = 0; plane < planes && columns > 0; plane++) {
        for (int y = Math.max(0, -down[i]); y < Math.min(height, height - down[i]); y++) {
          int row = (plane * height + y) * width + left;
          System.arraycopy(before, row + down[i] * width + right[i], after, row, columns);
        }
      }
      to.put(after);
    }
    return moved;
  }

  /** The same bits, where the host cannot see the images; the moves as in {@link #onHost}. */
  NDArray byIndex(NDArray images, int[] down, int[] right) {
    Shape shape = images.getShape();
    long channels = shape.get(1);
    long height = shape.get(2);
    long width = shape.get(3);
    long paddedWidth = width + 2L * pixels;
    long paddedPlane = (height + 2L * pixels) * paddedWidth;
    long[] corner = new long[down.length];
    Arrays.setAll(corner, i -> (down[i] + pixels) * paddedWidth + right[i] + pixels);
    NDManager manager = images.getManager();
    // The engine's order: the last axis first (left, right, top, bottom).
    NDArray padded = images.pad(new Shape(pixels, pixels, pixels, pixels), 0);
    // Where each pixel of the unshifted window lies in a padded sample: one table for all.
    NDArray plane =
        Scalars.mul(manager.arange(0, channels, 1, DataType.INT64), paddedPlane)
            .reshape(channels, 1, 1);
    NDArray row =
        Scalars.mul(manager.arange(0, height, 1, DataType.INT64), paddedWidth)
            .reshape(1, height, 1);
    NDArray column = manager.arange(0, width, 1, DataType.INT64).reshape(1, 1, width);
    NDArray window = plane.add(row).add(column).reshape(1, channels * height * width);
    NDArray index = manager.create(corner, new Shape(corner.length, 1)).add(window);
    // gather takes half the time of take here: 0.5 against 1.1 ms for 128 images of 28×28.
    return padded.reshape(corner.length, channels * paddedPlane).gather(index, 1).reshape(shape);
  }

  @Override
  public String toString() {
    return "shift:" + pixels;
  }
}
