package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;

/**
 * Mirrors each image left to right with probability ½, as for CIFAR in K. He, X. Zhang, S. Ren, J.
 * Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2. Not for digits or
 * letters: a mirrored 5 is none.
 */
public record Flip() implements Augmentation {
  /** What tells its draws from those of a move of the same image. */
  private static final long OWN = 0x466c6970;

  @Override
  public boolean fits(Shape sample) {
    return sample.dimension() == 3;
  }

  @Override
  public NDArray apply(NDArray images, int[] rows, Draws draws) {
    Shape shape = images.getShape();
    UsageException.require(
        shape.dimension() == 4,
        "flip needs images (channels, height, width), samples are %s",
        shape.slice(1));
    boolean[] mirrored = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      mirrored[i] = mirrored(rows[i], draws);
    }
    return Native.onHost(images) ? onHost(images, mirrored) : byIndex(images, mirrored);
  }

  /** Whether a sample is mirrored: a pure function of its row and the epoch's draws. */
  static boolean mirrored(int row, Draws draws) {
    return draws.at(OWN).below(row, 2) == 1;
  }

  static NDArray onHost(NDArray images, boolean[] mirrored) {
    Shape shape = images.getShape();
    int width = Math.toIntExact(shape.get(3));
    NDArray flipped = Native.empty(images.getManager(), shape);
    FloatBuffer from = Native.values(images);
    FloatBuffer to = Native.values(flipped);
    float[] image = new float[Math.toIntExact(shape.slice(1).size())];
    for (boolean mirror : mirrored) {
      from.get(image);
      for (int line = 0; mirror && line < image.length; line += width) {
        for (int left = line, right = line + width - 1; left < right; left++, right--) {
          float held = image[left];
          image[left] = image[right];
          image[right] = held;
        }
      }
      to.put(image);
    }
    return flipped;
  }

  /** The same bits, where the host cannot see the images. */
  static NDArray byIndex(NDArray images, boolean[] mirrored) {
    Shape shape = images.getShape();
    int width = Math.toIntExact(shape.get(3));
    long[] columns = new long[mirrored.length * width];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = mirrored[i / width] ? width - 1 - i % width : i % width;
    }
    NDArray index = images.getManager().create(columns, new Shape(mirrored.length, 1, 1, width));
    return images.gather(index.toType(DataType.INT64, false).broadcast(shape), 3);
  }

  @Override
  public String toString() {
    return "flip";
  }
}
