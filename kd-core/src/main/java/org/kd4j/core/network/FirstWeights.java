package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;

/** How parameters begin, where a network does not begin as {@link Initialization} says. */
@FunctionalInterface
interface FirstWeights {
  /**
   * BERT's: weights and embeddings normal with deviation 0.02, what lies beyond two deviations
   * drawn again; biases 0 (J. Devlin et al. 2019; the truncation is that of the authors' published
   * code).
   */
  FirstWeights TRUNCATED_NORMAL =
      (path, parameter, draws) -> {
        Shape shape = parameter.getArray().getShape();
        return switch (parameter.getType()) {
          case GAMMA, BETA -> null;
          case BIAS -> new float[Math.toIntExact(shape.size())];
          default -> truncated(Math.toIntExact(shape.size()), draws);
        };
      };

  /**
   * First values of a parameter.
   *
   * @param path the stage's name and the path in it, whatever the stage is called where it stands
   * @param parameter whose; has its shape
   * @param draws the parameter's own
   * @return as many values as it holds; null = as all networks begin
   */
  float @Nullable [] of(String path, Parameter parameter, Draws draws);

  private static float[] truncated(int size, Draws draws) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      long counter = i;
      double drawn = draws.gaussian(counter);
      while (Math.abs(drawn) > 2) {
        counter += size;
        drawn = draws.gaussian(counter);
      }
      values[i] = (float) (0.02 * drawn);
    }
    return values;
  }
}
