package org.kd4j.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.engine.Native;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Exit;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;

class NativeEnsembleTests {
  private static final Architecture MLP = new Mlp(List.of(12, 8), 0, 0);
  private static final Architecture CNN = new PlainCnn(2, false);

  @Test
  void thePlanShowsTheObjective() {
    Phase phase = Plans.phase(task(1, MLP), "one", Map.of());
    assertThat(phase.learners())
        .extracting(l -> l.start().line() + " " + l.start().spec() + ": " + l.objective())
        .containsExactly(
            "student one(mlp:12-8,branches=3,shared=1): 1·hard(branch1, branch2, branch3) + 1·hard"
                + " + ramp 0→1·Σ soft(ensemble, T=3)");
  }

  @ParameterizedTest
  @CsvSource({"mlp, 1", "mlp, 2", "cnn, 1", "cnn, 2"})
  void aBranchIsTheStudentAndTheWholeIsTheSumOfItsParts(String student, int shared) {
    Architecture plain = student.equals("mlp") ? MLP : CNN;
    Samples samples = TinyTask.task(1).train();
    Complexity alone = complexity(plain, samples);
    BranchedNetwork branched = new BranchedNetwork(plain, 3, shared);
    Network network = open(branched, samples);
    assertThat(network.tapShapes())
        .containsEntry("branch1", new Shape(3))
        .containsEntry("branch3", new Shape(3))
        .containsEntry("gate", new Shape(3))
        .containsEntry("logits", new Shape(3));
    long stem = 0;
    long gate = 0;
    for (var parameter : network.parameters().entrySet()) {
      String path = parameter.getKey();
      long size =
          parameter.getValue().requiresGradient() ? parameter.getValue().getArray().size() : 0;
      gate += path.startsWith("gate/") ? size : 0;
      for (String name : plain.build(samples.shape(), 3).taps().subList(0, shared)) {
        stem += path.startsWith(name + "/") ? size : 0;
      }
    }
    assertThat(network.complexity().parameters())
        .isEqualTo(stem + gate + 3 * (alone.parameters() - stem));
    assertThat(gate).isPositive();
    network.close();
  }

  /** softmax(ReLU(BN(W·x + b))) of the stem, by hand, with the running statistics of evaluation. */
  @ParameterizedTest
  @CsvSource({"mlp", "cnn"})
  void theGateWeighsTheBranches(String student) {
    Samples samples = TinyTask.task(1).train();
    Network network = open(new BranchedNetwork(student.equals("mlp") ? MLP : CNN, 3, 1), samples);
    String stem = student.equals("mlp") ? "hidden1" : "group1";
    perturb(network);
    try (NDManager m = NDManager.newBaseManager()) {
      Outputs out = network.forward(Pass.evaluation(), samples.open(m).gather(m, rows(20)).input());
      float[] gate = out.tap("gate").toFloatArray();
      float[][] branches = new float[3][];
      for (int b = 0; b < 3; b++) {
        branches[b] = out.tap(BranchedNetwork.branch(b)).toFloatArray();
      }
      float[] ensemble = out.logits().toFloatArray();
      float[] features = out.tap(stem).toFloatArray();
      SortedMap<String, float[]> weights = network.weights();
      for (int row = 0; row < 20; row++) {
        double[] expected = gate(weights, pooled(features, row, out.tap(stem).getShape()));
        for (int b = 0; b < 3; b++) {
          assertThat(gate[row * 3 + b]).isCloseTo((float) expected[b], within(1e-5f));
        }
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          for (int b = 0; b < 3; b++) {
            sum += expected[b] * branches[b][row * 3 + c];
          }
          assertThat(ensemble[row * 3 + c]).isCloseTo((float) sum, within(1e-4f));
        }
      }
      assertThat(branches[0]).isNotEqualTo(branches[1]);
    }
    network.close();
  }

  /** Weights with biases and statistics unlike those of a fresh network. */
  private static void perturb(Network network) {
    Draws draws = Draws.of(3, "perturb");
    long[] next = {0};
    network
        .parameters()
        .forEach(
            (path, parameter) -> {
              float[] values = Native.read(parameter.getArray());
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) Math.abs(0.3 * draws.gaussian(next[0]++));
              }
              Native.write(parameter.getArray(), values);
            });
  }

  private static double[] pooled(float[] features, int row, Shape shape) {
    int channels = (int) shape.get(1);
    int area = (int) (shape.slice(1).size() / channels);
    double[] pooled = new double[channels];
    for (int c = 0; c < channels; c++) {
      for (int a = 0; a < area; a++) {
        pooled[c] += features[(row * channels + c) * area + a] / (double) area;
      }
    }
    return pooled;
  }

  private static double[] gate(SortedMap<String, float[]> weights, double[] x) {
    float[] w = one(weights, "weight");
    float[] bias = one(weights, "bias");
    double[] g = new double[bias.length];
    double sum = 0;
    for (int i = 0; i < g.length; i++) {
      double z = bias[i];
      for (int j = 0; j < x.length; j++) {
        z += w[i * x.length + j] * x[j];
      }
      z = (z - one(weights, "runningMean")[i]) / Math.sqrt(one(weights, "runningVar")[i] + 1e-5);
      z = z * one(weights, "gamma")[i] + one(weights, "beta")[i];
      g[i] = Math.exp(Math.max(0, z));
      sum += g[i];
    }
    for (int i = 0; i < g.length; i++) {
      g[i] /= sum;
    }
    return g;
  }

  private static float[] one(SortedMap<String, float[]> weights, String name) {
    List<float[]> found =
        weights.entrySet().stream()
            .filter(e -> e.getKey().startsWith("gate/") && e.getKey().endsWith("/" + name))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  @Test
  void theGatedSumsGradientsAgreeWithDifferences() {
    float[] gate = {0.2f, 0.5f, 0.3f, 0.6f, 0.1f, 0.3f};
    float[] logits = new float[18];
    for (int i = 0; i < 18; i++) {
      logits[i] = (float) Math.sin(i);
    }
    Shape three = new Shape(2, 3, 3);
    check(
        gate,
        new Shape(2, 3),
        g -> BranchedNetwork.gated(g, g.getManager().create(logits, three)).square().sum());
    check(
        logits,
        three,
        z -> BranchedNetwork.gated(z.getManager().create(gate, new Shape(2, 3)), z).square().sum());
  }

  /** By two branches' logits at once; the ensemble is held still, as it is in the term. */
  @Test
  void theTermsGradientsAgreeWithDifferences() {
    float[] both = {1, 2, 3, 0.5f, -1, 2, 2, 1, 0, 0, 1, 3};
    float[] ensemble = {0.3f, 1, -1, 2, 0, 0.5f};
    Shape shape = new Shape(2, 2, 3);
    check(
        both,
        shape,
        z ->
            NativeEnsemble.fromEnsemble(
                new NDList(z.get(0), z.get(1)),
                z.getManager().create(ensemble, new Shape(2, 3)),
                3));
    check(
        both,
        shape,
        z ->
            NativeEnsemble.branchLabels(
                new NDList(z.get(0), z.get(1)), z.getManager().create(new long[] {0, 2})));
  }

  /** The sum of single-branch divergences known from elsewhere: 0.636533 at T = 1. */
  @Test
  void eachBranchIsComparedWithTheEnsemble() {
    float[] branch = {1, 2, 3, 0.5f, -1, 2};
    float[] ensemble = {2, 1, 0, 0, 1, 3};
    Gradients.Evaluated found =
        Gradients.of(
            branch,
            new Shape(2, 3),
            z -> {
              NDArray e = z.getManager().create(ensemble, new Shape(2, 3));
              return NativeEnsemble.fromEnsemble(new NDList(z, e, z), e, 1);
            });
    assertThat(found.value()).isCloseTo(2 * 0.636533f, within(1e-5f));
  }

  private static void check(float[] x, Shape shape, Function<NDArray, NDArray> formula) {
    assertThat(
            Gradients.relativeError(
                Gradients.of(x, shape, formula).gradient(),
                Gradients.differences(x, shape, formula)))
        .isLessThan(2e-3);
  }

  /** The exits' logits are the whole's taps, and only what they need is counted. */
  @ParameterizedTest
  @CsvSource({"mlp", "cnn"})
  void anExitSaysWhatItsTapSaysAndCountsItsOwnBranchAlone(String student) {
    Task task = task(2, student.equals("mlp") ? MLP : CNN);
    Session session = new Session(task, 4, TinyTask.context());
    DistillationResult branch = distill(session, Map.of());
    DistillationResult whole = distill(session, Map.of("deploy", "ensemble"));
    assertThat(session.runs()).as("one phase serves both").hasSize(1);
    assertThat(branch.deployed()).isInstanceOf(Exit.class);
    assertThat(branch.others()).containsOnlyKeys("branch2", "branch3", "ensemble");
    assertThat(whole.others()).containsOnlyKeys("branch1", "branch2", "branch3");
    assertThat(branch.others().get("ensemble")).isEqualTo(whole.deployed());
    Samples validation = task.validation().orElseThrow();
    Complexity alone = complexity(task.student().architecture(), validation);
    for (Knowledge exit : List.of(branch.deployed(), branch.others().get("branch3"))) {
      Complexity counted = session.inspect(exit, validation).complexity();
      assertThat(counted.parameters()).isEqualTo(alone.parameters());
      assertThat(counted.multiplyAdds()).isEqualTo(alone.multiplyAdds());
    }
    assertThat(session.inspect(whole.deployed(), validation).complexity().parameters())
        .isGreaterThan(alone.parameters());
    SortedMap<String, float[]> weights = session.weights((Trained) whole.deployed());
    Network network = open(((Trained) whole.deployed()).spec().architecture(), validation);
    network.load(weights);
    try (NDManager m = NDManager.newBaseManager()) {
      Outputs out =
          network.forward(Pass.evaluation(), validation.open(m).gather(m, rows(150)).input());
      assertThat(said(session, branch.deployed(), validation))
          .containsExactly(out.tap("branch1").toFloatArray());
      assertThat(said(session, whole.others().get("branch2"), validation))
          .containsExactly(out.tap("branch2").toFloatArray());
      assertThat(said(session, whole.deployed(), validation))
          .containsExactly(out.logits().toFloatArray());
    }
    network.close();
  }

  private static float[] said(Session session, Knowledge who, Samples on) {
    Predictions said = session.predict(who, on);
    return said.logits();
  }

  /** Held against a sum written out, at the step's own taps. */
  @Test
  void theTermsAreSumsOverTheBranches() {
    SEEN.clear();
    Task task = task(1, MLP);
    Phase phase = Plans.phase(task, "one", Map.of());
    List<String> taps = List.of("branch1", "branch2", "branch3");
    LossTerm soft = new NativeEnsemble.FromEnsemble(taps, 3);
    LossTerm hard = new NativeEnsemble.BranchLabels(taps);
    LossTerm spy =
        view -> {
          NDArray value = soft.value(view);
          NDList branches = new NDList();
          taps.forEach(t -> branches.add(view.own().tap(t).stopGradient()));
          SEEN.add(
              new float[][] {
                value.stopGradient().toFloatArray(),
                hard.value(view).stopGradient().toFloatArray(),
                NDArrays.stack(branches).toFloatArray(),
                view.of(Role.STUDENT).logits().toFloatArray(),
                floats(view.target().toLongArray())
              });
          return value;
        };
    new Session(task, 1, TinyTask.context())
        .run(Plans.changed(phase, l -> Plans.with(l, Objective.of("spy", 1, spy))));
    assertThat(SEEN).hasSize(6);
    for (float[][] seen : SEEN) {
      int batch = seen[4].length;
      int[] labels = new int[batch];
      for (int i = 0; i < batch; i++) {
        labels[i] = (int) seen[4][i];
      }
      Predictions ensemble = new Predictions(seen[3], 3, labels);
      double kl = 0;
      double ce = 0;
      for (int b = 0; b < 3; b++) {
        float[] z = Arrays.copyOfRange(seen[2], b * batch * 3, (b + 1) * batch * 3);
        Predictions branch = new Predictions(z, 3, labels);
        for (int row = 0; row < batch; row++) {
          ce -= branch.logProbabilities(row, 1)[labels[row]] / batch;
          double[] p = ensemble.logProbabilities(row, 3);
          double[] q = branch.logProbabilities(row, 3);
          for (int c = 0; c < 3; c++) {
            kl += 9 * Math.exp(p[c]) * (p[c] - q[c]) / batch;
          }
        }
      }
      assertThat(seen[0][0]).isCloseTo((float) kl, within(1e-5f));
      assertThat(seen[1][0]).isCloseTo((float) ce, within(1e-4f));
    }
  }

  private static final List<float[][]> SEEN = new CopyOnWriteArrayList<>();

  private static float[] floats(long[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  /** Its own target is detached: what the ensemble teaches never moves the gate. */
  @Test
  void theEnsembleLearnsNothingFromItsBranches() {
    Task task = task(1, MLP);
    Phase phase = Plans.phase(task, "one", Map.of());
    LossTerm soft = new NativeEnsemble.FromEnsemble(List.of("branch1", "branch2", "branch3"), 3);
    Phase softAlone = Plans.changed(phase, l -> Plans.with(l, Objective.of("soft", 1, soft)));
    SortedMap<String, float[]> moved = Plans.weights(task, softAlone, Role.STUDENT);
    Network network = open(softAlone.learners().get(0).start().spec(), 1);
    SortedMap<String, float[]> first = network.weights();
    network.close();
    first.forEach(
        (path, values) -> {
          if (!path.contains("running")) {
            boolean still = path.startsWith("gate/");
            assertThat(Arrays.equals(values, moved.get(path))).as(path).isEqualTo(still);
          }
        });
  }

  @Test
  void theDefaultStemIsAllButTheLastTwoStages() {
    assertThat(shared(new Mlp(List.of(9), 0, 0))).isEqualTo(1);
    assertThat(shared(new Mlp(List.of(9, 8, 7), 0, 0))).isEqualTo(2);
    assertThat(shared(CNN)).isEqualTo(1);
  }

  private static int shared(Architecture student) {
    NetworkSpec spec =
        Plans.phase(task(1, student), "one", Map.of()).learners().get(0).start().spec();
    return ((BranchedNetwork) spec.architecture()).shared();
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsTrained() {
    assertThatThrownBy(() -> Plans.REGISTRY.configure("one", Map.of("branches", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("one: branches must be from 2 to 100, was 1");
    assertThatThrownBy(() -> Plans.REGISTRY.configure("one", Map.of("ramp", "80")))
        .hasMessage("one: ramp is a share of the epochs, from 0 to 1, was 80.0");
    assertThatThrownBy(() -> Plans.phase(task(1, MLP), "one", Map.of("shared", "3")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Strategy 'one' does not fit this task: it leaves branches nothing of their own with shared=3; the"
                + " stages of mlp:12-8 are [hidden1, hidden2, logits], share at most 2.");
    Task linear = task(1, new Mlp(List.of(), 0, 0));
    assertThatThrownBy(() -> Plans.phase(linear, "one", Map.of()))
        .hasMessage(
            "Strategy 'one' does not fit this task: it needs a student with a stage to share before its logits; mlp:0 has only [logits].");
    Task twice = task(1, new BranchedNetwork(MLP, 2, 1));
    assertThatThrownBy(
            () ->
                new Session(twice, 1, TinyTask.context()).run(Plans.phase(twice, "one", Map.of())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has branches of its own");
  }

  /** The gate normalises over the batch. */
  @Test
  void aBatchOfOneIsRefused() {
    Task task = task(1, MLP);
    Recipe thirteen =
        new Recipe(Training.of(1, 13), task.recipe().optimizer(), task.recipe().augmentation());
    Task uneven = OnlineTests.with(task, thirteen, thirteen);
    assertThatThrownBy(
            () ->
                Plans.REGISTRY
                    .configure("one", Map.of())
                    .strategy()
                    .distill(new Session(uneven, 1, TinyTask.context())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("needs batches of at least 2, and the last of each epoch has 1");
  }

  private static DistillationResult distill(Session session, Map<String, String> options) {
    return Plans.REGISTRY.configure("one", options).strategy().distill(session);
  }

  private static Task task(int epochs, Architecture student) {
    Task tiny = TinyTask.task(epochs);
    return new Task(
        tiny.name(),
        tiny.train(),
        tiny.transfer(),
        tiny.validation(),
        tiny.teacher(),
        NetworkSpec.of(student, tiny.train().shape(), 3),
        tiny.teacherRecipe(),
        tiny.recipe());
  }

  private static Network open(Architecture architecture, Samples samples) {
    return open(NetworkSpec.of(architecture, samples.shape(), 3), 1);
  }

  private static Network open(NetworkSpec spec, long seed) {
    Engines.start(EngineSettings.defaults());
    return Network.fresh(spec, NDManager.newBaseManager(), seed, Task.STUDENT_LINE);
  }

  private static Complexity complexity(Architecture architecture, Samples samples) {
    Engines.start(EngineSettings.defaults());
    return NetworkSpec.of(architecture, samples.shape(), 3).complexity();
  }

  private static int[] rows(int count) {
    return IntStream.range(0, count).toArray();
  }
}
