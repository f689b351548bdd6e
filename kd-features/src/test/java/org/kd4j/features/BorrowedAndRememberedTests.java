package org.kd4j.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.engine.Native;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyCnn;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.testkit.WatchedSamples;
import org.kd4j.core.wiring.Distillation;

/** A borrowed classifier, margins of normalisation, banks of embeddings. */
class BorrowedAndRememberedTests {
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new FeaturesModule()).strategies();

  private static Task narrow(int epochs) {
    return TinyTask.task(epochs, new TinyCnn(List.of(8, 12), 2), new TinyCnn(List.of(4, 6), 1));
  }

  /** What is deployed is trunk, projector and the teacher's head, and weighs as much. */
  @Test
  void theBorrowedClassifierIsDeployedCountedAndUntouched() {
    Task task = narrow(2);
    Session session = new Session(task, 3, TinyTask.context());
    DistillationResult result = REGISTRY.configure("simkd", Map.of()).strategy().distill(session);
    Trained deployed = result.deployed().source().orElseThrow();
    assertThat(deployed.spec())
        .hasToString(task.student() + "@stage2+" + task.teacher() + "@stage2");
    SortedMap<String, float[]> weights = session.weights(deployed);
    SortedMap<String, float[]> teacher = session.weights(session.teacher());
    Set<String> places = new HashSet<>();
    weights.keySet().forEach(path -> places.add(path.substring(0, path.indexOf('/'))));
    assertThat(places).containsExactlyInAnyOrder("stage1", "stage2", "projected", "teacher.logits");
    teacher.forEach(
        (path, values) -> {
          if (path.startsWith("logits/")) {
            assertThat(weights.get("teacher." + path)).as(path).containsExactly(values);
          }
        });
    long trunk = (9 + 1) * 4 + 2 * 4 + (9 * 4 + 1) * 6 + 2 * 6;
    long projector = 6 * 6 + 2 * 6 + 9 * 6 * 6 + 2 * 6 + 6 * 12 + 2 * 12;
    long head = 12 * 9 * 3 + 3;
    assertThat(deployed.spec().complexity().parameters()).isEqualTo(trunk + projector + head);
    assertThat(session.runs().get(1).result().phase().learners().get(0).objective())
        .hasToString("1·feature[projected←stage2]");
    assertThat(session.runs().get(1).result().history().get(1).of("student", "validationAccuracy"))
        .isBetween(0.0, 1.0);
  }

  @Test
  void aClassifierIsBorrowedOnlyWhereItFits() {
    Task small = TinyTask.task(1, new TinyCnn(List.of(8, 12), 1), new TinyCnn(List.of(4, 4, 4), 1));
    assertThat(REGISTRY.configure("simkd", Map.of()).missing(small).orElseThrow())
        .startsWith("needs a student's map no smaller than the teacher's");
    assertThat(
            REGISTRY
                .configure("simkd", Map.of("taps", "stage1.pre:stage1"))
                .missing(narrow(1))
                .orElseThrow())
        .startsWith("takes maps after their rectifiers");
    assertThat(
            REGISTRY.configure("simkd", Map.of("taps", "bottom")).missing(narrow(1)).orElseThrow())
        .endsWith("taps names [stage1, stage2]");
  }

  /** E[x | x < 0] of normal distributions, computed elsewhere in double precision. */
  @Test
  void marginsAreMeansOfWhatIsBelowZero() {
    assertThat(Margins.of(0.5, 1)).isCloseTo(-0.6410777703680646, within(1e-9));
    assertThat(Margins.of(-0.3, 0.2)).isCloseTo(-0.32775795009177017, within(1e-9));
    assertThat(Margins.of(4, 1)).isEqualTo(-3); // hardly ever below 0
    assertThat(Margins.of(1, 0)).isEqualTo(0);
    Map<String, float[]> parameters =
        Map.of(
            "stage1/02BatchNorm/gamma", new float[] {9, 9},
            "stage1/02BatchNorm/beta", new float[] {9, 9},
            "stage1/05BatchNorm/gamma", new float[] {-1, 0.2f},
            "stage1/05BatchNorm/beta", new float[] {0.5f, -0.3f},
            "stage1/06Residual/shortcut/02BatchNorm/gamma", new float[] {9, 9},
            "stage10/02BatchNorm/gamma", new float[] {9, 9});
    assertThat(Margins.of(parameters, "stage1.pre"))
        .containsExactly(new float[] {-0.641078f, -0.327758f}, within(1e-5f));
  }

  /** Against scores, scale and loss computed elsewhere in double precision. */
  @Test
  void noiseContrastIsThePublishedOne() {
    float[] embedded = new float[8];
    float[] bank = new float[24];
    for (int j = 0; j < 4; j++) {
      for (int b = 0; b < 2; b++) {
        embedded[4 * b + j] = (float) Math.sin(3 * b + j + 1);
      }
      for (int r = 0; r < 6; r++) {
        bank[4 * r + j] = (float) Math.cos(r + 2 * j);
      }
    }
    Gradients.Evaluated got =
        Gradients.of(
            embedded,
            new Shape(2, 4),
            e -> {
              NDArray m = e.getManager().create(bank, new Shape(6, 4));
              long[] rows = {0, 1, 3, 5, 4, 1, 1, 2};
              NDArray index = Native.longs(e.getManager(), rows, new Shape(2, 4));
              NDArray scores =
                  ContrastFormulas.scores(ContrastFormulas.normalized(e), m, index, 0.07f);
              NDArray scale = Scalars.mul(scores.stopGradient().mean(), 6);
              return ContrastFormulas.noiseContrast(scores.div(scale), 6);
            });
    assertThat((double) got.value()).isCloseTo(16.821951508301293, within(1e-4));
    assertThat(Gradients.norm(got.gradient())).isPositive();
  }

  @Test
  void theGradientOfTheContrastIsThatOfDifferences() {
    float[] scores = {0.3f, 0.1f, 0.2f, 0.9f, 0.05f, 0.4f};
    var formula =
        (java.util.function.Function<NDArray, NDArray>) p -> ContrastFormulas.noiseContrast(p, 5);
    float[] gradient = Gradients.of(scores, new Shape(2, 3), formula).gradient();
    assertThat(
            Gradients.relativeError(
                gradient, Gradients.differences(scores, new Shape(2, 3), formula)))
        .isLessThan(2e-2);
    assertThat(gradient[0]).isNegative(); // a sample's own is to be likely
    assertThat(gradient[1]).isPositive(); // others' are not
  }

  @Test
  void othersAreOfOtherClassesAndAllOfThem() {
    int[] labels = new int[90];
    Arrays.setAll(labels, i -> i % 9 < 5 ? 0 : i % 9 < 8 ? 1 : 2);
    Negatives negatives = new Negatives(labels, 3);
    assertThat(Negatives.fewest(labels, 3)).isEqualTo(40);
    long[] chosen = negatives.beside(new int[] {0, 8}, 4000, new Draws(5));
    assertThat(negatives.beside(new int[] {0, 8}, 4000, new Draws(5))).containsExactly(chosen);
    for (int i = 0; i < 2; i++) {
      int own = i == 0 ? 0 : 8;
      assertThat(chosen[i * 4001]).isEqualTo(own);
      int[] count = new int[90];
      for (int k = 1; k <= 4000; k++) {
        count[(int) chosen[i * 4001 + k]]++;
      }
      int others = i == 0 ? 40 : 80;
      for (int row = 0; row < 90; row++) {
        if (labels[row] == labels[own]) {
          assertThat(count[row]).isZero();
        } else {
          assertThat(count[row]).isBetween(4000 / others / 2, 4000 / others * 2);
        }
      }
    }
  }

  /** More others than there are would be the same ones again. */
  @Test
  void thereAreNeverMoreOthersThanSamplesOfOtherClasses() {
    Session session = new Session(narrow(1), 3, TinyTask.context());
    REGISTRY.configure("crd", Map.of("negatives", "7")).strategy().distill(session);
    assertThat(session.runs().get(1).result().phase().learners().get(0).objective())
        .hasToString("1·hard + 0.8·contrast(K=7, τ=0.07)[stage2]");
  }

  /** With all weights still, embeddings are remembered ever better, and their own are found. */
  @Test
  void aBankComesToHoldWhatIsEmbedded() {
    Task task = narrow(4);
    Session session = new Session(task, 3, TinyTask.context());
    REGISTRY
        .configure("crd", Map.of("negatives", "50", "contrastWeight", "0.000001"))
        .strategy()
        .distill(session);
    var history = session.runs().get(1).result().history();
    assertThat(history.get(3).of("student", "contrast"))
        .isLessThan(history.get(0).of("student", "contrast"));
  }

  /** Rows of a batch: momentum · old + (1 − momentum) · new, of length 1, each side's its own. */
  @Test
  void aBankMovesByTheMomentum() {
    TinyTask.context();
    Samples samples = TinyTask.samples("bank", 9, 1);
    float momentum = 0.7f;
    int[] rows = {2, 7, 4};
    Map<String, float[]> banks =
        Map.of(
            "student", drawn("old student", 9),
            "teacher", drawn("old teacher", 9),
            "scales", new float[] {1, 1});
    Map<String, float[]> features =
        Map.of("student", drawn("student", 3), "teacher", drawn("teacher", 3));
    try (NDManager manager = NDManager.newBaseManager()) {
      Step step = new Step(manager, features, banks, rows, new HashMap<>());
      new ContrastiveRepresentation.Contrast(
              new TapPair("stage", "stage"), samples, 5, WIDTH, 0.07f, momentum)
          .value(step);
      assertThat(step.remembered).containsOnlyKeys("student", "teacher");
      for (String side : List.of("student", "teacher")) {
        for (int i = 0; i < rows.length; i++) {
          double[] fresh = ofLengthOne(row(features.get(side), i));
          double[] mixed = row(banks.get(side), rows[i]);
          for (int k = 0; k < WIDTH; k++) {
            mixed[k] = momentum * mixed[k] + (1 - momentum) * fresh[k];
          }
          double[] expected = ofLengthOne(mixed);
          double[] moved = row(step.remembered.get(side), i);
          for (int k = 0; k < WIDTH; k++) {
            assertThat(moved[k]).as("%s, row %d", side, i).isCloseTo(expected[k], within(1e-5));
          }
        }
      }
    }
  }

  private static final int WIDTH = 4;

  private static float[] drawn(String what, int rows) {
    Draws draws = Draws.of(1, what);
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.uniform(i, -1, 1);
    }
    return values;
  }

  private static double[] row(float[] matrix, int row) {
    double[] values = new double[WIDTH];
    Arrays.setAll(values, k -> matrix[row * WIDTH + k]);
    return values;
  }

  private static double[] ofLengthOne(double[] row) {
    double length = Math.sqrt(Arrays.stream(row).map(x -> x * x).sum());
    return Arrays.stream(row).map(x -> x / length).toArray();
  }

  /** The second step; adapters leave what goes in as it is, and what is written is noted. */
  private record Step(
      NDManager manager,
      Map<String, float[]> features,
      Map<String, float[]> banks,
      int[] rows,
      Map<String, float[]> remembered)
      implements StepView {
    private Outputs outputs(String side) {
      NDArray feature = manager.create(features.get(side), new Shape(rows.length, WIDTH));
      return new Outputs(List.of("stage"), new NDList(feature, feature));
    }

    @Override
    public Outputs own() {
      return outputs("student");
    }

    @Override
    public Outputs of(Role role) {
      return outputs("teacher");
    }

    @Override
    public NDArray adapter(String name, NDArray x) {
      return x;
    }

    @Override
    public NDArray memory(String name) {
      float[] bank = banks.get(name);
      return manager.create(bank, new Shape(bank.length));
    }

    @Override
    public void remember(String name, int[] some, NDArray values) {
      assertThat(some).isEqualTo(rows);
      remembered.put(name, values.toFloatArray());
    }

    @Override
    public Draws draws() {
      return new Draws(5);
    }

    @Override
    public Progress progress() {
      return new Progress(1, 2, 1, List.of());
    }

    @Override
    public NDArray input() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray target() {
      throw new UnsupportedOperationException();
    }
  }

  /** What terms make of what they remember is gone after the step. */
  @ParameterizedTest
  @ValueSource(strings = {"crd", "overhaul"})
  void readingWhatIsRememberedLeavesNothingBehind(String id) {
    Task task = narrow(2);
    List<Integer> arrays = new ArrayList<>();
    Samples counted = WatchedSamples.countingArrays(task.transfer(), arrays);
    Session session = new Session(TinyTask.withTransfer(task, counted), 3, TinyTask.context());
    REGISTRY.configure(id, Map.of()).strategy().distill(session);
    int last = arrays.size() - 1;
    assertThat(last).isGreaterThan(11);
    assertThat(arrays.get(last)).isEqualTo(arrays.get(last - 9));
  }

  @Test
  void aProjectorFitsATeacherOfOtherSize() {
    Engines.start(EngineSettings.defaults());
    NetworkSpec theirs = NetworkSpec.of(new TinyCnn(List.of(4, 6, 10), 1), new Shape(1, 8, 8), 3);
    BorrowedHead both =
        new BorrowedHead(
            new TinyCnn(List.of(4, 6), 1),
            theirs.architecture(),
            new TapPair("stage2", "stage3"),
            2);
    assertThat(theirs.with(both).taps())
        .containsEntry("stage2", new Shape(6, 4, 4))
        .containsEntry("projected", new Shape(10, 2, 2))
        .containsEntry("logits", new Shape(3));
    assertThat(both.learntHead(theirs)).containsExactly("logits");
    assertThat(both.borrowedStages(theirs)).containsExactly("teacher.logits");
  }
}
