package org.kd4j.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
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
import org.kd4j.core.wiring.Distillation;

class QuantisedTests {
  private static final Distillation CORE = Distillation.of();
  private static final Shape IMAGE = new Shape(3, 8, 8);

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

  // The values.

  @Test
  void fourBitsAreFifteenValuesOfEachChannel() {
    // largest 7 and 3.5: steps of 1 and ½; halves go to the even neighbour
    NDArray w =
        manager.create(
            new float[] {-7, 0.4f, 0.6f, 6.4f, 3.5f, -1.3f, 0.2f, 0.3f}, new Shape(2, 4));
    assertThat(Quantisation.uniform(w, 4).toFloatArray())
        .containsExactly(-7, 0, 1, 6, 3.5f, -1.5f, 0, 0.5f);
  }

  @Test
  void twoBitsAreThreeValuesOfEachChannel() {
    // mean |w| = 2.5, Δ = 1.75: 2, 3 and 4 lie beyond, their mean is 3
    NDArray w =
        manager.create(new float[] {1, -2, 3, -4, 0.1f, 0.1f, -0.1f, 0.1f}, new Shape(2, 2, 2, 1));
    float[] q = Quantisation.ternary(w).toFloatArray();
    assertThat(q)
        .containsExactly(new float[] {0, -3, 3, -3, 0.1f, 0.1f, -0.1f, 0.1f}, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({"8, 255", "4, 15", "2, 3"})
  void aChannelTakesNoMoreValuesThanItsBitsTellApart(int bits, int most) {
    float[] values = gaussian(3000);
    NDArray w = manager.create(values, new Shape(3, 1000));
    float[] q = Quantisation.straightThrough(w, bits, manager).toFloatArray();
    for (int channel = 0; channel < 3; channel++) {
      TreeSet<Float> distinct = new TreeSet<>();
      double error = 0;
      for (int i = 0; i < 1000; i++) {
        distinct.add(q[channel * 1000 + i] + 0f); // −0 is 0
        error += Math.pow(q[channel * 1000 + i] - values[channel * 1000 + i], 2) / 1000;
      }
      assertThat(distinct).hasSizeBetween(most * 6 / 10, most);
      assertThat(distinct).contains(0f);
      // uniform steps err by s²/12 with s near 3.3σ/(2^(bits−1) − 1)
      assertThat(error).isLessThan(bits == 8 ? 1e-4 : bits == 4 ? 0.03 : 0.3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 4, 2})
  void aChannelOfZerosStaysZero(int bits) {
    NDArray w = manager.zeros(new Shape(2, 3, 3, 3));
    assertThat(Quantisation.straightThrough(w, bits, manager).toFloatArray()).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 4, 2})
  void theGradientPassesStraightThroughAndTheValueIsExact(int bits) {
    NDArray weights = manager.create(new float[] {0.31f, -0.77f, 0.123f, 1.9f}, new Shape(1, 4));
    NDArray slopes = manager.create(new float[] {2, -3, 5, 7}, new Shape(1, 4));
    NDArray leaf = Autograd.leaf(manager, weights);
    NDArray q = Autograd.recording(() -> Quantisation.straightThrough(leaf, bits, manager));
    assertThat(q.toFloatArray())
        .containsExactly(Quantisation.straightThrough(weights, bits, manager).toFloatArray());
    Autograd.backward(Autograd.recording(() -> q.mul(slopes).sum()));
    assertThat(Autograd.gradient(leaf).toFloatArray()).containsExactly(2, -3, 5, 7);
  }

  // The network.

  @ParameterizedTest
  @ValueSource(strings = {"mlp:12-8,dropout=0.3", "cnn:4", "resnet:8", "mobilenet:0.1"})
  void pathsTapsAndCostsAreTheOtherNetworks(String network) {
    Network full = live(network);
    Network quantised = live("quantised(" + network + ",bits=4)");
    assertThat(quantised.parameters().keySet()).isEqualTo(full.parameters().keySet());
    assertThat(quantised.tapShapes()).isEqualTo(full.tapShapes());
    assertThat(quantised.complexity()).isEqualTo(full.complexity());
    SortedMap<String, float[]> first = full.weights();
    quantised
        .weights()
        .forEach((path, v) -> assertThat(v).as(path).containsExactly(first.get(path)));
  }

  /** The network in full precision with its weights rounded by hand gives the same bits. */
  @ParameterizedTest
  @ValueSource(strings = {"mlp:12-8", "cnn:4", "resnet:8", "mobilenet:0.1", "shufflenet:0.1"})
  void itIsTheOtherNetworkWithItsWeightsRounded(String network) {
    for (int bits : new int[] {8, 4, 2}) {
      Network quantised = live("quantised(" + network + ",bits=" + bits + ")");
      SortedMap<String, float[]> rounded = quantised.weights();
      quantised
          .parameters()
          .forEach(
              (path, parameter) -> {
                if (path.endsWith("weight")) {
                  rounded.put(
                      path,
                      Quantisation.straightThrough(parameter.getArray(), bits, manager)
                          .toFloatArray());
                }
              });
      Network full = live(network);
      full.load(rounded);
      NDArray x = noise(4);
      Outputs ours = quantised.forward(Pass.evaluation(), x);
      Outputs theirs = full.forward(Pass.evaluation(), x);
      for (String tap : ours.taps()) {
        assertThat(ours.tap(tap).toFloatArray())
            .as("%s at %d bits", tap, bits)
            .containsExactly(theirs.tap(tap).toFloatArray());
      }
    }
  }

  @Test
  void trainingQuantisesAsEvaluationDoesAndTheWeightsThemselvesStay() {
    Network quantised = live("quantised(mlp:12-8,bits=2)");
    SortedMap<String, float[]> before = quantised.weights();
    Map<Parameter, NDArray> leaves = new IdentityHashMap<>();
    quantised
        .parameters()
        .values()
        .forEach(p -> leaves.put(p, Autograd.leaf(manager, p.getArray())));
    NDArray logits =
        Autograd.recording(
            () ->
                quantised
                    .forward(new Pass(Mode.TRAINING, new Draws(0), leaves), noise(4))
                    .logits());
    assertThat(logits.toFloatArray())
        .containsExactly(quantised.forward(Pass.evaluation(), noise(4)).logits().toFloatArray());
    Autograd.backward(Autograd.recording(() -> logits.square().sum()));
    quantised
        .parameters()
        .forEach(
            (path, p) ->
                assertThat(Autograd.gradient(leaves.get(p)).abs().sum().getFloat())
                    .as(path)
                    .isPositive());
    before.forEach(
        (path, v) -> assertThat(quantised.weights().get(path)).as(path).containsExactly(v));
  }

  /** Otherwise units of two stages would be dropped alike. */
  @Test
  void dropoutOfAQuantisedNetworkIsTheOtherNetworks() {
    Draws draws = Draws.of(1, "dropout", "student").at(3);
    float[] ours = masks("quantised(mlp:32-32,dropout=0.5,bits=8)", draws);
    float[] theirs = masks("mlp:32-32,dropout=0.5", draws);
    int apart = 0;
    for (int i = 0; i < ours.length; i++) {
      apart += Math.abs(ours[i] - theirs[i]) < 0.05 ? 0 : 1;
    }
    assertThat(apart).isZero();
    assertThat(ours).isNotEqualTo(masks("quantised(mlp:32-32,dropout=0.5,bits=8)", draws.at(1)));
  }

  private float[] masks(String network, Draws draws) {
    return live(network)
        .forward(new Pass(Mode.TRAINING, draws, Map.of()), noise(4))
        .logits()
        .toFloatArray();
  }

  @Test
  void evaluationLeavesNothingBehind() {
    Network quantised = live("quantised(resnet:8,bits=4)");
    int before = manager.getManagedArrays().size();
    NDManager of = quantised.parameters().get("stem/02Conv2d/weight").getArray().getManager();
    int own = of.getManagedArrays().size();
    for (int i = 0; i < 5; i++) {
      try (NDManager batch = manager.newSubManager()) {
        NDArray x = batch.ones(new Shape(2).addAll(IMAGE));
        quantised.forward(Pass.evaluation(), x);
      }
    }
    assertThat(manager.getManagedArrays().size()).isEqualTo(before);
    assertThat(of.getManagedArrays().size()).isEqualTo(own);
  }

  /** Whoever builds a network of another's stages gets them quantised. */
  @Test
  void itsStagesTakeTheirQuantisationAlong() {
    Architecture whole = CORE.network("quantised(mlp:12-8,bits=2)");
    Network until =
        Network.fresh(NetworkSpec.of(new Until(whole, "hidden2"), IMAGE, 8), manager, 1, "student");
    assertThat(until.forward(Pass.evaluation(), noise(4)).logits().toFloatArray())
        .containsExactly(
            live("quantised(mlp:12-8,bits=2)")
                .forward(Pass.evaluation(), noise(4))
                .tap("hidden2")
                .toFloatArray());
  }

  @Test
  void aPlainParameterStoreInTrainingIsAClearError() {
    TappedBlock block = CORE.network("quantised(mlp:4)").build(new Shape(3), 2);
    Initialization.zeros(block);
    block.initialize(manager, ai.djl.ndarray.types.DataType.FLOAT32, new Shape(1, 3));
    var x = new ai.djl.ndarray.NDList(manager.ones(new Shape(1, 3)));
    ParameterStore plain = new ParameterStore(manager, false);
    assertThatThrownBy(() -> block.forward(plain, x, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("quantised in training takes its randomness from a Pass");
    assertThat(block.forward(plain, x, false).head().toFloatArray()).containsOnly(0);
  }

  // How they are written.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "quantised(mlp:400) | quantised(mlp:400,bits=4)",
        "quantised( mlp:400 , dropout=0.5 , bits = 2 ) | quantised(mlp:400,dropout=0.5,bits=2)",
        "quantised((cnn:8,width=wide),bits=8) | quantised(cnn:8,width=wide,bits=8)",
        "quantised(slim(mlp:400-400,dropout=0.5,width=0.25),bits=8) | quantised(mlp:100,bits=8)",
        "slim(quantised(mlp:400-400,bits=2),layers=1) | quantised(mlp:200-200,bits=2)"
      })
  void aNetworkPrintsSoThatItReadsBack(String written, String printed) {
    assertThat(CORE.network(written)).hasToString(printed);
    assertThat(CORE.network(printed)).isEqualTo(CORE.network(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "quantised(mlp:4,bits=3) | quantised: bits are 8, 4 or 2, was 3",
        "quantised(mlp:4,bits=two) | quantised: bits must be a whole number, was 'two'",
        "quantised(quantised(mlp:4)) | quantised(mlp:4,bits=4) is quantised already",
        "quantised:mlp:4 | quantised is written around another, as in quantised(mlp:400-400,bits=…); was 'quantised:mlp:4'",
        "quantised | quantised is written around another, as in quantised(mlp:400-400,bits=…); was 'quantised'",
        "quantised((mlp:4),bit=4) | No option of quantised 'bit'. Did you mean 'bits'? Known: bits.",
        "quantised(teacher,bits=4) | 'teacher' stands for the study's teacher network in the student's network alone; write the network itself here"
      })
  void whatCannotBeReadIsRefusedSayingWhatWouldBeRight(String written, String message) {
    assertThatThrownBy(() -> CORE.network(written))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  private Network live(String network) {
    return Network.fresh(NetworkSpec.of(CORE.network(network), IMAGE, 4), manager, 1, "student");
  }

  private NDArray noise(int batch) {
    return manager.create(
        gaussian(Math.toIntExact(batch * IMAGE.size())), new Shape(batch).addAll(IMAGE));
  }

  private static float[] gaussian(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) Draws.of(7, "noise").gaussian(i);
    }
    return values;
  }
}
