package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.base.Draws;

/**
 * Grain: every input moved by a normal number of its own.
 *
 * @param deviation as a share of the range
 */
public record GaussianNoise(float deviation) implements Perturbation {
  /** Checks the range. */
  public GaussianNoise {
    Fgsm.share("deviation", deviation);
  }

  @Override
  public NDArray apply(NDArray inputs, View view) {
    int width = Math.toIntExact(inputs.getShape().slice(1).size());
    float[] values = new float[view.rows().length * width];
    for (int i = 0; i < view.rows().length; i++) {
      Draws draws = view.draws(view.rows()[i]);
      for (int k = 0; k < width; k++) {
        values[i * width + k] = (float) (deviation * draws.gaussian(k));
      }
    }
    NDArray noise = inputs.getManager().create(values, inputs.getShape());
    return inputs.add(noise.mul(view.span()));
  }
}
