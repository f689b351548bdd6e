package org.kd4j.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.wiring.Distillation;

class TransformerTests {
  private static final Distillation CORE = Distillation.of();

  /** Five tokens at most, eleven words. */
  private static final Shape TEXT = new Shape(5, 11);

  private NDManager manager;

  @BeforeEach
  void open() {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  // What it is.

  @Test
  void itsStagesAreTheTapsOfTheField() {
    Network network = live("transformer:2x12,heads=3,ffn=7");
    assertThat(network.tapShapes())
        .containsExactlyEntriesOf(
            new java.util.LinkedHashMap<>() {
              private static final long serialVersionUID = 1;

              {
                put("hidden.0", new Shape(5, 12));
                put("embedding", new Shape(5, 12));
                put("attention.0", new Shape(3, 5, 5));
                put("value.0", new Shape(3, 5, 4));
                put("hidden.1", new Shape(5, 12));
                put("attention.1", new Shape(3, 5, 5));
                put("value.1", new Shape(3, 5, 4));
                put("hidden.2", new Shape(5, 12));
                put("pooled", new Shape(12));
                put("penultimate", new Shape(12));
                put("logits", new Shape(4));
              }
            });
    Outputs outputs = network.forward(Pass.evaluation(), text(3, 4));
    network
        .tapShapes()
        .forEach(
            (tap, shape) -> {
              long[] axes = shape.getShape();
              for (int i = 0; i < axes.length; i++) {
                axes[i] = axes[i] == 5 ? 4 : axes[i]; // as long as the longest of the batch
              }
              assertThat(outputs.tap(tap).getShape())
                  .as(tap)
                  .isEqualTo(new Shape(3).addAll(new Shape(axes)));
            });
    assertThat(outputs.tap("embedding")).isSameAs(outputs.tap("hidden.0"));
    assertThat(outputs.tap("penultimate")).isSameAs(outputs.tap("pooled"));
  }

  /** BERT-base has 109,482,240 parameters below its classifier. */
  @Test
  void itCostsWhatItsLayersAddUpTo() {
    assertThat(cost("transformer:12x768,positions=512", new Shape(128, 30522)).parameters())
        .isEqualTo(109_482_240 + 2 * 768 + 2);
    // embeddings (11 + 5 + 2)·12, norm 2·12; layer: 4·(144 + 12), 12·7 + 7 + 7·12 + 12, 2·24;
    // pooled 156, logits 52
    long layer = 4 * 156 + 84 + 7 + 84 + 12 + 48;
    // 5 tokens: four projections, the feed-forward network, scores and weighted values
    long products = 5 * (4 * 144 + 2 * 84) + 2 * 25 * 12;
    assertThat(cost("transformer:2x12,heads=3,ffn=7", TEXT))
        .isEqualTo(new Complexity(216 + 24 + 2 * layer + 156 + 52, 2 * products + 144 + 48));
  }

  private Complexity cost(String network, Shape input) {
    return NetworkSpec.of(CORE.network(network), input, input.get(1) == 11 ? 4 : 2).complexity();
  }

  // How it is written.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "transformer:4x312 | transformer:4x312",
        "transformer:4x312,heads=4,ffn=1248,dropout=0.1,positions=0 | transformer:4x312",
        "transformer:4x312,heads=12,ffn=1200 | transformer:4x312,heads=12,ffn=1200",
        "transformer:1x8,dropout=0,positions=9 | transformer:1x8,dropout=0.0,positions=9",
        "quantised(transformer:2x64,bits=2) | quantised(transformer:2x64,bits=2)",
        "slim(transformer:12x768) | transformer:6x384,heads=12,dropout=0.0",
        "slim(transformer:6x384,layers=1) | transformer:6x192,heads=6,dropout=0.0",
        "slim(transformer:2x8,heads=8) | transformer:1x4,heads=4,dropout=0.0",
        "slim(transformer:6x384,heads=12,layers=0.667,width=1) | transformer:4x384,heads=12,dropout=0.0",
        "slim(transformer:2x32,width=0.1) | transformer:1x3,ffn=13,dropout=0.0"
      })
  void itPrintsSoThatItReadsBack(String written, String printed) {
    assertThat(CORE.network(written)).hasToString(printed);
    assertThat(CORE.network(printed)).isEqualTo(CORE.network(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "transformer | transformer takes layers and width joined by 'x', as in transformer:4x312; was 'transformer'",
        "transformer:312 | transformer takes layers and width joined by 'x', as in transformer:4x312; was 'transformer:312'",
        "transformer:0x8 | transformer: layers must be from 1 to 96, was 0",
        "transformer:4x0 | transformer: width must be from 1 to 16384, was 0",
        "transformer:4x200 | transformer: heads must divide the width, was 3 for a width of 200; say heads=…",
        "transformer:4x8,heads=0 | transformer: heads must divide the width, was 0 for a width of 8; say heads=…",
        "transformer:4x8,ffn=0 | transformer: ffn must be 1 or more, was 0",
        "transformer:4x8,dropout=1 | dropout must be from 0 to below 1, was 1.0",
        "transformer:4x8,positions=-1 | transformer: positions must be 1 or more, or 0 for the data's, was -1",
        "transformer:4x8,head=2 | No option of transformer 'head'. Did you mean 'heads'? Known: dropout, ffn, heads, positions."
      })
  void whatCannotBeReadIsRefusedSayingWhatWouldBeRight(String written, String message) {
    assertThatThrownBy(() -> CORE.network(written))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void samplesThatAreNoTextAreRefused() {
    assertThatThrownBy(() -> CORE.network("transformer:1x8").build(new Shape(1, 28, 28), 10))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "transformer:1x8 reads text, samples are (1, 28, 28); for vectors and images take mlp,"
                + " for images cnn or resnet");
    assertThatThrownBy(
            () -> CORE.network("transformer:1x8,positions=64").build(new Shape(65, 9), 2))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "transformer:1x8,positions=64 has 64 positions, samples have up to 65 tokens; give the"
                + " data length=64, which cuts longer texts and counts them, or take a network of"
                + " more positions");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mlp:8", "cnn:2", "resnet:8", "mobilenet:0.5", "shufflenet:1", "quantised(mlp:8)"})
  void networksOfImagesRefuseText(String network) {
    Architecture architecture = CORE.network(network);
    String name = network.equals("quantised(mlp:8)") ? "mlp:8" : architecture.toString();
    assertThatThrownBy(() -> architecture.build(new Shape(64, 30522), 2))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            name
                + " reads no text, and samples are texts of up to 64 tokens; take"
                + " transformer:2x128");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "none",
      value = {
        // 8 and 2 layers; heads 12 to 3 and ffn 3072 to 768 by roots of 4, 64 a head
        "transformer:8x768 | transformer:2x192 | transformer:7x512,ffn=2172 transformer:5x384 transformer:4x256,ffn=1086",
        "transformer:2x64 | transformer:1x64,dropout=0 | none",
        "transformer:4x64 | mlp:8 | none"
      })
  void betweenTwoLieSizesOfTheirKind(String larger, String smaller, String between) {
    assertThat(CORE.network(larger).between(CORE.network(smaller)))
        .extracting(Architecture::toString)
        .containsExactly(between == null ? new String[0] : between.split(" "));
  }

  // First weights.

  @Test
  void firstWeightsAreBerts() {
    Network network =
        Network.fresh(
            NetworkSpec.of(CORE.network("transformer:1x64"), new Shape(9, 500), 2),
            manager,
            1,
            "student");
    SortedMap<String, float[]> first = network.weights();
    first.forEach(
        (path, values) -> {
          if (path.endsWith("/bias") || path.endsWith("/beta")) {
            assertThat(values).as(path).containsOnly(0);
          } else if (path.endsWith("/gamma")) {
            assertThat(values).as(path).containsOnly(1);
          } else {
            for (float v : values) {
              assertThat(Math.abs(v)).as(path).isLessThanOrEqualTo(0.04f);
            }
          }
        });
    float[] tokens = first.get("hidden.0/tokens");
    assertThat(tokens).hasSize(32_000);
    double sum = 0;
    double squares = 0;
    for (float v : tokens) {
      sum += v;
      squares += v * v;
    }
    // a normal cut at two deviations has 0.87962566 of its deviation
    assertThat(sum / 32_000).isCloseTo(0, Assertions.within(4 * 0.0176 / Math.sqrt(32_000)));
    assertThat(Math.sqrt(squares / 32_000)).isCloseTo(0.0175925, Assertions.within(2e-4));
    assertThat(live("transformer:1x64").weights().get("hidden.1/03inner/weight"))
        .containsExactly(first.get("hidden.1/03inner/weight"));
    assertThat(first.get("attention.0/01query/weight"))
        .isNotEqualTo(first.get("attention.0/02key/weight"));
  }

  /** Whoever builds a network of another's stages gets them as they begin. */
  @Test
  void stagesBeginAlikeWhereverTheyStand() {
    SortedMap<String, float[]> whole = live("transformer:2x16").weights();
    SortedMap<String, float[]> quantised = live("quantised(transformer:2x16,bits=4)").weights();
    assertThat(quantised.keySet()).isEqualTo(whole.keySet());
    quantised.forEach((path, v) -> assertThat(v).as(path).containsExactly(whole.get(path)));
    Until until = new Until(CORE.network("transformer:2x16"), "pooled");
    Network.fresh(NetworkSpec.of(until, TEXT, 16), manager, 1, "student")
        .weights()
        .forEach((path, v) -> assertThat(v).as(path).containsExactly(whole.get(path)));
  }

  // What it computes.

  /** Every parameter, the embeddings among them. */
  @Test
  void itsGradientsAreThoseOfDifferences() {
    Network network = live("transformer:2x6,heads=2,ffn=5");
    network.load(lively(network.weights()));
    NDArray text = text(2, 3);
    NDArray slopes = manager.create(new float[] {1, -2, 0.5f, 3, -1, 2, 2, -0.5f}, new Shape(2, 4));
    Map<Parameter, NDArray> leaves = new IdentityHashMap<>();
    network.parameters().values().forEach(p -> leaves.put(p, Autograd.leaf(manager, p.getArray())));
    Draws draws = Draws.of(1, "dropout");
    NDArray loss =
        Autograd.recording(
            () ->
                network
                    .forward(new Pass(Mode.TRAINING, draws, leaves), text)
                    .logits()
                    .mul(slopes)
                    .sum());
    Autograd.backward(loss);
    SortedMap<String, float[]> weights = network.weights();
    network
        .parameters()
        .forEach(
            (path, parameter) -> {
              float[] analytic = Autograd.gradient(leaves.get(parameter)).toFloatArray();
              float[] differences = new float[analytic.length];
              float h = 4e-3f;
              for (int i = 0; i < analytic.length; i++) {
                float[] own = weights.get(path);
                float kept = own[i];
                double[] at = new double[2];
                for (int side = 0; side < 2; side++) {
                  own[i] = kept + (side == 0 ? h : -h);
                  network.load(weights);
                  at[side] =
                      network
                          .forward(new Pass(Mode.TRAINING, draws, Map.of()), text)
                          .logits()
                          .mul(slopes)
                          .sum()
                          .getFloat();
                }
                own[i] = kept;
                differences[i] = (float) ((at[0] - at[1]) / (2 * h));
              }
              if (path.endsWith("02key/bias")) {
                // the same for all keys of a query: softmax does not see it
                assertThat(Gradients.norm(analytic)).as(path).isLessThan(1e-4);
              } else {
                assertThat(Gradients.norm(analytic)).as(path).isGreaterThan(1e-2);
                assertThat(Gradients.relativeError(differences, analytic))
                    .as(path)
                    .isLessThan(5e-3);
              }
            });
  }

  @Test
  void whatStandsInPaddingChangesNoBitOfATokensOutputs() {
    Network network = live("transformer:2x12,heads=3");
    network.load(lively(network.weights()));
    NDArray text = text(3, 5); // of 5, 4 and 3 tokens
    NDArray other = text.duplicate();
    for (int row = 0; row < 3; row++) {
      for (int at = 5 - row; at < 5; at++) {
        other.setScalar(new ai.djl.ndarray.index.NDIndex(row, 0, at), 7L);
        other.setScalar(new ai.djl.ndarray.index.NDIndex(row, 2, at), 1L);
      }
    }
    assertThat(other.toLongArray()).isNotEqualTo(text.toLongArray());
    Outputs one = network.forward(Pass.evaluation(), text);
    Outputs two = network.forward(Pass.evaluation(), other);
    assertThat(two.logits().toFloatArray()).containsExactly(one.logits().toFloatArray());
    for (int row = 0; row < 3; row++) {
      String tokens = row + ",0:" + (5 - row);
      assertThat(two.tap("hidden.2").get(tokens).toFloatArray())
          .containsExactly(one.tap("hidden.2").get(tokens).toFloatArray());
    }
  }

  @Test
  void aTextSaysTheSameWithMorePadding() {
    Network network = live("transformer:2x12,heads=3");
    network.load(lively(network.weights()));
    NDArray longer = text(3, 5);
    Outputs whole = network.forward(Pass.evaluation(), longer);
    NDArray third = longer.get("2:3,:,0:3");
    assertThat(third.get("0,1").toLongArray()).containsOnly(1);
    Outputs alone = network.forward(Pass.evaluation(), third);
    assertThat(alone.logits().toFloatArray())
        .containsExactly(whole.logits().get("2:3").toFloatArray(), Assertions.within(1e-5f));
    assertThat(alone.tap("hidden.2").toFloatArray())
        .containsExactly(
            whole.tap("hidden.2").get("2:3,0:3").toFloatArray(), Assertions.within(1e-5f));
  }

  @Test
  void dropoutHangsOnThePassAlone() {
    Network network = live("transformer:2x12,heads=3,dropout=0.3");
    network.load(lively(network.weights()));
    NDArray text = text(3, 5);
    Draws draws = Draws.of(1, "dropout");
    float[] once = logits(network, new Pass(Mode.TRAINING, draws, Map.of()), text);
    assertThat(logits(network, new Pass(Mode.TRAINING, draws, Map.of()), text))
        .containsExactly(once);
    assertThat(logits(network, new Pass(Mode.OBSERVING, draws, Map.of()), text))
        .containsExactly(once);
    assertThat(logits(network, new Pass(Mode.TRAINING, draws.at(1), Map.of()), text))
        .isNotEqualTo(once);
    assertThat(logits(network, Pass.evaluation(), text)).isNotEqualTo(once);
  }

  private static float[] logits(Network network, Pass pass, NDArray text) {
    return network.forward(pass, text).logits().toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"transformer:2x12", "quantised(transformer:2x12)"})
  void evaluationLeavesNothingBehind(String written) {
    Network network = live(written);
    int before = manager.getManagedArrays().size();
    NDManager of = network.parameters().get("hidden.0/tokens").getArray().getManager();
    int own = of.getManagedArrays().size();
    for (int i = 0; i < 5; i++) {
      try (NDManager batch = manager.newSubManager()) {
        NDArray text = text(2, 4);
        text.attach(batch);
        Outputs outputs = network.forward(Pass.evaluation(), text);
        // the input, and each tap but the two that are another's
        assertThat(batch.getManagedArrays().size()).isEqualTo(1 + outputs.taps().size() - 2);
      }
    }
    assertThat(manager.getManagedArrays().size()).isEqualTo(before);
    assertThat(of.getManagedArrays().size()).isEqualTo(own);
  }

  /** Weights of a size at which softmax and GELU bend, biases not 0. */
  private static SortedMap<String, float[]> lively(SortedMap<String, float[]> like) {
    SortedMap<String, float[]> weights = new TreeMap<>();
    like.forEach(
        (path, values) -> {
          Draws draws = Draws.of(3, "lively", path);
          float[] own = new float[values.length];
          for (int i = 0; i < own.length; i++) {
            own[i] = (float) draws.uniform(i, -0.7, 0.7) + (path.endsWith("gamma") ? 1 : 0);
          }
          weights.put(path, own);
        });
    return weights;
  }

  private Network live(String network) {
    return Network.fresh(NetworkSpec.of(CORE.network(network), TEXT, 4), manager, 1, "student");
  }

  /** A batch in which row r has r tokens less than the first, and the last two are a segment. */
  private NDArray text(int batch, int length) {
    long[] values = new long[batch * 3 * length];
    for (int row = 0; row < batch; row++) {
      for (int at = 0; at < length - row; at++) {
        values[(row * 3) * length + at] = 1 + (row * 4 + at * 3) % 10;
        values[(row * 3 + 1) * length + at] = 1;
        values[(row * 3 + 2) * length + at] = at >= length - row - 2 ? 1 : 0;
      }
    }
    return manager.create(values, new Shape(batch, 3, length));
  }
}
