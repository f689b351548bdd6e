package org.kd4j.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Network;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Graft;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;

/**
 * What every registered strategy is held to, from the day it is bound. Use it as a test factory
 * over the registry of your module:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> contract() {
 *   return StrategyContract.of(Distillation.of(new MyModule()).strategies());
 * }
 * }</pre>
 */
public final class StrategyContract {
  private static final long SEED = 7;

  private StrategyContract() {}

  /** All tests over all strategies of a registry. */
  public static Stream<DynamicTest> of(StrategyRegistry registry) {
    return Stream.concat(
        registry.ids().stream().flatMap(id -> each(registry, id)),
        Stream.of(
            dynamicTest("noTwoStrategiesAreEqualAtDefaults", () -> pairwiseUnlike(registry))));
  }

  private static Stream<DynamicTest> each(StrategyRegistry registry, String id) {
    return Stream.of(
        dynamicTest(id + ": isDescribedDownToItsOptions", () -> described(registry.factory(id))),
        dynamicTest(
            id + ": startsFromTheWeightsScratchStartsFrom", () -> startsLikeScratch(registry, id)),
        dynamicTest(
            id + ": storedAndUnstoredRunsGiveTheSameBits",
            () -> storedEqualsUnstored(registry, id)),
        dynamicTest(id + ": runsThePhasesADryRunPlans", () -> dryRunTellsThePhases(registry, id)),
        dynamicTest(id + ": learnsSomethingSmall", () -> learns(registry, id)));
  }

  private static void described(StrategyFactory<?> factory) {
    Description description = factory.description();
    List<String> options =
        Arrays.stream(factory.defaults().getClass().getRecordComponents())
            .map(RecordComponent::getName)
            .toList();
    assertThat(description.summary()).isNotBlank();
    assertThat(description.formula()).isNotBlank();
    assertThat(description.options().keySet()).containsExactlyInAnyOrderElementsOf(options);
  }

  /**
   * With a learning rate of 0 the last weights are the first. Parts a strategy puts beside the
   * student's own (exits, branches), and parts it takes over, have no counterpart; what is deployed
   * of several networks has none at all.
   */
  private static void startsLikeScratch(StrategyRegistry registry, String id) {
    Task still = withRateZero(task(registry, id, 1));
    Outcome outcome = run(registry, id, still, TinyTask.context());
    Optional<Trained> deployed =
        outcome.result.deployed().source().filter(t -> t.line().equals(Task.STUDENT_LINE));
    if (deployed.isEmpty()) {
      assertThat(startingLines(outcome)).as("lines of its phases").doesNotHaveDuplicates();
      return;
    }
    Map<String, float[]> weights = outcome.session.weights(deployed.get());
    try (NDManager base = NDManager.newBaseManager()) {
      Network first = Network.fresh(still.student(), base, SEED, Task.STUDENT_LINE);
      Map<String, float[]> own = new TreeMap<>(first.weights());
      if (deployed.get().spec().equals(still.student())) {
        assertThat(weights.keySet()).isEqualTo(own.keySet());
      }
      own.keySet().retainAll(weights.keySet());
      // running statistics move with every forward, whatever the rate
      own.keySet().removeIf(path -> !first.parameters().get(path).requiresGradient());
      // what is taken over from another network is that one's
      for (Graft graft : grafts(outcome)) {
        own.keySet().removeIf(path -> (path + "/").startsWith(graft.toPath() + "/"));
      }
      assertThat(own).isNotEmpty();
      own.forEach((path, values) -> assertThat(weights.get(path)).as(path).containsExactly(values));
    }
  }

  /** What the student took over when it was born. */
  private static List<Graft> grafts(Outcome outcome) {
    return outcome.session.runs().stream()
        .flatMap(r -> r.result().phase().learners().stream())
        .map(l -> l.start())
        .filter(start -> start.line().equals(Task.STUDENT_LINE))
        .flatMap(start -> start.grafts().stream())
        .toList();
  }

  /** The lines of all fresh starts: two of a line would be one network trained twice. */
  private static List<String> startingLines(Outcome outcome) {
    return outcome.session.runs().stream()
        .flatMap(r -> r.result().phase().learners().stream())
        .filter(l -> l.start().from().isEmpty())
        .map(l -> l.start().line())
        .toList();
  }

  private static Task withRateZero(Task task) {
    Recipe recipe =
        new Recipe(
            task.recipe().training(),
            new Sgd(Schedule.constant(0), 0, false, 0, 0),
            task.recipe().augmentation());
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        task.teacher(),
        task.student(),
        recipe,
        recipe);
  }

  private static void storedEqualsUnstored(StrategyRegistry registry, String id) {
    MemoryStore store = new MemoryStore();
    Task task = task(registry, id, 2);
    Outcome alone = run(registry, id, task, TinyTask.context());
    Outcome filling = run(registry, id, task, TinyTask.context(store));
    Outcome reading = run(registry, id, task, TinyTask.context(store));
    assertThat(logits(filling)).containsExactly(logits(alone));
    assertThat(logits(reading)).containsExactly(logits(alone));
    assertThat(reading.session.runs())
        .allMatch(r -> r.result().reused() || !r.notStored().isEmpty());
  }

  private static void dryRunTellsThePhases(StrategyRegistry registry, String id) {
    Task task = task(registry, id, 1);
    RunContext context = TinyTask.context();
    DryRun dry = new DryRun(task, SEED, OptionalLong.empty(), context.environment());
    registry.configure(id, Map.of()).strategy().distill(dry);
    Outcome real = run(registry, id, task, context);
    List<String> planned = dry.planned().stream().map(p -> p.phase().name()).toList();
    List<String> ran =
        real.session.runs().stream().map(r -> r.result().phase()).map(Phase::name).toList();
    assertThat(planned).isNotEmpty().isEqualTo(ran);
  }

  private static void learns(StrategyRegistry registry, String id) {
    Task task = task(registry, id, 25);
    Outcome outcome = run(registry, id, task, TinyTask.context());
    Predictions said =
        outcome.session.predict(outcome.result.deployed(), task.validation().orElseThrow());
    int right = 0;
    for (int i = 0; i < said.size(); i++) {
      right += said.predicted(i) == said.labels()[i] ? 1 : 0;
    }
    assertThat((double) right / said.size())
        .as("accuracy; chance is 1/%d", said.classes())
        .isGreaterThan(0.75);
  }

  /**
   * No two strategies train the same networks to the same bits at their defaults, whatever their
   * terms are called: one whose own term has no effect is a twin of another without it. Two that
   * deploy the same bits may differ in what they trained first.
   *
   * @param registry of one family, or of all
   */
  public static void pairwiseUnlike(StrategyRegistry registry) {
    Map<List<Object>, String> seen = new HashMap<>();
    for (String id : registry.ids()) {
      Outcome outcome = run(registry, id, task(registry, id, 2), TinyTask.context());
      List<Object> did = new ArrayList<>(List.of(Arrays.hashCode(logits(outcome))));
      outcome.session.runs().forEach(r -> did.add(trained(outcome.session, r.result())));
      String twin = seen.put(did, id);
      assertThat(twin).as("trains the same networks to the same bits as " + id).isNull();
    }
  }

  /** The weights a phase ended with, learner by learner. */
  private static List<Integer> trained(Session session, PhaseResult result) {
    return result.phase().learners().stream()
        .map(learner -> session.weights(result.network(learner.role())))
        .map(weights -> weights.values().stream().map(Arrays::hashCode).toList().hashCode())
        .toList();
  }

  /** The plain task, or the first that fits of that of convolutional networks and that of text. */
  private static Task task(StrategyRegistry registry, String id, int epochs) {
    List<Task> tasks =
        List.of(TinyTask.task(epochs), TinyTask.convolutional(epochs), TinyTask.text(epochs));
    List<String> missing = new ArrayList<>();
    for (Task task : tasks) {
      Optional<String> need = registry.configure(id, Map.of()).missing(task);
      if (need.isEmpty()) {
        return task;
      }
      missing.add(task.transfer().name() + ": it " + need.get());
    }
    throw new AssertionError(id + " fits no tiny task: " + missing);
  }

  private record Outcome(Session session, DistillationResult result) {}

  private static Outcome run(StrategyRegistry registry, String id, Task task, RunContext context) {
    Session session = new Session(task, SEED, context);
    return new Outcome(session, registry.configure(id, Map.of()).strategy().distill(session));
  }

  private static float[] logits(Outcome outcome) {
    return outcome
        .session
        .predict(outcome.result.deployed(), outcome.session.task().validation().orElseThrow())
        .logits();
  }
}
