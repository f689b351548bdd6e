package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.kd4j.core.base.Draws;
import org.kd4j.core.engine.Native;

/**
 * First weights, PyTorch's defaults for linear and convolutional layers: weights and biases uniform
 * on ±1/√fanIn, where fanIn is the number of inputs of a unit (the product of a weight's axes but
 * the first); scales 1, shifts and running means 0, running variances 1. (The scheme of K. He et
 * al., "Delving Deep into Rectifiers", ICCV 2015, with negative slope √5.)
 *
 * <p>A network may begin otherwise: see {@link FirstWeights}.
 *
 * <p>Each parameter draws from its own path, so that a new head or tap never shifts another's draw.
 */
final class Initialization {
  private Initialization() {}

  /** Keeps DJL from drawing weights of its own, from a global generator, that we overwrite. */
  static void zeros(Block block) {
    block.setInitializer((manager, shape, type) -> manager.zeros(shape, type), parameter -> true);
  }

  /** Draws every parameter of a network. */
  static void draw(
      Function<String, Draws> draws,
      Map<String, Parameter> parameters,
      Map<String, FirstWeights> first) {
    parameters.forEach(
        (path, parameter) -> {
          float[] own = first.get(path).of(path, parameter, draws.apply(path));
          Native.write(
              parameter.getArray(), own == null ? first(path, parameter, draws, parameters) : own);
        });
  }

  private static float[] first(
      String path, Parameter parameter, Function<String, Draws> draws, Map<String, Parameter> all) {
    Shape shape = parameter.getArray().getShape();
    float[] values = new float[Math.toIntExact(shape.size())];
    switch (parameter.getType()) {
      case GAMMA, RUNNING_VAR -> Arrays.fill(values, 1);
      case BETA, RUNNING_MEAN -> Arrays.fill(values, 0);
      default -> {
        Parameter weight = shape.dimension() > 1 ? parameter : all.get(sibling(path));
        if (weight != null) {
          Shape w = weight.getArray().getShape();
          double bound = 1 / Math.sqrt(w.slice(1).size());
          Draws own = draws.apply(path);
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) own.uniform(i, -bound, bound);
          }
        }
      }
    }
    return values;
  }

  /** A bias shares the fan-in of the weight beside it. */
  private static String sibling(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1) + "weight";
  }
}
