package org.kd4j.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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
import org.kd4j.core.wiring.Distillation;

class NetworksTests {
  private static final Distillation CORE = Distillation.of();
  private static final Shape MNIST = new Shape(1, 28, 28);
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

  // What lies between two networks.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        // widths w = a^(1-s)·b^s at s = 1/4, 1/2, 3/4
        "mlp:1200-1200 | mlp:30-30 | mlp:477-477 mlp:190-190 mlp:75-75",
        "mlp:400-100 | mlp:25-25 | mlp:200-71 mlp:100-50 mlp:50-35",
        // dropout is the smaller one's
        "'mlp:400-400,dropout=0.3' | 'mlp:200-200,inputDropout=0.1' | mlp:336-336,inputDropout=0.1 mlp:283-283,inputDropout=0.1 mlp:238-238,inputDropout=0.1",
        // layers go from two to one; 24·1/4 … of 24 and 8
        "'mlp:24-24,dropout=0.2' | mlp:8 | mlp:18-18 mlp:14-14 mlp:11",
        // a linear classifier has layers of no width: the way ends at one unit
        "mlp:81 | mlp:0 | mlp:27 mlp:9",
        "mlp:3 | mlp:2 | none",
        "mlp:8 | mlp:8 | none",
        "mlp:8-8 | mlp:8 | none",
        "mlp:400 | cnn:2 | none",
        "cnn:10 | cnn:2 | cnn:8 cnn:6 cnn:4",
        "'cnn:8,width=wide' | cnn:4 | cnn:6,width=wide",
        "cnn:4 | cnn:2 | none",
        "cnn:2 | cnn:10 | none",
        "cnn:6 | mlp:30 | cnn:4 cnn:2"
      })
  void aFamilyKnowsTheSizesBetweenTwo(String larger, String smaller, String between) {
    assertThat(CORE.network(larger).between(CORE.network(smaller)))
        .extracting(Architecture::toString)
        .containsExactly(between == null ? new String[0] : between.split(" "));
  }

  @Test
  void sizesBetweenFallInParameters() {
    for (String[] pair :
        List.of(
            new String[] {"mlp:1200-1200", "mlp:30"},
            new String[] {"mlp:100-800", "mlp:90-10"},
            new String[] {"cnn:10", "cnn:2"})) {
      long before = cost(pair[0], CIFAR).parameters();
      for (Architecture size : CORE.network(pair[0]).between(CORE.network(pair[1]))) {
        long own = NetworkSpec.of(size, CIFAR, 10).complexity().parameters();
        assertThat(own).as(size + " of " + pair[0]).isLessThan(before);
        before = own;
      }
      assertThat(cost(pair[1], CIFAR).parameters()).isLessThan(before);
    }
  }

  // What networks cost.

  @Test
  void theTeacherOfThePaperHasTwoMillionParameters() {
    assertThat(cost("mlp:1200-1200", MNIST)).isEqualTo(new Complexity(2_395_210, 2_392_800));
    assertThat(cost("mlp:1200-1200,dropout=0.5,inputDropout=0.2", MNIST))
        .isEqualTo(new Complexity(2_395_210, 2_392_800));
    assertThat(cost("mlp:0", MNIST)).isEqualTo(new Complexity(7_850, 7_840));
  }

  /**
   * Sums of products of the layers of Mirzadeh et al. 2020, on 32×32 colours and on 28×28 greys.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 8, 10})
  void plainConvolutionalNetworksCostWhatTheirLayersAddUpTo(int layers) {
    assertThat(cost("cnn:" + layers, CIFAR)).isEqualTo(byHand(layers, 3, 32));
    assertThat(cost("cnn:" + layers, MNIST)).isEqualTo(byHand(layers, 1, 28));
  }

  @Test
  void theSmallestConvolutionalNetworksAreCountedOnPaper() {
    // 3·9·16+16 +32, 16·9·16+16 +32, 16·8·8·10+10; 432·32² + 2304·16² + 10240
    assertThat(cost("cnn:2", CIFAR)).isEqualTo(new Complexity(13_082, 1_042_432));
    assertThat(cost("cnn:2", MNIST)).isEqualTo(new Complexity(10_394, 572_320));
    assertThat(cost("cnn:4", CIFAR)).isEqualTo(new Complexity(37_338, 6_361_088));
  }

  private static final Map<Integer, int[][]> GROUPS =
      Map.of(
          2, new int[][] {{16}, {16}},
          4, new int[][] {{16, 16}, {32, 32}},
          6, new int[][] {{16, 16}, {32, 32}, {64, 64}},
          8, new int[][] {{16, 16}, {32, 32}, {64, 64}, {128, 128}},
          10, new int[][] {{32, 32}, {64, 64}, {128, 128}, {256, 256, 256, 256}});

  private static Complexity byHand(int layers, int channels, int side) {
    long parameters = 0;
    long multiplyAdds = 0;
    long in = channels;
    long size = side;
    for (int[] group : GROUPS.get(layers)) {
      for (int out : group) {
        parameters += 9 * in * out + out; // a 3×3 convolution and its bias
        parameters +=
            2L * out; // scale and shift of the batch norm; running statistics are no parameters
        multiplyAdds += 9 * in * out * size * size;
        in = out;
      }
      size /= 2; // an odd last row or column is dropped
    }
    in *= size * size;
    int[] linear =
        layers == 8 ? new int[] {64, 10} : layers == 10 ? new int[] {128, 10} : new int[] {10};
    for (int out : linear) {
      parameters += in * out + out;
      multiplyAdds += in * out;
      in = out;
    }
    return new Complexity(parameters, multiplyAdds);
  }

  private Complexity cost(String network, Shape input) {
    return Network.blank(spec(network, input, 10), manager).complexity();
  }

  // How networks are read.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mlp:400-400 | mlp:400-400",
        "mlp:400-400,dropout=0 | mlp:400-400",
        "' mlp: 400-400 , dropout = 0.5 ,inputDropout=0.2 ' | mlp:400-400,dropout=0.5,inputDropout=0.2",
        "mlp:0 | mlp:0",
        "cnn:10 | cnn:10",
        "'cnn:8,width=wide' | cnn:8,width=wide",
        "'cnn:8,width=narrow' | cnn:8",
        "'cnn:8,width=wide,share=0.5' | cnn:8,width=wide,share=0.5"
      })
  void aNetworkPrintsAsItIsWritten(String written, String printed) {
    assertThat(CORE.network(written)).hasToString(printed);
    assertThat(CORE.network(printed)).isEqualTo(CORE.network(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mpl:400 | No network 'mpl'. Did you mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.",
        "mlp | mlp takes layer sizes joined by '-', as in mlp:1200-1200; was 'mlp'",
        "mlp:4x4 | mlp takes layer sizes joined by '-', as in mlp:1200-1200; was 'mlp:4x4'",
        "mlp:-4 | mlp takes layer sizes joined by '-', as in mlp:1200-1200; was 'mlp:-4'",
        "mlp:8-0-8 | a layer needs at least 1 unit, was 0",
        "'mlp:8,dropout=1' | dropout must be from 0 to below 1, was 1.0",
        "'mlp:8,inputDropout=-0.1' | inputDropout must be from 0 to below 1, was -0.1",
        "'mlp:8,droput=0.5' | No option of mlp 'droput'. Did you mean 'dropout'? Known: dropout, inputDropout.",
        "'mlp:8,dropout=half' | mlp: dropout must be a number, was 'half'",
        "'mlp:8,dropout=NaN' | mlp: dropout must be a number, was 'NaN'",
        "cnn | cnn takes its number of layers, as in cnn:10; was 'cnn'",
        "cnn:3 | cnn takes 2, 4, 6, 8 or 10 layers, was 3",
        "'cnn:4,width=huge' | cnn: width is narrow or wide, was 'huge'",
        "'cnn:4,share=2' | cnn: share must be above 0 to 1, was 2.0",
        "400-400 | '400-400' is no spec; one reads name:argument,key=value, as in mlp:400-400,dropout=0.3"
      })
  void aNetworkThatCannotBeReadIsRefusedSayingWhatWouldBeRight(String written, String message) {
    assertThatThrownBy(() -> CORE.network(written))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void imagesTooSmallForTheNetworkAreRefusedByName() {
    assertThatThrownBy(() -> CORE.network("cnn:10").build(new Shape(1, 8, 8), 10))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "cnn:10 pools 4 times and needs images of at least 16×16, samples are (1, 8, 8)");
    assertThatThrownBy(() -> CORE.network("cnn:2").build(new Shape(64), 10))
        .isInstanceOf(UsageException.class)
        .hasMessage("cnn:2 pools 2 times and needs images of at least 4×4, samples are (64)");
  }

  @Test
  void aNetworkOfOneClassIsNone() {
    assertThatThrownBy(() -> spec("mlp:8", MNIST, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("a classifier needs at least 2 classes, was 1");
  }

  // First weights.

  @Test
  void firstWeightsHangOnSeedLineAndPathAlone() {
    SortedMap<String, float[]> ten = first(spec("mlp:12-8", new Shape(6), 10), 3, "student");
    SortedMap<String, float[]> four =
        first(spec("mlp:12-8,dropout=0.5", new Shape(6), 4), 3, "student");
    for (String path : ten.keySet()) {
      if (!path.startsWith("logits/")) {
        assertThat(four.get(path)).as(path).containsExactly(ten.get(path));
      }
    }
    SortedMap<String, float[]> teacher = first(spec("mlp:12-8", new Shape(6), 10), 3, "teacher");
    SortedMap<String, float[]> later = first(spec("mlp:12-8", new Shape(6), 10), 4, "student");
    ten.forEach(
        (path, values) -> {
          assertThat(teacher.get(path)).as(path).isNotEqualTo(values);
          assertThat(later.get(path)).as(path).isNotEqualTo(values);
        });
  }

  @Test
  void firstWeightsAreUniformWithinOneOverTheRootOfTheFanIn() {
    SortedMap<String, float[]> mlp = first(spec("mlp:300", new Shape(1, 10, 10), 10), 1, "student");
    uniform(mlp.get("hidden1/03Linear/weight"), 0.1f);
    within(mlp.get("hidden1/03Linear/bias"), 0.1f);
    within(mlp.get("logits/03Linear/weight"), 1 / (float) Math.sqrt(300));
    SortedMap<String, float[]> cnn = first(spec("cnn:2", CIFAR, 10), 1, "student");
    within(cnn.get("group2/01Conv2d/weight"), 1 / 12f); // 16 channels × 3 × 3 = 144
    within(cnn.get("group2/01Conv2d/bias"), 1 / 12f);
    assertThat(cnn.get("group2/02BatchNorm/gamma")).containsOnly(1);
    assertThat(cnn.get("group2/02BatchNorm/beta")).containsOnly(0);
    assertThat(cnn.get("group2/02BatchNorm/runningMean")).containsOnly(0);
    assertThat(cnn.get("group2/02BatchNorm/runningVar")).containsOnly(1);
  }

  private static void within(float[] values, float bound) {
    float largest = 0;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertThat(largest).isLessThanOrEqualTo(bound).isGreaterThan(0.6f * bound);
  }

  /** 30,000 draws: mean 0, variance bound²/3, each to four standard errors. */
  private static void uniform(float[] values, float bound) {
    within(values, bound);
    double sum = 0;
    double squares = 0;
    for (float v : values) {
      sum += v;
      squares += v * v;
    }
    double deviation = bound / Math.sqrt(3);
    assertThat(sum / values.length)
        .isCloseTo(0, Assertions.within(4 * deviation / Math.sqrt(values.length)));
    assertThat(squares / values.length / (bound * bound))
        .isCloseTo(1 / 3.0, Assertions.within(0.01));
  }

  /** An own network: a stack of named layers. */
  private record Stack(List<String> names) implements Architecture {
    @Override
    public TappedBlock build(Shape input, int classes) {
      TappedBlock.Builder net = TappedBlock.of();
      for (String name : names) {
        net.stage(
            name,
            new SequentialBlock()
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(6).build())
                .add(Activation::tanh));
      }
      return net.logits(Linear.builder().setUnits(classes).build());
    }

    @Override
    public String toString() {
      return "stack:" + String.join("-", names);
    }
  }

  @Test
  void aNewLayerNeverShiftsTheDrawsOfAnother() {
    Shape input = new Shape(6);
    var two = first(NetworkSpec.of(new Stack(List.of("a", "b")), input, 3), 1, "student");
    var three = first(NetworkSpec.of(new Stack(List.of("a", "new", "b")), input, 3), 1, "student");
    assertThat(three.keySet()).containsAll(two.keySet()).hasSize(two.size() + 2);
    two.forEach((path, values) -> assertThat(three.get(path)).as(path).containsExactly(values));
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Network network = Network.fresh(spec("mlp:4", new Shape(3), 2), manager, 1, "student");
    SortedMap<String, float[]> other = first(spec("mlp:4-4", new Shape(3), 2), 1, "student");
    assertThatThrownBy(() -> network.load(other))
        .hasMessageStartingWith("Weights of another network: given [");
  }

  // Taps.

  @Test
  void tapsGiveEveryStageAndItsShape() {
    taps(
        "mlp:7-5,dropout=0.5",
        new Shape(2, 3, 1),
        Map.of("hidden1", new Shape(7), "hidden2", new Shape(5), "logits", new Shape(4)));
    taps(
        "cnn:8",
        CIFAR,
        Map.of(
            "group1", new Shape(16, 16, 16),
            "group1.pre", new Shape(16, 16, 16),
            "group2", new Shape(32, 8, 8),
            "group2.pre", new Shape(32, 8, 8),
            "group3", new Shape(64, 4, 4),
            "group3.pre", new Shape(64, 4, 4),
            "group4", new Shape(128, 2, 2),
            "group4.pre", new Shape(128, 2, 2),
            "fc", new Shape(64),
            "logits", new Shape(4)));
  }

  private void taps(String network, Shape input, Map<String, Shape> expected) {
    Network live = Network.fresh(spec(network, input, 4), manager, 1, "student");
    assertThat(live.tapShapes()).isEqualTo(expected);
    Outputs outputs = live.forward(Pass.evaluation(), manager.ones(new Shape(3).addAll(input)));
    assertThat(outputs.taps())
        .filteredOn(tap -> !TappedBlock.isBeforeRectifier(tap))
        .last()
        .isEqualTo("logits");
    expected.forEach(
        (tap, shape) ->
            assertThat(outputs.tap(tap).getShape()).as(tap).isEqualTo(new Shape(3).addAll(shape)));
    assertThat(outputs.tap("logits").toFloatArray())
        .containsExactly(outputs.logits().toFloatArray());
  }

  @Test
  void aTapThatIsNotThereIsNamedWithThoseThatAre() {
    Outputs outputs =
        Network.fresh(spec("mlp:7", new Shape(3), 4), manager, 1, "student")
            .forward(Pass.evaluation(), manager.ones(new Shape(1, 3)));
    assertThatThrownBy(() -> outputs.tap("hiden1"))
        .isInstanceOf(UsageException.class)
        .hasMessage("No tap 'hiden1'. Did you mean 'hidden1'? Known: hidden1, logits.");
  }

  @Test
  void stagesAreNamedApart() {
    assertThatThrownBy(() -> new Stack(List.of("a", "a")).build(new Shape(6), 3))
        .isInstanceOf(UsageException.class)
        .hasMessage("a network names its stages apart; 'a' came twice");
  }

  // Dropout.

  @Test
  void oneStepDropsAlikeAndAnotherStepDoesNot() {
    Network network =
        Network.fresh(
            spec("mlp:64,dropout=0.5,inputDropout=0.2", new Shape(9), 3), manager, 1, "student");
    Draws line = Draws.of(1, "dropout", "student");
    float[] third = logits(network, line.at(3));
    assertThat(logits(network, line.at(3))).containsExactly(third);
    assertThat(logits(network, line.at(4))).isNotEqualTo(third);
    assertThat(logits(network, Draws.of(1, "dropout", "teacher").at(3))).isNotEqualTo(third);
  }

  @Test
  void evaluationDropsNothing() {
    NDArray x = manager.ones(new Shape(2, 9));
    float[] dropping =
        Network.fresh(
                spec("mlp:64,dropout=0.5,inputDropout=0.2", new Shape(9), 3), manager, 1, "student")
            .forward(Pass.evaluation(), x)
            .logits()
            .toFloatArray();
    float[] plain =
        Network.fresh(spec("mlp:64", new Shape(9), 3), manager, 1, "student")
            .forward(new Pass(Mode.TRAINING, new Draws(0), Map.of()), x)
            .logits()
            .toFloatArray();
    assertThat(dropping).containsExactly(plain);
  }

  @Test
  void dropoutDropsItsShareAndKeepsTheExpectation() {
    Dropout dropout = new Dropout(0.3f);
    NDArray out =
        dropout
            .forward(
                new Pass(Mode.TRAINING, Draws.of(1, "dropout", "x").at(0), Map.of()),
                new NDList(manager.ones(new Shape(100, 1000))),
                true)
            .singletonOrThrow();
    int dropped = 0;
    for (float v : out.toFloatArray()) {
      assertThat(v == 0 || Math.abs(v - 1 / 0.7f) < 1e-6f).isTrue();
      dropped += v == 0 ? 1 : 0;
    }
    assertThat(dropped / 1e5).isCloseTo(0.3, Assertions.within(0.006)); // four standard errors
  }

  @Test
  void theSitesOfOneForwardDropDifferentUnits() {
    Pass pass = new Pass(Mode.TRAINING, Draws.of(1, "dropout", "x").at(0), Map.of());
    Shape shape = new Shape(64);
    assertThat(pass.keepMask(manager, shape, 0.5f).toFloatArray())
        .isNotEqualTo(pass.keepMask(manager, shape, 0.5f).toFloatArray());
  }

  @Test
  void aPlainParameterStoreInTrainingIsAClearError() {
    ParameterStore plain = new ParameterStore(manager, false);
    NDList x = new NDList(manager.ones(new Shape(1, 2, 4, 4)));
    assertThatThrownBy(() -> new Dropout(0.5f).forward(plain, x, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "dropout in training takes its randomness from a Pass, was given a plain ParameterStore;"
                + " train through a session, or forward with training = false");
    assertThat(new Dropout(0.5f).forward(plain, x, false).singletonOrThrow().toFloatArray())
        .containsOnly(1);
  }

  private float[] logits(Network network, Draws draws) {
    return network
        .forward(new Pass(Mode.TRAINING, draws, Map.of()), manager.ones(new Shape(2, 9)))
        .logits()
        .toFloatArray();
  }

  // Batch normalisation, against PyTorch 2.7's BatchNorm2d(2) on the batches of pattern().

  private record Normalised() implements Architecture {
    @Override
    public TappedBlock build(Shape input, int classes) {
      return TappedBlock.of().logits(new BatchNorm());
    }
  }

  @Test
  void trainingMovesRunningStatisticsAsPyTorchDoes() {
    Network network =
        Network.fresh(
            NetworkSpec.of(new Normalised(), new Shape(2, 2, 2), 2), manager, 1, "student");
    Pass training = new Pass(Mode.TRAINING, new Draws(0), Map.of());
    close(
        Arrays.copyOf(network.forward(training, pattern(0)).logits().toFloatArray(), 6),
        -1.2126698f,
        0.8246156f,
        -0.3395475f,
        1.6977379f,
        0.1481507f,
        -1.2740963f);
    close(network.weights().get("logits/runningMean"), 0.1041667f, 0.1395833f);
    close(network.weights().get("logits/runningVar"), 0.9804924f, 0.9539299f);
    network.forward(training, pattern(5));
    close(network.weights().get("logits/runningMean"), 0.2020833f, 0.2693750f);
    close(network.weights().get("logits/runningVar"), 0.9441856f, 0.9291335f);
    close(
        Arrays.copyOf(network.forward(Pass.evaluation(), pattern(0)).logits().toFloatArray(), 6),
        -0.2079694f,
        1.5930030f,
        0.5638759f,
        2.3648484f,
        1.2766868f,
        0.2392567f);
  }

  @Test
  void evaluationNeverMovesRunningStatistics() {
    Network network =
        Network.fresh(
            NetworkSpec.of(new Normalised(), new Shape(2, 2, 2), 2), manager, 1, "student");
    SortedMap<String, float[]> before = network.weights();
    for (int i = 0; i < 3; i++) {
      network.forward(Pass.evaluation(), pattern(i));
    }
    before.forEach(
        (path, values) -> assertThat(network.weights().get(path)).as(path).containsExactly(values));
  }

  private NDArray pattern(int shift) {
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i + shift) * 7 % 11 / 4f;
    }
    return manager.create(values, new Shape(3, 2, 2, 2));
  }

  private static void close(float[] actual, float... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], Assertions.within(2e-6f));
    }
  }

  private SortedMap<String, float[]> first(NetworkSpec spec, long seed, String line) {
    return Network.fresh(spec, manager, seed, line).weights();
  }

  private static NetworkSpec spec(String network, Shape input, int classes) {
    return NetworkSpec.of(CORE.network(network), input, classes);
  }
}
