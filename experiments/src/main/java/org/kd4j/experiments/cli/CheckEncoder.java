package org.kd4j.experiments.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.network.Bert;
import org.kd4j.core.network.BertDirectory;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.network.Transformer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Holds an encoder with published weights against what another implementation computes. */
@Command(
    name = "check-encoder",
    header = "Hold an encoder with published weights against reference values.",
    description =
        "%nFor those who bring BERT weights and want to know that they are read right. The directory holds config.json, model.safetensors, and expected.safetensors: input_ids, attention_mask and token_type_ids, and any of logits, pooled, hidden.0 (embeddings) to hidden.L, attention_scores.N (before mask and softmax) and attention_probabilities.N (after both), computed in evaluation mode.%n",
    footer = {
      "",
      "Prints the largest absolute difference of each tensor. Exits with 1 where one is above",
      "1e-4, with 2 where the directory is not as it should be."
    })
final class CheckEncoder implements Callable<Integer> {
  static final double TOLERANCE = 1e-4;

  private static final String EXPECTED = "expected.safetensors";
  private static final List<String> INPUTS =
      List.of("input_ids", "attention_mask", "token_type_ids");

  private final Application application;

  @Parameters(paramLabel = "DIR", description = "Weights and reference values.")
  String directory = "";

  CheckEncoder(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Path path = Application.path("DIR", directory);
    BertDirectory weights = BertDirectory.read(path);
    SortedMap<String, SafeTensors.Tensor> expected = expected(path.resolve(EXPECTED));
    Texts texts = Texts.of(path.resolve(EXPECTED), expected, weights);
    INPUTS.forEach(expected::remove);
    UsageException.require(
        !expected.isEmpty(), "%s holds nothing to compare", path.resolve(EXPECTED));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("tensor", "largest difference", ""));
    boolean good = true;
    for (Map.Entry<String, Double> found :
        differences(path.resolve(EXPECTED), weights, texts, expected).entrySet()) {
      boolean within = found.getValue() <= TOLERANCE;
      good &= within;
      rows.add(
          List.of(
              found.getKey(),
              String.format(Locale.ROOT, "%.1e", found.getValue()),
              within ? "ok" : "DIFFERS"));
    }
    Words.columns(rows).forEach(application.console()::print);
    return good ? Errors.OK : Errors.FAILED;
  }

  private static SortedMap<String, SafeTensors.Tensor> expected(Path file) {
    UsageException.require(
        Files.isRegularFile(file), "There is no %s; it holds the reference values", file);
    try {
      return new TreeMap<>(SafeTensors.decode(ByteBuffer.wrap(Files.readAllBytes(file))).tensors());
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The inputs.
   *
   * @param values (rows, 3, length), flat
   */
  private record Texts(long[] values, long rows, long length) {
    static Texts of(Path file, SortedMap<String, SafeTensors.Tensor> given, BertDirectory weights) {
      SafeTensors.Tensor ids = given.get(INPUTS.get(0));
      UsageException.require(
          ids != null && ids.shape().length == 2 && ids.values().length > 0,
          "%s: input_ids (texts, length) must be there, was %s",
          file,
          ids == null ? "missing" : Arrays.toString(ids.shape()));
      long rows = ids.shape()[0];
      int length = Math.toIntExact(ids.shape()[1]);
      long[] values = new long[3 * ids.values().length];
      long[] bounds = {weights.vocabulary(), 2, 2};
      for (int plane = 0; plane < 3; plane++) {
        String name = INPUTS.get(plane);
        SafeTensors.Tensor tensor = given.get(name);
        UsageException.require(
            tensor != null && Arrays.equals(tensor.shape(), ids.shape()),
            "%s: %s must have the shape of input_ids, %s, was %s",
            file,
            name,
            Arrays.toString(ids.shape()),
            tensor == null ? "missing" : Arrays.toString(tensor.shape()));
        for (int i = 0; i < tensor.values().length; i++) {
          long value = (long) tensor.values()[i];
          UsageException.require(
              value >= 0 && value < bounds[plane],
              "%s: %s must be from 0 to %d, was %d",
              file,
              name,
              bounds[plane] - 1,
              value);
          values[(i / length * 3 + plane) * length + i % length] = value;
        }
      }
      return new Texts(values, rows, length);
    }
  }

  /** Largest absolute differences by tensor. */
  private static SortedMap<String, Double> differences(
      Path file,
      BertDirectory weights,
      Texts texts,
      SortedMap<String, SafeTensors.Tensor> expected) {
    UsageException.require(
        weights.classes().isPresent() || !expected.containsKey(TappedBlock.LOGITS),
        "%s holds logits, but the weights have no classifier",
        file);
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    NetworkSpec spec =
        NetworkSpec.of(
            new Bert(weights),
            new Shape(texts.length(), weights.vocabulary()),
            Math.max(2, weights.classes().orElse(2)));
    SortedMap<String, Double> differences = new TreeMap<>();
    try (NDManager manager = NDManager.newBaseManager();
        Network network = Network.fresh(spec, manager, 0, "checked")) {
      NDArray text = manager.create(texts.values(), new Shape(texts.rows(), 3, texts.length()));
      Outputs outputs = network.forward(Pass.evaluation(), text);
      SortedMap<String, NDArray> ours = byTheirNames(outputs, text);
      expected.forEach(
          (name, tensor) -> {
            NDArray own = ours.get(name);
            if (own == null) {
              throw new UsageException(
                  file
                      + ": "
                      + Names.unknown("tensor of the encoder", name, ours.keySet()).getMessage());
            }
            UsageException.require(
                Arrays.equals(own.getShape().getShape(), tensor.shape()),
                "%s: %s must have the shape %s, was %s",
                file,
                name,
                Arrays.toString(own.getShape().getShape()),
                Arrays.toString(tensor.shape()));
            differences.put(name, largest(own.toFloatArray(), tensor.values()));
          });
    }
    return differences;
  }

  private static SortedMap<String, NDArray> byTheirNames(Outputs outputs, NDArray text) {
    SortedMap<String, NDArray> named = new TreeMap<>();
    for (String tap : outputs.taps()) {
      if (tap.startsWith("attention.")) {
        String layer = tap.substring("attention.".length());
        named.put("attention_scores." + layer, outputs.tap(tap));
        named.put("attention_probabilities." + layer, Transformer.shares(outputs.tap(tap), text));
      } else if (tap.startsWith("hidden.") || tap.equals("pooled") || tap.equals("logits")) {
        named.put(tap, outputs.tap(tap));
      }
    }
    return named;
  }

  private static double largest(float[] ours, float[] theirs) {
    double largest = 0;
    for (int i = 0; i < ours.length; i++) {
      double difference = Math.abs((double) ours[i] - theirs[i]);
      largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
    }
    return largest;
  }
}
