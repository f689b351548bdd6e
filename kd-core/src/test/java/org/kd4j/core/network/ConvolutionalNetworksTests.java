package org.kd4j.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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

class ConvolutionalNetworksTests {
  private static final Distillation CORE = Distillation.of();
  private static final Shape CIFAR = new Shape(3, 32, 32);

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

  // What they cost.

  /** He et al. 2016, table 6: 0.27, 0.46, 0.66, 0.85 and 1.7 million parameters. */
  @ParameterizedTest
  @CsvSource({
    "8, 75290, 12239488",
    "14, 172506, 26395264",
    "20, 269722, 40551040",
    "32, 464154, 68862592",
    "44, 658586, 97174144",
    "56, 853018, 125485696",
    "110, 1727962, 252887680"
  })
  void residualNetworksCostWhatIsPublished(int layers, long parameters, long multiplyAdds) {
    Complexity cost = cost("resnet:" + layers, CIFAR, 10);
    assertThat(cost).isEqualTo(new Complexity(parameters, multiplyAdds));
  }

  @Test
  void aProjectionCostsItsTwoConvolutions() {
    // 16·32 + 2·32 and 32·64 + 2·64 more parameters; 512·16² and 2048·8² more multiply-adds
    assertThat(cost("resnet:20,shortcut=projection", CIFAR, 10))
        .isEqualTo(new Complexity(269_722 + 576 + 2_176, 40_551_040 + 512 * 256 + 2_048 * 64));
  }

  /** 28 places become 14 and 7; one channel less two in the first convolution. */
  @Test
  void aGreyImageCostsLess() {
    assertThat(cost("resnet:20", new Shape(1, 28, 28), 10))
        .isEqualTo(new Complexity(269_434, 30_821_248));
  }

  /**
   * Howard et al. 2017, tables 6 and 7, on 224×224 and 1,000 classes: their first convolution
   * halves the size, ours does not, so that 112×112 costs here what 224×224 does there. 4.2, 2.6,
   * 1.3 and 0.5 million parameters, 569, 325, 149 and 41 million multiply-adds; the shallow network
   * 2.9 and 307.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mobilenet:1 | 4231976 | 568740352",
        "mobilenet:0.75 | 2585560 | 325400448",
        "mobilenet:0.5 | 1331592 | 149497088",
        "mobilenet:0.25 | 470072 | 41030272",
        "mobilenet:1,repeats=0 | 2887976 | 307323392"
      })
  void depthwiseSeparableNetworksCostWhatIsPublished(String network, long parameters, long adds) {
    assertThat(cost(network, new Shape(3, 112, 112), 1000))
        .isEqualTo(new Complexity(parameters, adds));
  }

  @Test
  void onSmallImagesADepthwiseSeparableNetworkCostsAThirdOfAResidualOne() {
    assertThat(cost("mobilenet:1", CIFAR, 10)).isEqualTo(new Complexity(3_217_226, 46_354_432));
  }

  /**
   * Zhang et al. 2018, table 1: 143, 140, 137, 133 and 137 million multiply-adds. Their first
   * convolution gives 112×112, pooled to 56×56; ours gives 56×56 at once.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1531936, 136982592, 143e6",
    "2, 1733848, 134740128, 140e6",
    "3, 1865728, 131364288, 137e6",
    "4, 1968344, 128243392, 133e6",
    "8, 2434768, 132269568, 137e6"
  })
  void shuffledNetworksCostWhatIsPublished(int groups, long parameters, long adds, double paper) {
    Complexity cost = cost("shufflenet:1,groups=" + groups, new Shape(3, 56, 56), 1000);
    assertThat(cost).isEqualTo(new Complexity(parameters, adds));
    long stem = 3 * 9 * 24 * (112 * 112 - 56 * 56);
    assertThat((double) adds + stem).isCloseTo(paper, within(1.5e6));
  }

  @Test
  void onSmallImagesAShuffledNetworkIsCountedOnPaper() {
    assertThat(cost("shufflenet:1", CIFAR, 10)).isEqualTo(new Complexity(914_338, 42_590_592));
    assertThat(cost("shufflenet:0.5,groups=8", CIFAR, 10))
        .isEqualTo(new Complexity(250_138, 11_644_416));
  }

  private Complexity cost(String network, Shape input, int classes) {
    return NetworkSpec.of(CORE.network(network), input, classes).complexity();
  }

  // Taps.

  @Test
  void tapsAreTheStagesAndTheirMean() {
    assertThat(stages(live("resnet:8", CIFAR)))
        .isEqualTo(
            Map.of(
                "stem", new Shape(16, 32, 32),
                "stage1", new Shape(16, 32, 32),
                "stage2", new Shape(32, 16, 16),
                "stage3", new Shape(64, 8, 8),
                "penultimate", new Shape(64),
                "logits", new Shape(4)));
    assertThat(stages(live("mobilenet:0.5", CIFAR)))
        .isEqualTo(
            Map.of(
                "stem", new Shape(16, 32, 32),
                "stage1", new Shape(32, 32, 32),
                "stage2", new Shape(64, 16, 16),
                "stage3", new Shape(128, 8, 8),
                "stage4", new Shape(256, 4, 4),
                "stage5", new Shape(512, 2, 2),
                "penultimate", new Shape(512),
                "logits", new Shape(4)));
    assertThat(stages(live("shufflenet:1,groups=3", CIFAR)))
        .isEqualTo(
            Map.of(
                "stem", new Shape(24, 32, 32),
                "stage1", new Shape(240, 16, 16),
                "stage2", new Shape(480, 8, 8),
                "stage3", new Shape(960, 4, 4),
                "penultimate", new Shape(960),
                "logits", new Shape(4)));
  }

  private static Map<String, Shape> stages(Network network) {
    Map<String, Shape> stages = new HashMap<>(network.tapShapes());
    stages.keySet().removeIf(TappedBlock::isBeforeRectifier);
    return stages;
  }

  /** The stage is what its rectifier makes of the tap before it, and no weight moved for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cnn:6",
        "resnet:14",
        "resnet:8,shortcut=projection",
        "mobilenet:0.2",
        "shufflenet:0.2,groups=2",
        "quantised(resnet:8,bits=4)"
      })
  void aStageHasATapBeforeItsRectifier(String network) {
    Network live = live(network, CIFAR);
    Outputs outputs = live.forward(Pass.evaluation(), noise(CIFAR, 4));
    List<String> before = live.stages().tapsBeforeRectifiers();
    assertThat(before).hasSizeGreaterThanOrEqualTo(3);
    for (String tap : before) {
      String stage = tap.substring(0, tap.indexOf(".pre"));
      float[] in = outputs.tap(tap).toFloatArray();
      float[] out = outputs.tap(stage).toFloatArray();
      int off = 0;
      for (int i = 0; i < in.length; i++) {
        off += in[i] < 0 ? 1 : 0;
        assertThat(out[i]).isEqualTo(Math.max(0, in[i]));
      }
      assertThat(off).as(tap).isBetween(1, in.length - 1);
      assertThat(live.tapShapes().get(tap)).isEqualTo(live.tapShapes().get(stage));
      assertThat(live.stages().needed(tap)).isEqualTo(live.stages().needed(stage));
    }
    assertThat(live.parameters().keySet()).noneMatch(path -> path.contains(".pre"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet:8",
        "resnet:8,width=0.3,shortcut=projection",
        "mobilenet:0.1",
        "shufflenet:0.1,groups=4"
      })
  void imagesOfAnySizeFromEightPass(String network) {
    for (Shape input :
        List.of(new Shape(1, 8, 8), new Shape(3, 9, 8), new Shape(1, 11, 15), CIFAR)) {
      Network live = live(network, input);
      Outputs outputs = live.forward(Pass.evaluation(), noise(input, 2));
      for (String tap : outputs.taps()) {
        assertThat(outputs.tap(tap).getShape())
            .as("%s of %s on %s", tap, network, input)
            .isEqualTo(new Shape(2).addAll(live.tapShapes().get(tap)));
      }
      float[] logits = outputs.logits().toFloatArray();
      for (float logit : logits) {
        assertThat(Float.isFinite(logit)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet:20", "mobilenet:1", "shufflenet:1"})
  void whatIsNoImageIsRefusedByName(String network) {
    String name = CORE.network(network).toString();
    for (Shape samples : List.of(new Shape(1, 7, 9), new Shape(64))) {
      assertThatThrownBy(() -> CORE.network(network).build(samples, 10))
          .isInstanceOf(UsageException.class)
          .hasMessage(name + " needs images of at least 8×8, samples are " + samples);
    }
  }

  // What they compute.

  /** With scales of zero a block's body is nothing: what is left is its shortcut. */
  @Test
  void anIdentityShortcutTakesEverySecondPlaceAndPadsChannelsOnBothSides() {
    Network live = live("resnet:8", new Shape(1, 9, 8));
    SortedMap<String, float[]> weights = live.weights();
    weights.forEach(
        (path, values) -> {
          if (path.startsWith("stage") && path.endsWith("gamma")) {
            java.util.Arrays.fill(values, 0);
          }
        });
    live.load(weights);
    Outputs outputs = live.forward(Pass.evaluation(), noise(new Shape(1, 9, 8), 2));
    assertThat(outputs.tap("stage1").toFloatArray())
        .containsExactly(outputs.tap("stem").toFloatArray());
    float[] from = outputs.tap("stage1").toFloatArray();
    float[] to = outputs.tap("stage2").toFloatArray();
    assertThat(outputs.tap("stage2").getShape()).isEqualTo(new Shape(2, 32, 5, 4));
    for (int i = 0; i < to.length; i++) {
      int x = i % 4;
      int y = i / 4 % 5;
      int channel = i / 20 % 32 - 8; // 16 channels amid 32: 8 zeros before, 8 behind
      int sample = i / 640;
      float expected =
          channel < 0 || channel >= 16
              ? 0
              : from[((sample * 16 + channel) * 9 + 2 * y) * 8 + 2 * x];
      assertThat(to[i]).as("value %d", i).isEqualTo(expected);
    }
  }

  @Test
  void aResidualBlockAddsOrJoinsAndRectifies() {
    NDArray x = manager.create(new float[] {-1, 2, 3, -4}, new Shape(1, 2, 1, 2));
    for (boolean adding : new boolean[] {true, false}) {
      Residual block =
          adding
              ? Residual.adding(Blocks.identityBlock(), Blocks.identityBlock())
              : Residual.joining(Blocks.identityBlock(), Blocks.identityBlock());
      block.initialize(manager, DataType.FLOAT32, x.getShape());
      NDArray out = block.forward(Pass.evaluation(), new NDList(x), false).singletonOrThrow();
      assertThat(out.getShape()).isEqualTo(block.getOutputShapes(new Shape[] {x.getShape()})[0]);
      assertThat(out.toFloatArray())
          .containsExactly(
              adding ? new float[] {0, 4, 6, 0} : new float[] {0, 2, 3, 0, 0, 2, 3, 0});
    }
  }

  @Test
  void channelsAreShuffledBetweenTheGroups() {
    NDArray x = manager.arange(0, 6, 1, DataType.FLOAT32).reshape(1, 6, 1, 1);
    // groups (0 1 2) (3 4 5): one of each in turn
    assertThat(ShuffleNet.shuffled(new NDList(x), 2).singletonOrThrow().toFloatArray())
        .containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(ShuffleNet.shuffled(new NDList(x), 3).singletonOrThrow().toFloatArray())
        .containsExactly(0, 2, 4, 1, 3, 5);
  }

  /** A depthwise convolution reads no channel but its own. */
  @Test
  void aDepthwiseConvolutionKeepsChannelsApart() {
    var block = Convolutions.normalised(3, 4, 1, 4);
    Initialization.zeros(block);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 4, 5, 5));
    NDArray weight = block.getParameters().get(0).getValue().getArray();
    assertThat(weight.getShape()).isEqualTo(new Shape(4, 1, 3, 3));
    weight.set(new float[36]);
    weight.addi(1);
    NDArray mean = block.getParameters().valueAt(3).getArray();
    assertThat(mean.getShape()).isEqualTo(new Shape(4));
    block.getParameters().get("02BatchNorm_gamma").getArray().addi(1);
    block.getParameters().get("02BatchNorm_runningVar").getArray().addi(1);
    float[] values = new float[100];
    values[2 * 25 + 12] = 1; // the middle of channel 2
    NDArray out =
        block
            .forward(
                Pass.evaluation(), new NDList(manager.create(values, new Shape(1, 4, 5, 5))), false)
            .singletonOrThrow();
    float[] sums = out.sum(new int[] {0, 2, 3}).toFloatArray();
    assertThat(sums[0]).isZero();
    assertThat(sums[1]).isZero();
    assertThat(sums[2]).isCloseTo(9, within(1e-3f));
    assertThat(sums[3]).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet:14",
        "resnet:8,shortcut=projection",
        "mobilenet:0.2",
        "shufflenet:0.2,groups=2"
      })
  void everyParameterReceivesGradientInTrainingAndEvaluationMovesNone(String network) {
    Shape input = new Shape(3, 16, 16);
    Network live = live(network, input);
    SortedMap<String, float[]> before = live.weights();
    live.forward(Pass.evaluation(), noise(input, 4));
    same(live.weights(), before);
    Map<ai.djl.nn.Parameter, NDArray> leaves = new java.util.IdentityHashMap<>();
    live.parameters().values().stream()
        .filter(ai.djl.nn.Parameter::requiresGradient)
        .forEach(p -> leaves.put(p, Autograd.leaf(manager, p.getArray())));
    NDArray loss =
        Autograd.recording(
            () ->
                live.forward(new Pass(Mode.TRAINING, new Draws(1), leaves), noise(input, 4))
                    .logits()
                    .logSoftmax(1)
                    .get(":, 0")
                    .sum());
    Autograd.backward(loss);
    live.parameters()
        .forEach(
            (path, parameter) -> {
              if (parameter.requiresGradient()) {
                NDArray gradient = Autograd.gradient(leaves.get(parameter));
                assertThat(gradient).as(path).isNotNull();
                assertThat(gradient.abs().sum().getFloat()).as(path).isPositive().isFinite();
              }
            });
    SortedMap<String, float[]> after = live.weights();
    before.forEach(
        (path, values) ->
            assertThat(java.util.Arrays.equals(after.get(path), values))
                .as(path)
                .isEqualTo(!path.contains("running")));
  }

  // How they are written.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet:20 | resnet:20",
        "'resnet:110, shortcut=projection,width=0.5' | resnet:110,width=0.5,shortcut=projection",
        "resnet:8,shortcut=identity,width=1 | resnet:8",
        "mobilenet:0.5 | mobilenet:0.5",
        "mobilenet:1,repeats=2 | mobilenet:1.0,repeats=2",
        "shufflenet:1 | shufflenet:1.0,groups=3",
        "shufflenet:0.25,groups=8 | shufflenet:0.25,groups=8"
      })
  void aNetworkPrintsAsItIsWritten(String written, String printed) {
    assertThat(CORE.network(written)).hasToString(printed);
    assertThat(CORE.network(printed)).isEqualTo(CORE.network(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet | resnet takes its number of layers, as in resnet:20; was 'resnet'",
        "resnet:18 | resnet takes 6n + 2 layers from 8 to 110 (8, 14, 20, 32, 44, 56, 110), was 18",
        "resnet:2 | resnet takes 6n + 2 layers from 8 to 110 (8, 14, 20, 32, 44, 56, 110), was 2",
        "resnet:116 | resnet takes 6n + 2 layers from 8 to 110 (8, 14, 20, 32, 44, 56, 110), was 116",
        "resnet:20,width=0 | resnet: width must be above 0 to 16, was 0.0",
        "resnet:20,shortcut=identiti | No shortcut of resnet 'identiti'. Did you mean 'identity'? Known: identity, projection.",
        "resnet:20,wide=2 | No option of resnet 'wide'. Did you mean 'width'? Known: shortcut, width.",
        "mobilenet | mobilenet takes its width, as in mobilenet:0.5; was 'mobilenet'",
        "mobilenet:9 | mobilenet: width must be above 0 to 4, was 9.0",
        "mobilenet:1,repeats=-1 | mobilenet: repeats must be 0 to 20, was -1",
        "shufflenet:x | shufflenet takes its width, as in shufflenet:0.5,groups=3; was 'shufflenet:x'",
        "shufflenet:0 | shufflenet: width must be above 0 to 4, was 0.0",
        "shufflenet:1,groups=5 | 'shufflenet: groups must be among [1, 2, 3, 4, 8], was 5'"
      })
  void whatCannotBeReadIsRefusedSayingWhatWouldBeRight(String written, String message) {
    assertThatThrownBy(() -> CORE.network(written))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void assistantsOfAResidualNetworkAreTheCustomarySizes() {
    assertThat(CORE.network("resnet:56").between(CORE.network("resnet:14")))
        .extracting(Architecture::toString)
        .containsExactly("resnet:44", "resnet:32", "resnet:26", "resnet:20");
    assertThat(CORE.network("resnet:20,width=2").between(CORE.network("mlp:8")))
        .extracting(Architecture::toString)
        .containsExactly("resnet:14,width=2.0", "resnet:8,width=2.0");
  }

  private static void same(Map<String, float[]> actual, Map<String, float[]> expected) {
    expected.forEach((path, v) -> assertThat(actual.get(path)).as(path).containsExactly(v));
  }

  private Network live(String network, Shape input) {
    return Network.fresh(NetworkSpec.of(CORE.network(network), input, 4), manager, 1, "student");
  }

  private NDArray noise(Shape sample, int batch) {
    float[] values = new float[Math.toIntExact(batch * sample.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Draws.of(7, "noise").gaussian(i);
    }
    return manager.create(values, new Shape(batch).addAll(sample));
  }
}
