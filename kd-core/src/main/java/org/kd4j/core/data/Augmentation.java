package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
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
   * Reads {@code none} or {@code shift:N}.
   *
   * @param text the spec
   * @return the augmentation
   */
  static Augmentation parse(String text) {
    SpecText spec = SpecText.parse(text).knowing();
    switch (spec.head()) {
      case "none":
        return NONE;
      case "shift":
        try {
          return new Shift(Integer.parseInt(spec.argument()));
        } catch (NumberFormatException e) {
          throw new UsageException(
              "shift takes a number of pixels, as in shift:2; was '" + text + "'", e);
        }
      default:
        throw Names.unknown("augmentation", spec.head(), List.of("none", "shift"));
    }
  }

  /** The absence of augmentation. */
  record None() implements Augmentation {
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
