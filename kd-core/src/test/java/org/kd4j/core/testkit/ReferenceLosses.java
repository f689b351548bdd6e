package org.kd4j.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.objective.Formula;

/**
 * Holds a formula against tensors, a loss and gradients that the loss's own published
 * implementation computed, as {@code kd check-loss} does: JSON with {@code name}, {@code
 * parameters}, {@code inputs} (each {@code shape} and {@code data}), {@code loss} and {@code
 * gradients} by input.
 */
public final class ReferenceLosses {
  private ReferenceLosses() {}

  /**
   * Asserts that value and gradients agree.
   *
   * @param formula under test
   * @param beside a class beside which {@code /reference-losses/} lies
   * @param name of the file, without its ending
   * @param tolerance greatest relative error, norm-wise for gradients
   */
  public static void check(Formula formula, Class<?> beside, String name, double tolerance) {
    JsonNode file = read(beside, "/reference-losses/" + name + ".json");
    double loss = file.get("loss").asDouble();
    List<String> differentiated = new ArrayList<>();
    file.get("gradients").fieldNames().forEachRemaining(differentiated::add);
    assertThat(differentiated).isNotEmpty();
    for (String input : differentiated) {
      JsonNode tensor = file.at("/inputs/" + input);
      Gradients.Evaluated ours =
          Gradients.of(
              floats(tensor.get("data")),
              shape(tensor),
              x -> formula.value(new Inputs(file, input, x)));
      assertThat((double) ours.value()).isCloseTo(loss, within(tolerance * Math.abs(loss)));
      assertThat(
              Gradients.relativeError(
                  ours.gradient(), floats(file.at("/gradients/" + input + "/data"))))
          .as("gradient of " + input)
          .isLessThan(tolerance);
    }
  }

  private static JsonNode read(Class<?> beside, String path) {
    try {
      return new ObjectMapper().readTree(beside.getResourceAsStream(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Shape shape(JsonNode tensor) {
    long[] axes = new long[tensor.get("shape").size()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = tensor.get("shape").get(i).asLong();
    }
    return new Shape(axes);
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  /** The file's inputs, one of them in the graph. */
  private record Inputs(JsonNode file, String leaf, NDArray x) implements Formula.Inputs {
    @Override
    public NDArray array(String name) {
      if (name.equals(leaf)) {
        return x;
      }
      JsonNode tensor = file.at("/inputs/" + name);
      float[] values = floats(tensor.get("data"));
      NDManager manager = x.getManager();
      if (!name.equals("labels")) {
        return manager.create(values, shape(tensor));
      }
      long[] labels = new long[values.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (long) values[i];
      }
      return manager.create(labels);
    }

    @Override
    public float number(String parameter) {
      JsonNode value = file.at("/parameters/" + parameter);
      assertThat(value.isNumber()).as("parameter " + parameter).isTrue();
      return (float) value.asDouble();
    }
  }
}
