package org.kd4j.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Shift;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Peers;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

class CollaborativeLearningTests {
  @ParameterizedTest
  @CsvSource({
    "naive, naive(peer)",
    "linear, linear(peer)",
    "min-logit, minLogit(peer)",
    "general, general(peer)"
  })
  void theFormulaSaysHowPeersAreCombined(String combine, String printed) {
    Phase phase = Plans.phase(TinyTask.task(1), "kdcl", Map.of("combine", combine));
    String both = printed.replace(")", ", peer-2)");
    assertThat(phase.learners())
        .extracting(l -> l.role() + " " + l.start().line() + " " + l.sees() + ": " + l.objective())
        .containsExactly(
            "peer student OWN: 1·hard + 1·soft(" + both + ", T=2)",
            "peer-2 peer-2 OWN: 1·hard + 1·soft(" + both + ", T=2)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "linear", "min-logit", "general"})
  void noPeersLossMovesAnother(String combine) {
    Plans.nobodyMovesAnother(TinyTask.task(3), "kdcl", Map.of("combine", combine));
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "linear", "general"})
  void everyWayOfCombiningLearns(String combine) {
    Task task = TinyTask.task(25);
    Session session = new Session(task, 3, TinyTask.context());
    DistillationResult result = distill(session, Map.of("combine", combine));
    Predictions said = session.predict(result.deployed(), task.validation().orElseThrow());
    assertThat(Evaluation.accuracy(said)).isGreaterThan(0.75);
  }

  @Test
  void peersMayBeOfAnyKind() {
    Session session = new Session(TinyTask.task(1), 3, TinyTask.context());
    DistillationResult result =
        distill(session, Map.of("peers", "4", "networks", "mlp:24-24+mlp:5+mlp:8"));
    assertThat(result.deployed()).hasToString("student (mlp:8)");
    assertThat(result.others().values())
        .extracting(Object::toString)
        .containsExactly("peer-2 (mlp:24-24)", "peer-3 (mlp:5)", "peer-4 (mlp:8)");
  }

  /** With augmentation the peers see different pixels of the same samples. */
  @Test
  void eachPeerSeesItsOwnAugmentationOfTheSameSamples() {
    Task plain = TinyTask.task(1);
    Recipe shifted =
        new Recipe(plain.recipe().training(), plain.recipe().optimizer(), new Shift(2));
    Task task = OnlineTests.with(plain, shifted, shifted);
    SEEN.clear();
    Phase spied =
        Plans.changed(
            Plans.phase(task, "kdcl", Map.of()), l -> Plans.with(l, Objective.of("spy", 1, SPY)));
    new Session(task, 1, TinyTask.context()).run(spied);
    assertThat(SEEN).hasSize(12);
    for (int i = 0; i < SEEN.size(); i += 2) {
      Seen one = SEEN.get(i);
      Seen other = SEEN.get(i + 1);
      assertThat(other.rows()).isEqualTo(one.rows());
      assertThat(other.labels()).isEqualTo(one.labels());
      assertThat(other.pixels()).isNotEqualTo(one.pixels());
    }
  }

  private record Seen(int[] rows, long[] labels, float[] pixels) {}

  private static final List<Seen> SEEN = new CopyOnWriteArrayList<>();
  private static final LossTerm SPY =
      view -> {
        NDArray input = view.input();
        SEEN.add(new Seen(view.rows().clone(), view.target().toLongArray(), input.toFloatArray()));
        return Scalars.mul(view.own().logits().sum(), 0);
      };

  /** The weights of an epoch are those of the networks as they stand before it. */
  @Test
  void generalLooksAtTheValidationSamplesBeforeEachEpoch() {
    Task task = TinyTask.task(3);
    WEIGHTS.clear();
    LossTerm reads =
        new LossTerm() {
          private final CombinedTarget target =
              new CombinedTarget.General(List.of(Peers.role(0), Peers.role(1)));

          @Override
          public NDArray value(StepView view) {
            WEIGHTS.add(view.memory("weights").toFloatArray());
            return view.own().logits().logSoftmax(1).square().mean();
          }

          @Override
          public void begin(EpochView epoch, Memory memory) {
            target.begin(epoch, memory);
          }
        };
    Phase phase = Plans.phase(task, "kdcl", Map.of("combine", "general"));
    Phase spied =
        Plans.changed(
            phase,
            l ->
                l.role().equals(Peers.role(0))
                    ? Plans.with(l, l.objective().and("reads", 1, reads))
                    : l);
    new Session(task, 1, TinyTask.context()).run(spied);
    assertThat(WEIGHTS).hasSize(18);
    for (int s = 0; s < 18; s++) {
      float[] weights = WEIGHTS.get(s);
      assertThat(weights[0] + weights[1]).isCloseTo(1, within(1e-4f));
      if (s % 6 != 0) {
        assertThat(weights).isEqualTo(WEIGHTS.get(s - 1));
      } else if (s > 0) {
        assertThat(weights).isNotEqualTo(WEIGHTS.get(s - 1));
      }
    }
  }

  private static final List<float[]> WEIGHTS = new CopyOnWriteArrayList<>();

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsTrained() {
    assertThatThrownBy(() -> Plans.REGISTRY.configure("kdcl", Map.of("temperature", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("kdcl: temperature must be above 0, was 0.0");
    assertThatThrownBy(() -> Plans.REGISTRY.configure("kdcl", Map.of("combine", "mean")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("min-logit");
    assertThatThrownBy(() -> Plans.REGISTRY.configure("kdcl", Map.of("networks", "mlp:5+mlp:6")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "kdcl: networks must name the 1 peers beside the student, joined by '+', or none for"
                + " copies of the student; 'mlp:5+mlp:6' names 2");
    assertThatThrownBy(() -> Plans.REGISTRY.configure("codistillation", Map.of("peers", "1")))
        .hasMessage("codistillation: peers must be from 2 to 100, was 1");
    assertThatThrownBy(() -> Plans.REGISTRY.configure("kdcl", Map.of("networks", "mpl:5")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Did you mean 'mlp'?");
    Task task = TinyTask.task(1);
    Task blind =
        new Task(
            task.name(),
            task.train(),
            task.transfer(),
            Optional.empty(),
            task.teacher(),
            task.student(),
            task.teacherRecipe(),
            task.recipe());
    assertThatThrownBy(() -> Plans.phase(blind, "kdcl", Map.of("combine", "general")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("validation samples (combine=general), and the task sets none aside");
    assertThat(Plans.phase(blind, "kdcl", Map.of()).learners()).hasSize(2);
  }

  private static DistillationResult distill(Session session, Map<String, String> options) {
    return Plans.REGISTRY.configure("kdcl", options).strategy().distill(session);
  }
}
