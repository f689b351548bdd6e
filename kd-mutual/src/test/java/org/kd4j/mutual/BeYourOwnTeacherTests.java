package org.kd4j.mutual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Exit;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class BeYourOwnTeacherTests {
  private static final StrategyRegistry REGISTRY = Distillation.of(new MutualModule()).strategies();
  private static final Mlp DEEP = new Mlp(List.of(9, 7, 5), 0, 0);
  private static final ArraySamples SAMPLES = TinyTask.samples("exits", 60, 4);

  /** One step on all samples at once. */
  private static Task oneStep(Architecture network, float rate) {
    NetworkSpec spec = NetworkSpec.of(network, SAMPLES.shape(), SAMPLES.classes());
    Recipe recipe =
        new Recipe(
            Training.of(1, SAMPLES.size()),
            new Sgd(Schedule.constant(rate), 0, false, 0, 0),
            Augmentation.NONE);
    return new Task("exits", SAMPLES, SAMPLES, Optional.empty(), spec, spec, recipe, recipe);
  }

  private static DistillationResult distil(Session session, String id) {
    return REGISTRY.configure(id, Map.of()).strategy().distill(session);
  }

  private static Trained whole(DistillationResult result) {
    return ((Exit) result.deployed()).trained();
  }

  // The formula.

  @Test
  void theHintIsTheSquaredDistancePerSample() {
    float[] features = {1, 2, 3, 4, 5, 6};
    Function<NDArray, NDArray> hint =
        f ->
            BeYourOwnTeacher.hint(
                f, f.getManager().create(new float[] {1, 1, 1, 1, 1, 1}, new Shape(2, 3)));
    assertThat(Gradients.of(features, new Shape(2, 3), hint).value())
        .isCloseTo((0 + 1 + 4 + 9 + 16 + 25) / 2f, within(1e-5f));
    assertThat(
            Gradients.relativeError(
                Gradients.of(features, new Shape(2, 3), hint).gradient(),
                Gradients.differences(features, new Shape(2, 3), hint)))
        .isLessThan(2e-3);
  }

  /** Every term of the first step, from the outputs of the first weights, in plain Java. */
  @Test
  void theTermsAreThePapersSums() {
    Session session = new Session(oneStep(DEEP, 0), 3, TinyTask.context());
    distil(session, "be-your-own-teacher");
    EpochMetrics step = session.runs().get(0).result().history().get(0);
    NetworkSpec spec = NetworkSpec.of(new Exits(DEEP), SAMPLES.shape(), SAMPLES.classes());
    try (NDManager manager = NDManager.newBaseManager()) {
      int[] all = new int[SAMPLES.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = i;
      }
      Outputs first =
          Network.fresh(spec, manager, 3, Task.STUDENT_LINE)
              .forward(Pass.evaluation(), SAMPLES.open(manager).gather(manager, all).input());
      double hard = 0;
      double soft = 0;
      double hint = 0;
      double[] deepest = logProbabilities(first.logits(), 3);
      for (int i = 1; i <= 2; i++) {
        double[] plain = logProbabilities(first.tap("exit" + i), 1);
        double[] softened = logProbabilities(first.tap("exit" + i), 3);
        for (int s = 0; s < SAMPLES.size(); s++) {
          hard -= plain[3 * s + SAMPLES.labels()[s]];
        }
        for (int k = 0; k < deepest.length; k++) {
          soft += 9 * Math.exp(deepest[k]) * (deepest[k] - softened[k]);
        }
        float[] f = first.tap("bottleneck" + i).toFloatArray();
        float[] c = first.tap("hidden3").toFloatArray();
        for (int k = 0; k < f.length; k++) {
          hint += Math.pow(f[k] - c[k], 2);
        }
      }
      assertThat(step.of("student", "exits")).isCloseTo(hard / SAMPLES.size(), within(1e-5));
      assertThat(step.of("student", "soft")).isCloseTo(soft / SAMPLES.size(), within(1e-5));
      assertThat(step.of("student", "hint")).isCloseTo(hint / SAMPLES.size(), within(1e-5));
    }
  }

  private static double[] logProbabilities(NDArray logits, double temperature) {
    float[] z = logits.toFloatArray();
    double[] log = new double[z.length];
    for (int i = 0; i < z.length; i += 3) {
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        sum += Math.exp(z[i + c] / temperature);
      }
      for (int c = 0; c < 3; c++) {
        log[i + c] = z[i + c] / temperature - Math.log(sum);
      }
    }
    return log;
  }

  @Test
  void theObjectivePrintsWhatReadsWhat() {
    Session session = new Session(oneStep(DEEP, 0), 3, TinyTask.context());
    distil(session, "be-your-own-teacher");
    assertThat(session.runs().get(0).result().phase().learners().get(0).objective())
        .hasToString(
            "1·hard + 0.7·hard(exit1, exit2) + 0.3·soft(exit1, exit2 from logits, T=3)"
                + " + 0.03·hint(bottleneck1, bottleneck2 to hidden3)");
  }

  // The procedure.

  /**
   * What lies above the highest exit learns from the labels alone: no gradient comes back through
   * the target or the features it is compared with.
   */
  @Test
  void theDeepestClassifierIsNotPulledTowardsItsExits() {
    Session session = new Session(oneStep(DEEP, 0.5f), 3, TinyTask.context());
    SortedMap<String, float[]> own = session.weights(whole(distil(session, "be-your-own-teacher")));
    SortedMap<String, float[]> scratch =
        session.weights((Trained) distil(session, "scratch").deployed());
    scratch.forEach(
        (path, values) -> {
          if (path.startsWith("hidden3/") || path.startsWith("logits/")) {
            assertThat(own.get(path)).as(path).containsExactly(values);
          } else {
            assertThat(own.get(path)).as(path).isNotEqualTo(values);
          }
        });
    assertThat(own.keySet()).anyMatch(p -> p.startsWith("exit2/"));
  }

  @Test
  void whatIsDeployedIsTheStudentAlone() {
    Session session = new Session(oneStep(DEEP, 0.5f), 3, TinyTask.context());
    DistillationResult result = distil(session, "be-your-own-teacher");
    assertThat(session.inspect(result.deployed(), SAMPLES).complexity())
        .isEqualTo(session.task().student().complexity());
    assertThat(result.others()).containsOnlyKeys("exit1", "exit2");
    // 36·9+9 of the first layer, 9·5+5 of the bottleneck, 5·3+3 of the classifier.
    assertThat(session.inspect(result.others().get("exit1"), SAMPLES).complexity().parameters())
        .isEqualTo(333 + 50 + 18);
  }

  @Test
  void exitsAlongConvolutionsTrain() {
    Session session = new Session(oneStep(new PlainCnn(4, false), 0.1f), 3, TinyTask.context());
    DistillationResult result = distil(session, "be-your-own-teacher");
    assertThat(result.others()).containsOnlyKeys("exit1");
    assertThat(session.inspect(result.deployed(), SAMPLES).complexity())
        .isEqualTo(session.task().student().complexity());
    assertThat(session.runs().get(0).result().history().get(0).of("student", "hint")).isPositive();
  }

  // The network.

  @ParameterizedTest
  @CsvSource({"2, 28", "4, 28", "6, 28", "8, 32", "10, 32", "6, 11", "6, 23", "4, 7"})
  void bottlenecksBringFeaturesToTheDeepestsShape(int layers, int side) {
    Shape input = new Shape(3, side, side);
    Exits exits = new Exits(new PlainCnn(layers, false));
    Map<String, Shape> taps = shapes(exits, input);
    Exits.Places places = exits.places(input, 10);
    assertThat(places.deepest()).isEqualTo(layers < 8 ? "group" + groups(layers) : "fc");
    assertThat(places.stages()).hasSize(layers < 8 ? groups(layers) - 1 : 4);
    for (int i = 1; i <= places.stages().size(); i++) {
      assertThat(taps.get("bottleneck" + i)).isEqualTo(taps.get(places.deepest()));
      assertThat(taps.get("exit" + i)).isEqualTo(new Shape(10));
    }
  }

  private static int groups(int layers) {
    return layers == 6 ? 3 : 2;
  }

  private static Map<String, Shape> shapes(Architecture network, Shape input) {
    TinyTask.context(); // starts the engine
    try (NDManager manager = NDManager.newBaseManager()) {
      return Network.blank(NetworkSpec.of(network, input, 10), manager).tapShapes();
    }
  }

  @Test
  void aSingleStageHasItsExitWhereItIs() {
    Exits.Places places = new Exits(new Mlp(List.of(8), 0, 0)).places(SAMPLES.shape(), 3);
    assertThat(places).isEqualTo(new Exits.Places(List.of("hidden1"), "hidden1"));
  }

  // What is refused.

  @Test
  void aNetworkWithoutStagesHasNoExits() {
    Session session = new Session(oneStep(new Mlp(List.of(), 0, 0), 0.1f), 3, TinyTask.context());
    assertThatThrownBy(() -> distil(session, "be-your-own-teacher"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Strategy 'be-your-own-teacher' does not fit this task: it needs exits along the student;"
                + " mlp:0 goes from its input straight to its logits; exits need a stage in"
                + " between.");
  }

  @Test
  void theDefaultsAreThePapers() {
    assertThat(new BeYourOwnTeacher.Factory().defaults())
        .isEqualTo(new BeYourOwnTeacher.Options(0.3f, 3, 0.03f));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "softWeight=-0.1: softWeight must be from 0 to 1, the exits' labels keep the rest; was -0.1",
        "temperature=0: temperature must be above 0, was 0.0",
        "hintWeight=-1: hintWeight must be 0 or more, was -1.0"
      })
  void numbersOutOfRangeAreRefused(String refusal) {
    String[] parts = refusal.split(": ", 2);
    String[] option = parts[0].split("=");
    assertThatThrownBy(
            () -> REGISTRY.configure("be-your-own-teacher", Map.of(option[0], option[1])))
        .isInstanceOf(UsageException.class)
        .hasMessage("be-your-own-teacher: " + parts[1]);
  }
}
