package org.kd4j.experiments.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;

/**
 * A loss on fixed tensors with its value and gradients, computed elsewhere in double precision.
 *
 * @param name of the formula
 * @param parameters by name
 * @param inputs tensors by name
 * @param loss its value
 * @param gradients of the loss, by input
 */
record ReferenceLoss(
    String name,
    SortedMap<String, Double> parameters,
    SortedMap<String, Tensor> inputs,
    double loss,
    SortedMap<String, Tensor> gradients) {
  /** The input that holds class numbers, −1 for unlabelled. */
  static final String LABELS = "labels";

  /**
   * A tensor.
   *
   * @param shape of it
   * @param data row-major
   */
  record Tensor(long[] shape, double[] data) {}

  /** Reads a file. */
  static ReferenceLoss read(Path file) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new UsageException("There is no file " + file + ".", e);
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
      throw new UsageException(file + at + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UsageException(file + " cannot be read: " + e, e);
    }
    Reader reader = new Reader(file.toString());
    return new ReferenceLoss(
        reader.member(root, "name", JsonNode::isTextual, "a text").asText(),
        reader.numbers(root),
        reader.tensors(root, "inputs"),
        reader.member(root, "loss", JsonNode::isNumber, "a number").asDouble(),
        reader.gradients(root));
  }

  private record Reader(String file) {
    JsonNode member(
        JsonNode in, String key, java.util.function.Predicate<JsonNode> is, String what) {
      JsonNode value = in == null ? null : in.get(key);
      UsageException.require(
          value != null && is.test(value), "%s: '%s' must be %s", file, key, what);
      return value;
    }

    SortedMap<String, Double> numbers(JsonNode root) {
      SortedMap<String, Double> numbers = new TreeMap<>();
      if (root.has("parameters")) {
        JsonNode all = member(root, "parameters", JsonNode::isObject, "an object");
        for (Iterator<String> keys = all.fieldNames(); keys.hasNext(); ) {
          String key = keys.next();
          numbers.put(key, member(all, key, JsonNode::isNumber, "a number").asDouble());
        }
      }
      return numbers;
    }

    SortedMap<String, Tensor> tensors(JsonNode root, String key) {
      JsonNode all = member(root, key, JsonNode::isObject, "an object of tensors");
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : all.properties()) {
        tensors.put(entry.getKey(), tensor(key + "." + entry.getKey(), entry.getValue()));
      }
      return tensors;
    }

    SortedMap<String, Tensor> gradients(JsonNode root) {
      SortedMap<String, Tensor> inputs = tensors(root, "inputs");
      SortedMap<String, Tensor> gradients = tensors(root, "gradients");
      gradients.forEach(
          (name, gradient) -> {
            UsageException.require(
                !name.equals(LABELS),
                "%s: gradients.%s: labels are class numbers, and no loss has a gradient by them",
                file,
                name);
            UsageException.require(
                inputs.containsKey(name), "%s: gradients.%s: there is no such input", file, name);
            UsageException.require(
                java.util.Arrays.equals(inputs.get(name).shape(), gradient.shape()),
                "%s: gradients.%s has another shape than its input",
                file,
                name);
          });
      return gradients;
    }

    private Tensor tensor(String path, JsonNode node) {
      JsonNode shape = node.get("shape");
      JsonNode data = node.get("data");
      UsageException.require(
          shape != null && shape.isArray() && data != null && data.isArray(),
          "%s: %s must be {shape, data}, two arrays",
          file,
          path);
      long[] sizes = new long[shape.size()];
      long size = 1;
      for (int i = 0; i < sizes.length; i++) {
        UsageException.require(
            shape.get(i).canConvertToInt() && shape.get(i).asLong() > 0,
            "%s: %s.shape[%d] must be a whole number above 0",
            file,
            path,
            i);
        sizes[i] = shape.get(i).asLong();
        size *= sizes[i];
      }
      UsageException.require(
          data.size() == size,
          "%s: %s.data holds %d numbers, its shape %s wants %d",
          file,
          path,
          data.size(),
          java.util.Arrays.toString(sizes),
          size);
      double[] values = new double[data.size()];
      for (int i = 0; i < values.length; i++) {
        UsageException.require(
            data.get(i).isNumber(), "%s: %s.data[%d] must be a number", file, path, i);
        values[i] = data.get(i).asDouble();
        UsageException.require(
            !path.equals("inputs." + LABELS)
                || (values[i] >= -1 && values[i] == Math.rint(values[i])),
            "%s: %s.data[%d] must be a class number, or -1 for unlabelled, was %s",
            file,
            path,
            i,
            values[i]);
      }
      return new Tensor(sizes, values);
    }
  }
}
