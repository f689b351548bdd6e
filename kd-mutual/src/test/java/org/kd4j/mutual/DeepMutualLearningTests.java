package org.kd4j.mutual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.UpdateOrder;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class DeepMutualLearningTests {
  private static final StrategyRegistry REGISTRY = Distillation.of(new MutualModule()).strategies();
  private static final Shape SHAPE = new Shape(2, 3);
  private static final float[] ONE = {1, 2, 3, 0.5f, -1, 2};
  private static final float[] TWO = {2, 1, 0, 0, 1, 3};
  private static final float[] THREE = {0, 3, -1, 1, 1, -2};

  /** Of weights after a few steps, in single precision. */
  private static final double CLOSE = 2e-6;

  // The formula.

  @Test
  void agreesWithValuesComputedInDoublePrecision() {
    assertThat(Gradients.of(ONE, SHAPE, z -> loss(z, TWO)).value())
        .isCloseTo(1.960992f, within(1e-5f));
    assertThat(Gradients.of(TWO, SHAPE, z -> loss(z, ONE)).value())
        .isCloseTo(0.940115f, within(1e-5f));
  }

  private static NDArray loss(NDArray z, float[] peer) {
    NDArray labels = z.getManager().create(new long[] {0, 2});
    return Formulas.crossEntropy(z, labels).add(mimicry(z, 1, peer));
  }

  private static NDArray mimicry(NDArray z, float temperature, float[]... peers) {
    NDList said = new NDList();
    for (float[] peer : peers) {
      said.add(z.getManager().create(peer, SHAPE));
    }
    return DeepMutualLearning.mimicry(z, said, temperature);
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 3})
  void gradientsAgreeWithDifferences(float temperature) {
    Function<NDArray, NDArray> formula = z -> mimicry(z, temperature, TWO, THREE);
    assertThat(
            Gradients.relativeError(
                Gradients.of(ONE, SHAPE, formula).gradient(),
                Gradients.differences(ONE, SHAPE, formula)))
        .isLessThan(2e-3);
  }

  @Test
  void severalPeersCountAsTheMeanOfEach() {
    double both = Gradients.of(ONE, SHAPE, z -> mimicry(z, 2, TWO, THREE)).value();
    double two = Gradients.of(ONE, SHAPE, z -> mimicry(z, 2, TWO)).value();
    double three = Gradients.of(ONE, SHAPE, z -> mimicry(z, 2, THREE)).value();
    assertThat(both).isCloseTo((two + three) / 2, within(1e-6));
  }

  /** The mean of divergences is the divergence from the mean, and what the weights do not move. */
  @Test
  void severalPeersPullAsTheirMeanDistributionWould() {
    float[] each = Gradients.of(ONE, SHAPE, z -> mimicry(z, 1, TWO, THREE)).gradient();
    float[] mean =
        Gradients.of(
                ONE,
                SHAPE,
                z -> {
                  NDArray two = z.getManager().create(TWO, SHAPE).logSoftmax(1);
                  NDArray three = z.getManager().create(THREE, SHAPE).logSoftmax(1);
                  return Formulas.softTargetsKlOfLog(
                      z, Formulas.logMean(new NDList(two, three)), 1);
                })
            .gradient();
    assertThat(Gradients.relativeError(each, mean)).isLessThan(1e-5);
  }

  @Test
  void peersThatAgreeTeachNothing() {
    Gradients.Evaluated same = Gradients.of(ONE, SHAPE, z -> mimicry(z, 1, ONE, ONE));
    assertThat(same.value()).isCloseTo(0, within(1e-6f));
    assertThat(Gradients.norm(same.gradient())).isLessThan(1e-6);
  }

  @Test
  void extremeLogitsStayFinite() {
    float[] far = {1000, -1000, 0, -1000, 1000, 0};
    Gradients.Evaluated apart = Gradients.of(far, SHAPE, z -> mimicry(z, 1, TWO, THREE));
    assertThat(apart.value()).isFinite();
    for (float g : apart.gradient()) {
      assertThat(g).isFinite();
    }
  }

  // The procedure.

  private static Task counted(int epochs) {
    return of(LinearTask.task(LinearTask.samples(), epochs), new Counted());
  }

  private static Task of(Task task, Architecture network) {
    NetworkSpec spec = NetworkSpec.of(network, task.train().shape(), task.train().classes());
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        spec,
        spec,
        task.recipe(),
        task.recipe());
  }

  private static Task linear() {
    return LinearTask.task(LinearTask.samples(), 3);
  }

  private static List<LinearTask.Net> learnt(Task task, Map<String, String> options) {
    Session session = new Session(task, LinearTask.SEED, TinyTask.context());
    DistillationResult result = REGISTRY.configure("mutual", options).strategy().distill(session);
    List<Knowledge> peers = new ArrayList<>(List.of(result.deployed()));
    result
        .others()
        .forEach(
            (name, k) -> {
              if (name.startsWith("peer")) {
                peers.add(k);
              }
            });
    return peers.stream().map(p -> LinearTask.Net.of(session.weights((Trained) p))).toList();
  }

  /**
   * The paper's equations for K linear peers, in plain Java: the derivative of CE + 1/(K−1) · Σ_j
   * KL(p_j ‖ p_i) by z_i is (p_i − y) + (p_i − mean of p_j), over the batch size; nothing flows to
   * p_j.
   */
  private static List<LinearTask.Net> reference(int peers, int epochs, boolean inTurn) {
    List<LinearTask.Net> nets = new ArrayList<>();
    for (int i = 0; i < peers; i++) {
      nets.add(LinearTask.Net.fresh(i == 0 ? "student" : "peer-" + (i + 1)));
    }
    int[] labels = LinearTask.samples().labels();
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] rows : LinearTask.batches(epoch)) {
        double[][][] said = new double[peers][][];
        for (int i = 0; i < peers; i++) {
          said[i] = nets.get(i).probabilities(rows);
        }
        for (int i = 0; i < peers; i++) {
          double[][] slope = new double[rows.length][3];
          for (int s = 0; s < rows.length; s++) {
            for (int c = 0; c < 3; c++) {
              double others = 0;
              for (int j = 0; j < peers; j++) {
                others += j == i ? 0 : said[j][s][c] / (peers - 1);
              }
              double label = labels[rows[s]] == c ? 1 : 0;
              slope[s][c] = (2 * said[i][s][c] - label - others) / rows.length;
            }
          }
          nets.get(i).descend(rows, slope);
          if (inTurn) {
            said[i] = nets.get(i).probabilities(rows);
          }
        }
      }
    }
    return nets;
  }

  @ParameterizedTest
  @CsvSource({"2, together", "2, in-turn", "3, together", "3, in-turn"})
  void peersMoveAsThePapersEquationsSay(int peers, String order) {
    List<LinearTask.Net> learnt = learnt(linear(), Map.of("peers", "" + peers, "order", order));
    List<LinearTask.Net> expected = reference(peers, 3, order.equals("in-turn"));
    assertThat(learnt).hasSize(peers);
    for (int i = 0; i < peers; i++) {
      assertThat(learnt.get(i).distance(expected.get(i))).as("peer %d", i).isLessThan(CLOSE);
    }
  }

  /** Or the test above could not tell the orders apart. */
  @Test
  void theOrdersMoveThePeersFarApart() {
    List<LinearTask.Net> inTurn = reference(2, 3, true);
    List<LinearTask.Net> together = reference(2, 3, false);
    for (int i = 0; i < 2; i++) {
      assertThat(inTurn.get(i).distance(together.get(i))).isGreaterThan(1000 * CLOSE);
    }
  }

  @Test
  void peersStartPairwiseUnlike() {
    Session session = new Session(linear(), LinearTask.SEED, TinyTask.context());
    REGISTRY.configure("mutual", Map.of("peers", "4")).strategy().distill(session);
    List<String> lines =
        session.runs().get(0).result().phase().learners().stream()
            .map(l -> l.start().line())
            .toList();
    assertThat(lines).containsExactly("student", "peer-2", "peer-3", "peer-4");
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < i; j++) {
        LinearTask.Net one = LinearTask.Net.fresh(lines.get(i));
        assertThat(one.distance(LinearTask.Net.fresh(lines.get(j)))).isGreaterThan(0.1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"together, 3", "in-turn, 5"})
  void aStepForwardsEachPeerOnceAndInTurnAllButTheLastAgain(String order, int perStep) {
    Map<String, String> options = Map.of("peers", "3", "order", order);
    FORWARDS.set(0);
    learnt(counted(1), options);
    int once = FORWARDS.getAndSet(0);
    learnt(counted(2), options);
    int steps = LinearTask.batches(0).length;
    assertThat(FORWARDS.get() - once).isEqualTo(perStep * steps);
  }

  private static final AtomicInteger FORWARDS = new AtomicInteger();

  /** A linear network that counts how often it is forwarded. */
  private record Counted() implements Architecture {
    @Override
    public TappedBlock build(Shape input, int classes) {
      return TappedBlock.of()
          .logits(
              new SequentialBlock()
                  .add(Blocks.batchFlattenBlock())
                  .add(Linear.builder().setUnits(classes).build())
                  .add(
                      list -> {
                        FORWARDS.incrementAndGet();
                        return list;
                      }));
    }
  }

  /** Running statistics and dropout masks of a peer forwarded again would show here. */
  @ParameterizedTest
  @CsvSource({
    "together, mlp:8",
    "in-turn, 'mlp:8,dropout=0.2'",
    "together, cnn:2",
    "in-turn, cnn:2"
  })
  void withoutTheMutualTermTheStudentIsScratchBitForBit(String order, String network) {
    Architecture student =
        network.startsWith("cnn")
            ? new PlainCnn(2, false)
            : new Mlp(List.of(8), network.endsWith("0.2") ? 0.2f : 0, 0);
    assertThat(student).hasToString(network);
    Session session = new Session(of(TinyTask.task(2), student), 7, TinyTask.context());
    Map<String, String> options = Map.of("mutualWeight", "0", "order", order);
    Knowledge apart = REGISTRY.configure("mutual", options).strategy().distill(session).deployed();
    Knowledge scratch =
        REGISTRY.configure("scratch", Map.of()).strategy().distill(session).deployed();
    assertThat(session.weights((Trained) apart))
        .usingRecursiveComparison()
        .isEqualTo(session.weights((Trained) scratch));
  }

  @Test
  void peersOfOtherNetworksLearnToo() {
    Session session = new Session(TinyTask.task(2), 1, TinyTask.context());
    DistillationResult result =
        REGISTRY
            .configure("mutual", Map.of("peers", "3", "networks", "mlp:24 + mlp:5-5"))
            .strategy()
            .distill(session);
    assertThat(result.deployed()).hasToString("student (mlp:8)");
    assertThat(result.others().get("peer-2")).hasToString("peer-2 (mlp:24)");
    assertThat(result.others().get("peer-3")).hasToString("peer-3 (mlp:5-5)");
    Phase phase = session.runs().get(0).result().phase();
    assertThat(phase.learners())
        .extracting(Learner::objective)
        .extracting(Object::toString)
        .containsExactly(
            "1·hard + 1·mimicry(peer-2, peer-3, T=1)",
            "1·hard + 1·mimicry(peer, peer-3, T=1)",
            "1·hard + 1·mimicry(peer, peer-2, T=1)");
  }

  // What is refused.

  @Test
  void theDefaultsAreThePapers() {
    assertThat(REGISTRY.configure("mutual", Map.of()).options())
        .isEqualTo(new DeepMutualLearning.Options(2, "", UpdateOrder.IN_TURN, 1, 1, 1));
  }

  @Test
  void networksThatAreNotThePeersAreRefused() {
    refused(
        "mutual: networks must name the 2 peers beside the student, joined by '+', or none for copies"
            + " of the student; 'mlp:8' names 1",
        Map.of("peers", "3", "networks", "mlp:8"));
    refused(
        "No network 'mpl'. Did you mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.",
        Map.of("networks", "mpl:8"));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    refused("mutual: peers must be from 2 to 100, was 1", Map.of("peers", "1"));
    refused("mutual: mutualWeight must be 0 or more, was -1.0", Map.of("mutualWeight", "-1"));
    refused("mutual: temperature must be above 0, was 0.0", Map.of("temperature", "0"));
    refused(
        "mutual: hardWeight must be above 0, was 0.0: peers that only agree learn nothing of the task",
        Map.of("hardWeight", "0"));
  }

  private static void refused(String message, Map<String, String> options) {
    assertThatThrownBy(() -> REGISTRY.configure("mutual", options))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }
}
