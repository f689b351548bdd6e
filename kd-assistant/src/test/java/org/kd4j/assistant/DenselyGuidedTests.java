package org.kd4j.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.assistant.DenselyGuided.SumOfSoftTargets;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;

class DenselyGuidedTests {
  private static final Shape SHAPE = new Shape(2, 3);
  private static final float[] STUDENT = {1, 2, 3, 0.5f, -1, 2};
  private static final float[] TEACHER = {2, 1, 0, 0, 1, 3};
  private static final float[] ASSISTANT = {0, 1, 2, 1, 1, 0};

  private static NDArray sum(NDArray student, float temperature, float[]... guides) {
    NDList logits = new NDList();
    for (float[] guide : guides) {
      logits.add(student.getManager().create(guide, SHAPE));
    }
    return DenselyGuided.sumOfSoftTargets(student, logits, temperature);
  }

  private static float value(float temperature, float[]... guides) {
    return Gradients.of(STUDENT, SHAPE, z -> sum(z, temperature, guides)).value();
  }

  /** T² · KL of these logits at T = 4 is 0.866558, in double precision elsewhere. */
  @Test
  void theTermIsTheSumOfItsGuidesDivergences() {
    assertThat(value(4, TEACHER)).isCloseTo(0.866558f, within(1e-5f));
    assertThat(value(1, TEACHER)).isCloseTo(0.636533f, within(1e-5f));
    float assistant = (float) divergence(4, ASSISTANT);
    assertThat(value(4, ASSISTANT)).isCloseTo(assistant, within(1e-5f));
    assertThat(value(4, TEACHER, ASSISTANT)).isCloseTo(0.866558f + assistant, within(2e-5f));
    assertThat(value(4, STUDENT, STUDENT)).isCloseTo(0, within(1e-6f));
  }

  /** By the definition, in double precision. */
  private static double divergence(double temperature, float[] guide) {
    double sum = 0;
    for (int row = 0; row < 2; row++) {
      double[] p = softmax(guide, row, temperature);
      double[] q = softmax(STUDENT, row, temperature);
      for (int c = 0; c < 3; c++) {
        sum += p[c] * Math.log(p[c] / q[c]) / 2;
      }
    }
    return temperature * temperature * sum;
  }

  private static double[] softmax(float[] logits, int row, double temperature) {
    double[] p = new double[3];
    double total = 0;
    for (int c = 0; c < 3; c++) {
      p[c] = Math.exp(logits[3 * row + c] / temperature);
      total += p[c];
    }
    for (int c = 0; c < 3; c++) {
      p[c] /= total;
    }
    return p;
  }

  @ParameterizedTest
  @CsvSource({"1", "5"})
  void itsGradientIsThatOfDifferences(float temperature) {
    float[] exact =
        Gradients.of(STUDENT, SHAPE, z -> sum(z, temperature, TEACHER, ASSISTANT)).gradient();
    float[] differences =
        Gradients.differences(STUDENT, SHAPE, z -> sum(z, temperature, TEACHER, ASSISTANT));
    assertThat(Gradients.relativeError(exact, differences)).isLessThan(2e-3);
  }

  private static List<Role> guides(int count) {
    return IntStream.range(0, count).mapToObj(Role::teacher).toList();
  }

  /** Each guide, the teacher too, is left out at drop/k of the batches, in a batch never all. */
  @ParameterizedTest
  @CsvSource({"2, 1, 1", "4, 1, 3", "4, 3, 1", "4, 9, 1", "1, 1, 1", "3, 0, 3"})
  void anyGuideMayBeDroppedButNeverAll(int count, int drop, int stay) {
    SumOfSoftTargets term = new SumOfSoftTargets(guides(count), drop, 5);
    int[] kept = new int[count];
    int batches = 4000;
    for (int step = 0; step < batches; step++) {
      List<Role> some = term.kept(Draws.of(1, "term").at(step));
      assertThat(some).hasSize(stay).doesNotHaveDuplicates().isSorted();
      some.forEach(role -> kept[role.index()]++);
    }
    for (int times : kept) { // standard deviation of a share: at most 0.008
      assertThat((double) times / batches).isCloseTo((double) stay / count, within(0.04));
    }
  }

  @Test
  void aDroppedGuideIsNotForwarded() {
    SumOfSoftTargets term = new SumOfSoftTargets(guides(3), 1, 5);
    float[][] logits = {TEACHER, ASSISTANT, STUDENT};
    Gradients.of(
        STUDENT,
        SHAPE,
        z -> {
          List<Role> asked = new ArrayList<>();
          Draws draws = Draws.of(2, "term");
          NDManager manager = z.getManager();
          StepView view =
              (StepView)
                  Proxy.newProxyInstance(
                      StepView.class.getClassLoader(),
                      new Class<?>[] {StepView.class},
                      (proxy, method, arguments) ->
                          switch (method.getName()) {
                            case "own" -> outputs(z);
                            case "draws" -> draws;
                            case "of" -> {
                              Role role = (Role) arguments[0];
                              asked.add(role);
                              yield outputs(manager.create(logits[role.index()], SHAPE));
                            }
                            default ->
                                throw new AssertionError(method.getName() + " was not expected");
                          });
          NDArray value = term.value(view);
          assertThat(asked).hasSize(2).isEqualTo(term.kept(draws));
          return value;
        });
  }

  private static Outputs outputs(NDArray logits) {
    return new Outputs(List.of("logits"), new NDList(logits, logits));
  }

  @Test
  void everyoneLearnsFromAllLargerNetworks() {
    Runs.Run run =
        Runs.run("densely-guided", TinyTask.task(1), Map.of("sizes", "mlp:20-20+mlp:14"));
    List<Phase> phases = run.session().runs().stream().map(r -> r.result().phase()).toList();
    assertThat(run.lines())
        .containsExactly("teacher", "assistant/mlp:20-20", "assistant/mlp:14", "student");
    for (int i = 1; i < phases.size(); i++) {
      assertThat(phases.get(i).guides())
          .extracting(Guide::knowledge)
          .extracting(k -> ((Trained) k).line())
          .containsExactlyElementsOf(run.lines().subList(0, i));
    }
    assertThat(phases.get(1).learners().get(0).objective())
        .hasToString("0·hard + 1·soft(teacher, T=5)");
    assertThat(phases.get(3).learners().get(0).objective())
        .hasToString("0·hard + 1·soft(teacher + teacher-2 + teacher-3, drop 1, T=5)");
    assertThat(run.result().others())
        .containsOnlyKeys("teacher", "assistant/mlp:20-20", "assistant/mlp:14");
  }

  @Test
  void aHopWithOneGuideIsTheAssistantsOwn() {
    MemoryStore store = new MemoryStore();
    Map<String, String> sizes = Map.of("sizes", "mlp:14");
    Runs.run("assistant", TinyTask.task(2), sizes, store);
    Map<String, String> alike =
        Map.of("sizes", "mlp:14", "temperature", "4", "softWeight", "0.9", "hardWeight", "0.1");
    Runs.Run dense = Runs.run("densely-guided", TinyTask.task(2), alike, store);
    assertThat(dense.trained()).containsExactly("student");
  }

  @Test
  void whatItDropsDecidesItsBits() {
    Map<String, String> none = Map.of("sizes", "mlp:14", "drop", "0");
    Map<String, String> one = Map.of("sizes", "mlp:14", "drop", "1");
    assertThat(
            Runs.sameBits(
                Runs.run("densely-guided", TinyTask.task(1), none).weights(),
                Runs.run("densely-guided", TinyTask.task(1), one).weights()))
        .isFalse();
  }

  @Test
  void badOptionsAreRefused() {
    assertThatThrownBy(() -> Runs.REGISTRY.configure("densely-guided", Map.of("drop", "-1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("densely-guided: drop must be 0 or more, was -1");
    assertThatThrownBy(() -> new SumOfSoftTargets(List.of(), 0, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("dense guidance needs at least one guide");
    assertThatThrownBy(() -> Runs.REGISTRY.configure("densely-guided", Map.of("sizes", "propose")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("densely-guided.sizes takes none, middle, all or networks");
  }
}
