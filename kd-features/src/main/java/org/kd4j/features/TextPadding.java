package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.objective.StepView;

/**
 * What stands beyond a text's end in a batch of longer ones. What compares samples with each other
 * takes it as 0, on both sides: then neither products of samples, nor their lengths, nor their
 * distances change with how long the others of the batch are.
 */
public final class TextPadding {
  private static final int TEXT_AXES = 3;

  private TextPadding() {}

  /** The mask of a batch of texts, FLOAT32 (batch, tokens): 1 = a token, 0 = padding. */
  public static NDArray mask(StepView view) {
    return view.input()
        .get(new NDIndex().addAllDim().addIndices(1))
        .toType(DataType.FLOAT32, false);
  }

  /**
   * A feature with 0 for what is no token; that of images, vectors and whole texts as it is.
   *
   * @param view the step's
   * @param tap whose output it is
   * @param feature hidden states (batch, tokens, width), values (batch, heads, tokens, width) or
   *     attention scores (batch, heads, tokens, tokens), of which both axes are masked
   */
  static NDArray zeroed(StepView view, String tap, NDArray feature) {
    Shape shape = feature.getShape();
    if (view.input().getShape().dimension() != TEXT_AXES || shape.dimension() < TEXT_AXES) {
      return feature;
    }
    NDArray mask = mask(view);
    long batch = shape.get(0);
    if (shape.dimension() == TEXT_AXES) {
      return feature.mul(mask.reshape(batch, shape.get(1), 1));
    }
    NDArray rows = feature.mul(mask.reshape(batch, 1, shape.get(2), 1));
    return tap.startsWith("attention.") ? rows.mul(mask.reshape(batch, 1, 1, shape.get(3))) : rows;
  }
}
