package org.kd4j.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Scratch;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.testkit.TinyTask;

class AssistantTests {
  @TestFactory
  Stream<DynamicTest> contract() {
    return StrategyContract.of(Runs.REGISTRY);
  }

  @Test
  void itsDefaultIsOneAssistantInTheMiddle() {
    Runs.Run run = Runs.run("assistant", TinyTask.task(1), Map.of());
    assertThat(run.lines()).containsExactly("teacher", "assistant/mlp:14-14", "student");
    assertThat(run.result().others()).containsOnlyKeys("teacher", "assistant/mlp:14-14");
    assertThat(run.notes()).isEmpty();
  }

  /** Soft targets from the teacher, spelt out: what {@code offline} runs. */
  private static Phase plain(Session session, float temperature, float soft, float hard) {
    Task task = session.task();
    return task.phase(
        "student",
        task.freshStudent(),
        Objective.hard(hard)
            .and("soft", soft, new SoftTargets(Target.of(Role.TEACHER), temperature)),
        new Guide(Role.TEACHER, session.teacher()));
  }

  @Test
  void withoutAssistantsItIsSoftTargetsBitForBit() {
    Map<String, String> options =
        Map.of("sizes", "none", "temperature", "2", "softWeight", "0.7", "hardWeight", "0.3");
    MemoryStore store = new MemoryStore();
    Runs.Run none = Runs.run("assistant", TinyTask.task(3), options, store);
    assertThat(none.lines()).containsExactly("teacher", "student");

    Session apart = Runs.session(TinyTask.task(3), new MemoryStore(), new ArrayList<>());
    Trained offline = apart.run(plain(apart, 2, 0.7f, 0.3f)).network(Role.STUDENT);
    assertThat(Runs.sameBits(none.weights(), apart.weights(offline))).isTrue();

    Session sharing = Runs.session(TinyTask.task(3), store, new ArrayList<>());
    assertThat(sharing.run(plain(sharing, 2, 0.7f, 0.3f)).reused())
        .as("one stored phase for both")
        .isTrue();
    assertThat(sharing.run(plain(sharing, 3, 0.7f, 0.3f)).reused()).isFalse();
  }

  @Test
  void theLastStudentLearnsFromTheLastAssistantOnly() {
    Runs.Run run =
        Runs.run("assistant", TinyTask.task(1), Map.of("sizes", "mlp:20-20+mlp:16+mlp:12"));
    assertThat(run.lines())
        .containsExactly(
            "teacher", "assistant/mlp:20-20", "assistant/mlp:16", "assistant/mlp:12", "student");
    List<Phase> phases = run.session().runs().stream().map(r -> r.result().phase()).toList();
    for (int i = 1; i < phases.size(); i++) {
      Phase hop = phases.get(i);
      String before = run.lines().get(i - 1);
      assertThat(hop.guides()).extracting(Guide::role).containsExactly(Role.TEACHER);
      assertThat(((Trained) hop.guides().get(0).knowledge()).line()).isEqualTo(before);
      assertThat(hop.learners().get(0).role()).isEqualTo(Role.STUDENT);
      assertThat(hop.learners().get(0).objective())
          .hasToString("0.1·hard + 0.9·soft(teacher, T=4)");
    }
    assertThat(run.result().deployed())
        .isEqualTo(run.session().runs().get(4).result().network(Role.STUDENT));
  }

  @Test
  void theTasksOwnStudentAtTheEndOfTheListIsTheStudent() {
    Runs.Run run = Runs.run("assistant", TinyTask.task(1), Map.of("sizes", "mlp:16+mlp:8"));
    assertThat(run.lines()).containsExactly("teacher", "assistant/mlp:16", "student");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mlp:12+mlp:16 | mlp:16 (643 parameters) follows mlp:12 (483 parameters)",
        "mlp:12+mlp:12 | mlp:12 (483 parameters) follows mlp:12 (483 parameters)",
        "mlp:50 | mlp:50 (2003 parameters) follows mlp:24-24,dropout=0.2 (1563 parameters)",
        "mlp:12+mlp:4 | mlp:8 (323 parameters) follows mlp:4 (163 parameters)"
      })
  void assistantsOutOfOrderAreRefusedWithBothSizes(String sizes, String both) {
    Task task = TinyTask.task(1);
    String clause =
        "takes sizes that fall from the teacher mlp:24-24,dropout=0.2 to the student mlp:8, and "
            + both
            + "; reorder them, leave one out, or take sizes=none";
    assertThat(Runs.REGISTRY.configure("assistant", Map.of("sizes", sizes)).missing(task))
        .contains(clause);
    assertThatThrownBy(() -> Runs.run("assistant", task, Map.of("sizes", sizes)))
        .isInstanceOf(UsageException.class)
        .hasMessage("Strategy 'assistant' does not fit this task: it " + clause + ".");
  }

  /** A plan flags it, for every strategy. */
  @Test
  void aTeacherSmallerThanItsStudentIsAllowedWithoutAssistants() {
    Task task = Runs.task(1, List.of(4), List.of(16));
    var none = Runs.REGISTRY.configure("assistant", Map.of("sizes", "none"));
    assertThat(none.missing(task)).isEmpty();
    assertThat(Runs.run("assistant", task, Map.of("sizes", "none")).lines())
        .containsExactly("teacher", "student");
    assertThat(Runs.REGISTRY.configure("assistant", Map.of("sizes", "mlp:8")).missing(task))
        .contains(
            "takes sizes that fall from the teacher mlp:4 to the student mlp:16, and mlp:8 (323"
                + " parameters) follows mlp:4 (163 parameters); reorder them, leave one out, or take"
                + " sizes=none");
  }

  @ParameterizedTest
  @CsvSource({"middle", "all", "propose"})
  void whereNothingLiesBetweenTheTaskIsRefused(String sizes) {
    Task task = Runs.task(1, List.of(9), List.of(8));
    assertThat(Runs.REGISTRY.configure("assistant", Map.of("sizes", sizes)).missing(task))
        .contains(
            "finds no network between the teacher mlp:9 (363 parameters) and the student mlp:8 (323"
                + " parameters); name some, as in sizes=mlp:400-400+mlp:100, or take sizes=none");
  }

  @Test
  void networksAndOptionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> Runs.REGISTRY.configure("assistant", Map.of("sizes", "mlp:20+mpl:9")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "assistant.sizes takes none, middle, all, propose or networks from large to small joined"
                + " by '+', as in mlp:400-400+mlp:100; was 'mlp:20+mpl:9': No network 'mpl'. Did you"
                + " mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.");
    assertThatThrownBy(() -> Runs.REGISTRY.configure("assistant", Map.of("sizes", "")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("assistant.sizes takes none, middle, all, propose or networks");
    assertThatThrownBy(() -> Runs.REGISTRY.configure("assistant", Map.of("candidates", "mlp:9")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "assistant: candidates are what sizes=propose chooses from; sizes was 'middle' and"
                + " candidates 'mlp:9'");
    assertThatThrownBy(() -> Runs.REGISTRY.configure("assistant", Map.of("temperature", "0")))
        .hasMessage("assistant: temperature must be above 0, was 0.0");
  }

  @Test
  void optionsInNetworksAndSeveralOfThemGoTogether() {
    Runs.Run run =
        Runs.run(
            "assistant",
            TinyTask.task(1),
            Map.of("sizes", "mlp:20,dropout=0.5,inputDropout=0.1+mlp:12"));
    assertThat(run.lines())
        .containsExactly(
            "teacher",
            "assistant/mlp:20,dropout=0.5,inputDropout=0.1",
            "assistant/mlp:12",
            "student");
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0.5, 0.6 0.68 0.8, 1",
    "0.9, 0.5, 0.71 0.6 0.7, 2",
    "1, 0.5, 0.875 0.625 1, 0", // equally near from above and below: the first
    "0.5, 0.9, 0.1 0.71, 1",
    "0.9, 0.5, 0.1, 0"
  })
  void theProposedIsNearestTheMeanOfTeacherAndStudent(
      double teacher, double student, String candidates, int chosen) {
    List<Double> accuracies = Stream.of(candidates.split(" ")).map(Double::valueOf).toList();
    assertThat(Assistant.nearestToMean(teacher, student, accuracies)).isEqualTo(chosen);
  }

  @Test
  void theProposedAssistantIsChosenByAccuraciesOfTrainingAlone() {
    Task task = TinyTask.task(4);
    Map<String, String> options =
        Map.of("sizes", "propose", "candidates", "mlp:22-22+mlp:12+mlp:9");
    MemoryStore store = new MemoryStore();
    Runs.Run run = Runs.run("assistant", task, options, store);

    Session check = Runs.session(task, store, new ArrayList<>());
    assertThat(check.run(task.phase("s", task.freshStudent(), Objective.hard(1))).reused())
        .as("the student alone is scratch's")
        .isTrue();
    double mean =
        (accuracy(check, check.teacher())
                + accuracy(check, (Trained) new Scratch().distill(check).deployed()))
            / 2;
    String nearest = "";
    double least = Double.MAX_VALUE;
    for (List<Integer> hidden : List.of(List.of(22, 22), List.of(12), List.of(9))) {
      var phase = task.phase("c", Hop.start(task, Runs.spec(task, hidden)), Objective.hard(1));
      double distance = Math.abs(accuracy(check, check.run(phase).network(Role.STUDENT)) - mean);
      if (distance < least) {
        least = distance;
        nearest = Runs.spec(task, hidden).toString();
      }
    }
    assertThat(run.result().others()).containsOnlyKeys("teacher", "assistant/" + nearest);
    assertThat(run.notes()).hasSize(1);
    assertThat(run.notes().get(0))
        .startsWith("seed 3: proposed assistant: " + nearest + ", alone ");
  }

  private static double accuracy(Session session, Trained network) {
    return Evaluation.accuracy(session.predict(network, session.task().validation().orElseThrow()));
  }

  @Test
  void withoutValidationOnlyWhatChoosesIsRefused() {
    Task blind = Runs.withoutValidation(TinyTask.task(1));
    assertThat(Runs.REGISTRY.configure("assistant", Map.of()).missing(blind)).isEmpty();
    assertThat(Runs.REGISTRY.configure("assistant", Map.of("sizes", "propose")).missing(blind))
        .contains("chooses by validation, and the task sets no samples aside for it");
    assertThat(Runs.run("assistant", blind, Map.of()).lines()).hasSize(3);
  }
}
