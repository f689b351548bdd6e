package org.kd4j.mutual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Network;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class BornAgainTests {
  private static final StrategyRegistry REGISTRY = Distillation.of(new MutualModule()).strategies();
  private static final Shape SHAPE = new Shape(2, 3);
  private static final float[] ONE = {1, 2, 3, 0.5f, -1, 2};
  private static final float[] TWO = {2, 1, 0, 0, 1, 3};

  /** Of weights after a few steps, in single precision. */
  private static final double CLOSE = 2e-6;

  // The formulas.

  private static NDArray weighted(NDArray z, long... labels) {
    return BornAgain.confidenceWeighted(
        z, z.getManager().create(labels), z.getManager().create(TWO, SHAPE), 1);
  }

  /** max p_t is 0.665241 and 0.843795, CE 2.407606 and 0.241311. */
  @Test
  void labelsAreWeightedByTheTeachersConfidence() {
    double top1 = 1 / (1 + Math.exp(-1) + Math.exp(-2));
    double top2 = 1 / (1 + Math.exp(-2) + Math.exp(-3));
    double loss1 = Math.log(1 + Math.exp(1) + Math.exp(2));
    double loss2 = Math.log(1 + Math.exp(-1.5) + Math.exp(-3));
    double expected = (top1 * loss1 + top2 * loss2) / (top1 + top2);
    assertThat(Gradients.of(ONE, SHAPE, z -> weighted(z, 0, 2)).value())
        .isCloseTo((float) expected, within(1e-5f));
    assertThat(Gradients.of(ONE, SHAPE, z -> weighted(z, -1, 2)).value())
        .as("the labelled one alone")
        .isCloseTo((float) loss2, within(1e-5f));
    assertThat(Gradients.of(ONE, SHAPE, z -> weighted(z, -1, -1)).value()).isZero();
  }

  @Test
  void aTeacherEquallySureOfAllWeighsNothing() {
    NDArrayFormula even =
        z ->
            BornAgain.confidenceWeighted(
                z, z.getManager().create(new long[] {0, 2}), z.getManager().zeros(SHAPE), 1);
    NDArrayFormula plain = z -> Formulas.crossEntropy(z, z.getManager().create(new long[] {0, 2}));
    assertThat(Gradients.of(ONE, SHAPE, even).value())
        .isCloseTo(Gradients.of(ONE, SHAPE, plain).value(), within(1e-6f));
  }

  private interface NDArrayFormula extends Function<NDArray, NDArray> {}

  @Test
  void gradientsAgreeWithDifferences() {
    NDArrayFormula weighted = z -> weighted(z, 0, 2);
    NDArrayFormula permuted =
        z -> {
          NDArray teacher = z.getManager().create(TWO, SHAPE).logSoftmax(1);
          return Formulas.softTargetsKlOfLog(
              z, BornAgain.permutedBesideTop(teacher, Draws.of(1, "test")), 1);
        };
    for (NDArrayFormula formula : List.of(weighted, permuted)) {
      assertThat(
              Gradients.relativeError(
                  Gradients.of(ONE, SHAPE, formula).gradient(),
                  Gradients.differences(ONE, SHAPE, formula)))
          .isLessThan(2e-3);
    }
  }

  private static float[][] permuted(float[] row, int times) {
    Engines.start(EngineSettings.defaults());
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] rows = new float[row.length * times];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = row[i % row.length];
      }
      float[] flat =
          BornAgain.permutedBesideTop(
                  manager.create(rows, new Shape(times, row.length)), Draws.of(1, "test"))
              .toFloatArray();
      float[][] result = new float[times][];
      for (int i = 0; i < times; i++) {
        result[i] = Arrays.copyOfRange(flat, i * row.length, (i + 1) * row.length);
      }
      return result;
    }
  }

  /** 3! = 6 orders beside the top, wherever that is; 1,200 draws give each 200, ± 13. */
  @ParameterizedTest
  @CsvSource({"0", "1", "2", "3"})
  void allOrdersBesideTheTopComeEquallyOften(int top) {
    float[] row = {0.1f, 0.2f, 0.3f, 0.4f};
    row[3] = row[top];
    row[top] = 0.9f;
    Map<String, Integer> seen = new TreeMap<>();
    for (float[] given : permuted(row, 1200)) {
      assertThat(given[top]).isEqualTo(0.9f);
      assertThat(given).containsExactlyInAnyOrder(row);
      seen.merge(Arrays.toString(given), 1, Integer::sum);
    }
    assertThat(seen).hasSize(6);
    assertThat(seen.values()).allMatch(n -> Math.abs(n - 200) < 52);
  }

  @Test
  void aTieForTheTopIsStillAPermutation() {
    for (float[] given : permuted(new float[] {0.4f, 0.1f, 0.4f, 0.1f}, 20)) {
      assertThat(given).containsExactlyInAnyOrder(0.4f, 0.1f, 0.4f, 0.1f);
    }
  }

  // The procedure.

  /** One generation of linear networks by the paper's equations (section 3.2), in plain Java. */
  private static LinearTask.Net reference(boolean labels, String mode, int epochs) {
    ArraySamples samples = LinearTask.samples();
    int[] y = samples.labels();
    LinearTask.Net teacher = LinearTask.Net.fresh("generation-0");
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] rows : LinearTask.batches(epoch)) {
        double[][] slope = teacher.probabilities(rows);
        for (int s = 0; s < rows.length; s++) {
          for (int c = 0; c < 3; c++) {
            slope[s][c] = (slope[s][c] - LinearTask.onehot(y[rows[s]], c)) / rows.length;
          }
        }
        teacher.descend(rows, slope);
      }
    }
    LinearTask.Net student = LinearTask.Net.fresh(Task.STUDENT_LINE);
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] rows : LinearTask.batches(epoch)) {
        double[][] p = teacher.probabilities(rows);
        double[][] q = student.probabilities(rows);
        Draws draws = Draws.of(LinearTask.SEED, "term", Task.STUDENT_LINE, "taught").at(step++);
        double sure = 0;
        for (double[] each : p) {
          sure += max(each);
        }
        double[][] slope = new double[rows.length][3];
        for (int s = 0; s < rows.length; s++) {
          double[] target = mode.equals("dkpp") ? permuted(p[s], draws.at(s)) : p[s];
          for (int c = 0; c < 3; c++) {
            double byLabel = q[s][c] - LinearTask.onehot(y[rows[s]], c);
            double taught =
                mode.equals("cwtm")
                    ? byLabel * max(p[s]) / sure
                    : (q[s][c] - target[c]) / rows.length;
            slope[s][c] = taught + (labels ? byLabel / rows.length : 0);
          }
        }
        student.descend(rows, slope);
      }
    }
    return student;
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static double[] permuted(double[] p, Draws draws) {
    List<Integer> others = new ArrayList<>();
    for (int c = 0; c < p.length; c++) {
      if (p[c] < max(p)) {
        others.add(c);
      }
    }
    int[] order = draws.permutation(others.size());
    double[] result = p.clone();
    for (int k = 0; k < order.length; k++) {
      result[others.get(k)] = p[others.get(order[k])];
    }
    return result;
  }

  @ParameterizedTest
  @CsvSource({"false, plain", "true, plain", "false, cwtm", "false, dkpp", "true, dkpp"})
  void aGenerationMovesAsThePapersEquationsSay(boolean labels, String mode) {
    Task task = LinearTask.task(LinearTask.samples(), 2);
    Session session = new Session(task, LinearTask.SEED, TinyTask.context());
    Map<String, String> options = Map.of("generations", "1", "labels", "" + labels, "mode", mode);
    Knowledge student =
        REGISTRY.configure("born-again", options).strategy().distill(session).deployed();
    LinearTask.Net learnt = LinearTask.Net.of(session.weights((Trained) student));
    assertThat(learnt.distance(reference(labels, mode, 2))).isLessThan(CLOSE);
    String other = mode.equals("plain") ? "dkpp" : "plain";
    assertThat(learnt.distance(reference(labels, other, 2))).isGreaterThan(1000 * CLOSE);
  }

  private record Chain(Session session, DistillationResult result) {
    Knowledge generation(int k) {
      return result.others().get("generation-" + k);
    }
  }

  private static Chain chain(Task task, String... options) {
    Map<String, String> map = new TreeMap<>();
    for (String option : options) {
      map.put(option.split("=")[0], option.split("=")[1]);
    }
    Session session = new Session(task, 7, TinyTask.context());
    return new Chain(session, REGISTRY.configure("born-again", map).strategy().distill(session));
  }

  @Test
  void eachGenerationIsTaughtByTheOneBeforeAndStartsUnlikeAnyOther() {
    Chain chain = chain(TinyTask.task(1), "generations=3");
    List<Phase> phases = chain.session.runs().stream().map(r -> r.result().phase()).toList();
    assertThat(phases)
        .extracting(p -> p.learners().get(0).start().line())
        .containsExactly("generation-0", "generation-1", "generation-2", "student");
    assertThat(phases).allMatch(p -> p.learners().get(0).start().from().isEmpty());
    assertThat(phases.get(0).guides()).isEmpty();
    for (int k = 1; k < 4; k++) {
      assertThat(phases.get(k).guides())
          .singleElement()
          .extracting("knowledge")
          .isEqualTo(chain.generation(k - 1));
      assertThat(phases.get(k).learners().get(0).objective()).hasToString("1·soft(teacher, T=1)");
    }
    List<Object> first = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      for (Phase phase : phases) {
        var start = phase.learners().get(0).start();
        first.add(
            Network.fresh(start.spec(), manager, 7, start.line())
                .weights()
                .get("logits/03Linear/weight"));
      }
    }
    assertThat(first.stream().map(w -> Arrays.toString((float[]) w)).distinct()).hasSize(4);
  }

  @Test
  void theEnsembleIsTheMeanOfWhatWasBornAgain() {
    Chain chain = chain(TinyTask.task(2), "generations=2", "deploy=ensemble");
    assertThat(chain.result.others())
        .containsOnlyKeys("generation-0", "generation-1", "generation-2");
    Task task = chain.session.task();
    double[][] both = new double[2][];
    for (int k = 1; k <= 2; k++) {
      both[k - 1] = probabilities(chain, chain.generation(k));
    }
    double[] mean = probabilities(chain, chain.result.deployed());
    assertThat(mean).hasSize(3 * task.validation().orElseThrow().size());
    for (int i = 0; i < mean.length; i++) {
      assertThat(mean[i]).isCloseTo((both[0][i] + both[1][i]) / 2, within(1e-6));
    }
  }

  private static double[] probabilities(Chain chain, Knowledge who) {
    Predictions said = chain.session.predict(who, chain.session.task().validation().orElseThrow());
    double[] p = new double[said.logits().length];
    for (int i = 0; i < p.length; i += 3) {
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        p[i + c] = Math.exp(said.logits()[i + c]);
        sum += p[i + c];
      }
      for (int c = 0; c < 3; c++) {
        p[i + c] /= sum;
      }
    }
    return p;
  }

  @Test
  void theBestOfEachGenerationTeachesWhereItIsKept() {
    Chain chain = chain(TinyTask.task(2), "generations=1", "keep=best");
    assertThat(((Trained) chain.generation(0)).age()).isEqualTo(Age.BEST);
    assertThat(((Trained) chain.result.deployed()).age()).isEqualTo(Age.BEST);
  }

  // What is refused.

  @Test
  void theDefaultsAreThePapers() {
    assertThat(new BornAgain.Factory().defaults())
        .isEqualTo(
            new BornAgain.Options(
                3, false, BornAgain.Mode.PLAIN, 1, Age.LAST, BornAgain.Deploy.LAST));
  }

  @Test
  void whatCannotBeIsRefused() {
    refused("born-again: generations must be from 1 to 100, was 0", Map.of("generations", "0"));
    refused("born-again: temperature must be above 0, was -1.0", Map.of("temperature", "-1"));
    refused(
        "born-again: deploy=ensemble needs at least 2 generations, was 1",
        Map.of("generations", "1", "deploy", "ensemble"));
    refused(
        "No value for born-again.mode 'cwmt'. Did you mean 'cwtm'? Known: cwtm, dkpp, plain.",
        Map.of("mode", "cwmt"));
  }

  private static void refused(String message, Map<String, String> options) {
    assertThatThrownBy(() -> REGISTRY.configure("born-again", options))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }
}
