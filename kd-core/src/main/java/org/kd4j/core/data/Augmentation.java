package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A random change of the inputs, fresh each epoch, as operations on a whole batch. What happens to
 * a sample is a pure function of (draws of the epoch, its row): two networks that see the same
 * epoch see the same pixels, whatever the batch size.
 */
public interface Augmentation {
  /** No change. */
  Augmentation NONE = new None();

  /**
   * Changes a batch.
   *
   * @param images FLOAT32 (batch, channels, height, width), raw values before normalisation, 0 =
   *     background
   * @param rows the samples' rows in their set
   * @param draws the epoch's draws
   * @return the same shape
   */
  NDArray apply(NDArray images, int[] rows, Draws draws);

  /**
   * Whether it can change samples of a shape; text is changed by no change of images.
   *
   * @param sample shape of one sample
   */
  default boolean fits(Shape sample) {
    return sample.dimension() != 2;
  }

  /** Refuses samples it cannot change. */
  default void requireFitting(Samples samples) {
    UsageException.require(
        fits(samples.shape()),
        "augmentation %s changes images, and a sample of %s has shape %s; set it to none",
        this,
        samples.name(),
        samples.shape());
  }

  /**
   * Reads {@code none}, {@code shift:N}, {@code crop:N} (a crop of the image padded by N pixels of
   * background: a shift by its other name), {@code flip} or {@code crop-flip:N}.
   *
   * @param text the spec
   * @return the augmentation
   */
  static Augmentation parse(String text) {
    SpecText spec = SpecText.parse(text).knowing();
    switch (spec.head()) {
      case "none":
        return NONE;
      case "shift", "crop":
        return shift(spec);
      case "flip":
        UsageException.require(
            spec.argument().isEmpty(), "flip takes nothing after its name, was '%s'", text);
        return new Flip();
      case "crop-flip":
        return new CropFlip(shift(spec));
      default:
        throw Names.unknown(
            "augmentation", spec.head(), List.of("none", "shift", "crop", "flip", "crop-flip"));
    }
  }

  private static Shift shift(SpecText spec) {
    UsageException.require(
        spec.argument().matches("\\d{1,4}"),
        "%s takes a number of pixels, as in %s:2; was '%s'",
        spec.head(),
        spec.head(),
        spec);
    return new Shift(Integer.parseInt(spec.argument()));
  }

  /** The absence of augmentation. */
  record None() implements Augmentation {
    @Override
    public boolean fits(Shape sample) {
      return true;
    }

    @Override
    public NDArray apply(NDArray images, int[] rows, Draws draws) {
      return images;
    }

    @Override
    public String toString() {
      return "none";
    }
  }
}
