package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.evaluation.AttackedLoss;
import org.kd4j.core.evaluation.Fgsm;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.evaluation.Pgd;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.testkit.TinyTask;

/**
 * Attacks on a network whose weights are given as numbers, against what PyTorch's autograd makes of
 * the textbook's formulas in double precision; the file says how it came about. Sizes are shares of
 * black to white, and its two channels are normalised unlike.
 */
class AttackReferenceTests {
  private static final float TOLERANCE = 1e-5f;

  @TestFactory
  List<DynamicTest> agreeWithPyTorch() throws IOException {
    JsonNode file =
        new ObjectMapper()
            .readTree(
                AttackReferenceTests.class.getResourceAsStream("/reference-attacks/mlp.json"));
    ArraySamples samples = samples(file);
    Knowledge victim = new Given(file);
    Session session =
        new Session(
            TinyTask.task(1, new Mlp(List.of(), 0, 0), new Mlp(List.of(), 0, 0)),
            1,
            TinyTask.context());
    return StreamSupport.stream(file.get("cases").spliterator(), false)
        .map(
            one -> {
              Perturbation by = attack(one);
              return dynamicTest(
                  by.toString(),
                  () -> {
                    float[] found = inputs((ArraySamples) session.perturbed(victim, samples, by));
                    float[] expected = floats(one.get("expected"));
                    assertThat(found).isNotEqualTo(inputs(samples));
                    assertThat(found).containsExactly(expected, within());
                  });
            })
        .toList();
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.api.Assertions.within(TOLERANCE);
  }

  private static Perturbation attack(JsonNode one) {
    String name = one.get("loss").asText();
    AttackedLoss loss =
        name.equals("margin")
            ? AttackedLoss.MARGIN
            : new AttackedLoss.CrossEntropy(Float.parseFloat(name.replace("ce.", "")));
    float epsilon = (float) one.get("epsilon").asDouble();
    return one.get("attack").asText().equals("fgsm")
        ? new Fgsm(epsilon, loss)
        : new Pgd(
            epsilon, (float) one.get("step").asDouble(), one.get("steps").asInt(), false, loss);
  }

  private static ArraySamples samples(JsonNode file) {
    float[] pixels = floats(file.get("bytes"));
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) pixels[i];
    }
    float[] labels = floats(file.get("labels"));
    int[] classes = new int[labels.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (int) labels[i];
    }
    JsonNode shape = file.get("shape");
    return ArraySamples.ofBytes(
        "given",
        new Shape(shape.get(0).asLong(), shape.get(1).asLong(), shape.get(2).asLong()),
        file.get("classes").asInt(),
        bytes,
        classes,
        new Normalization(list(file.get("mean")), list(file.get("deviation"))));
  }

  /** As networks read them. */
  private static float[] inputs(ArraySamples samples) {
    int width = Math.toIntExact(samples.shape().size());
    int plane = Math.toIntExact(width / samples.shape().get(0));
    Normalization by = samples.normalization();
    float[] all = new float[samples.size() * width];
    for (int row = 0; row < samples.size(); row++) {
      for (int i = 0; i < width; i++) {
        int c = by.mean().size() == 1 ? 0 : i / plane;
        all[row * width + i] = (samples.raw(row)[i] - by.mean().get(c)) / by.deviation().get(c);
      }
    }
    return all;
  }

  private static List<Float> list(JsonNode array) {
    List<Float> values = new ArrayList<>();
    array.forEach(v -> values.add((float) v.asDouble()));
    return values;
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  /** relu(x W₁ᵀ + b₁) W₂ᵀ + b₂ of the file's weights. */
  private record Given(JsonNode file) implements Knowledge {
    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.ofText(file.toString());
    }

    @Override
    public NetworkSpec spec() {
      int units = file.get("units").asInt();
      Mlp network = new Mlp(List.of(units), 0, 0);
      return NetworkSpec.of(network, samples(file).shape(), samples(file).classes());
    }

    @Override
    public Live open(Opening opening) {
      return new Live() {
        @Override
        public Outputs forward(NDArray input) {
          NDManager manager = input.getManager();
          long width = input.getShape().size() / input.getShape().get(0);
          NDArray hidden =
              Activation.relu(
                  input
                      .reshape(-1, width)
                      .matMul(tensor(manager, "weight1", width).transpose())
                      .add(tensor(manager, "bias1", 1).transpose()));
          NDArray logits =
              hidden
                  .matMul(tensor(manager, "weight2", file.get("units").asLong()).transpose())
                  .add(tensor(manager, "bias2", 1).transpose());
          return new Outputs(List.of(TappedBlock.LOGITS), new NDList(logits, logits));
        }

        @Override
        public List<Network> networks() {
          return List.of();
        }
      };
    }

    private NDArray tensor(NDManager manager, String name, long columns) {
      float[] values = floats(file.get(name));
      return manager.create(values, new Shape(values.length / columns, columns));
    }
  }
}
