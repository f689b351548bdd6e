package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Shift;

/**
 * Images out of place: each moved by up to n pixels along both axes, uniformly, and filled with
 * black: the change of {@link Shift}, once.
 *
 * @param pixels the furthest move, 1 to 8
 */
public record Moved(int pixels) implements Perturbation {
  /** Checks the range. */
  public Moved {
    new Shift(pixels);
  }

  static Shape images(NDArray inputs, String what) {
    Shape shape = inputs.getShape();
    UsageException.require(
        shape.dimension() == 4,
        "%s needs images (channels, height, width), samples are %s",
        what,
        shape.slice(1));
    return shape;
  }

  @Override
  public NDArray apply(NDArray inputs, View view) {
    images(inputs, "a move");
    NDArray black = view.lowest();
    // The shift fills with 0; black is 0 only where inputs are not centred.
    return new Shift(pixels).apply(inputs.sub(black), view.rows(), view.draws(-1)).add(black);
  }
}
