package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Sampling;
import org.kd4j.core.data.Shift;
import org.kd4j.core.engine.Native;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.Target;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Exit;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Following;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Sees;
import org.kd4j.core.phase.Shadow;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.phase.UpdateOrder;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Updates in turn, shadows, augmentations of one's own, grafts, exits, sampling, memory. */
class FollowingTests {
  private static final Task TASK = TinyTask.task(4);
  private static final Role A = new Role("peer", 0);
  private static final Role B = new Role("peer", 1);
  private static final NetworkSpec DROPPING = spec(new Mlp(List.of(8), 0.3f, 0));

  private static NetworkSpec spec(Architecture architecture) {
    return NetworkSpec.of(architecture, TASK.train().shape(), 3);
  }

  private static Learner learner(Role role, NetworkSpec spec, Objective objective) {
    return new Learner(
        role, Start.fresh(spec, role.toString()), TASK.recipe().optimizer(), objective);
  }

  private static Objective mimicking(Role other) {
    return Objective.hard(1).and("mimic", 1, new SoftTargets(Target.of(other), 1));
  }

  private static Phase phase(int epochs, Participant... cast) {
    return new Phase(
        "phase",
        List.of(cast),
        Feed.of(TASK.train(), TASK.recipe().augmentation()),
        TASK.validation(),
        new Training(epochs, 50, 2),
        StopRule.NEVER,
        Age.LAST);
  }

  private static Session session() {
    return session(new MemoryStore());
  }

  private static Session session(Store store) {
    return new Session(TASK, 1, TinyTask.context(store));
  }

  private static Map<Role, SortedMap<String, float[]>> weights(Phase phase) {
    Session session = session();
    Map<Role, SortedMap<String, float[]>> weights = new TreeMap<>();
    session.run(phase).last().forEach((role, t) -> weights.put(role, session.weights(t)));
    return weights;
  }

  private static void same(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (path, values) -> assertThat(actual.get(path)).as(path).containsExactly(values));
  }

  private static void unlike(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.values().stream().map(Arrays::hashCode).toList())
        .isNotEqualTo(expected.values().stream().map(Arrays::hashCode).toList());
  }

  // In turn.

  /** Whoever comes first reads what it would read together; whoever follows reads news. */
  @Test
  void inTurnTheFirstReadsTheOldAndTheSecondTheNew() {
    Phase one = phase(1, learner(A, DROPPING, mimicking(B)), learner(B, DROPPING, mimicking(A)));
    Phase step = one.withFeed(one.feed().withSampling(new Few(50)));
    var together = weights(step);
    var inTurn = weights(step.withOrder(UpdateOrder.IN_TURN));
    same(inTurn.get(A), together.get(A));
    unlike(inTurn.get(B), together.get(B));
  }

  /** The second forward of a peer moves neither its statistics nor anybody's masks. */
  @Test
  void observingLeavesNoTrace() {
    NetworkSpec cnn = spec(new PlainCnn(2, false));
    for (NetworkSpec spec : List.of(cnn, DROPPING)) {
      Learner alone = learner(A, spec, Objective.hard(1));
      Learner reader = learner(B, spec, mimicking(A));
      var pair = weights(phase(2, alone, reader).withOrder(UpdateOrder.IN_TURN));
      same(pair.get(A), weights(phase(2, alone)).get(A));
    }
  }

  /**
   * A peer is forwarded again with the masks of the step: what it says then is a function of it.
   */
  @Test
  void anUpdateOfNothingIsObservedUnchanged() {
    Learner still =
        new Learner(
            A,
            Start.fresh(DROPPING, "peer"),
            new Sgd(Schedule.constant(0), 0, false, 0, 0),
            Objective.hard(1));
    Phase phase = phase(2, still, learner(B, DROPPING, mimicking(A)));
    same(weights(phase.withOrder(UpdateOrder.IN_TURN)).get(B), weights(phase).get(B));
  }

  // Shadows.

  private static Phase shadowed(Following following) {
    Role shadow = Role.TEACHER;
    Learner student =
        new Learner(
            Role.STUDENT, TASK.freshStudent(), TASK.recipe().optimizer(), mimicking(shadow));
    return phase(4, student, new Shadow(shadow, Role.STUDENT, following));
  }

  private static List<Double> mimicry(Phase phase) {
    return session().run(phase).history().stream().map(e -> e.of("student", "mimic")).toList();
  }

  @Test
  void aShadowIsAsStaleAsItsSnapshot() {
    var each = mimicry(shadowed(new Following.Snapshot(1, Following.Unit.STEP)));
    assertThat(each).allMatch(v -> Math.abs(v) < 1e-6); // itself, just now
    var epoch = mimicry(shadowed(new Following.Snapshot(1, Following.Unit.EPOCH)));
    var never = mimicry(shadowed(new Following.Snapshot(99, Following.Unit.EPOCH)));
    assertThat(epoch.get(0)).isEqualTo(never.get(0)).isPositive();
    assertThat(epoch.get(3)).isPositive().isLessThan(never.get(3));
  }

  @Test
  void aShadowAveragesAsItsDecaySays() {
    TinyTask.context();
    try (NDManager base = NDManager.newBaseManager()) {
      NetworkSpec cnn = spec(new PlainCnn(2, false));
      Network of = Network.fresh(cnn, base, 1, "a");
      Network mine = Network.fresh(cnn, base, 1, "b");
      of.parameters().forEach((path, p) -> p.getArray().addi(0.25f));
      var before = mine.weights();
      LiveShadow shadow = new LiveShadow(new Shadow(A, B, new Following.Ema(0.75f)), mine, of);
      try (NDManager step = base.newSubManager()) {
        shadow.afterStep(step, 1);
      }
      of.weights()
          .forEach(
              (path, target) -> {
                boolean learnt = of.parameters().get(path).requiresGradient();
                for (int i = 0; i < target.length; i++) {
                  float old = before.get(path)[i];
                  float mean = learnt ? old + 0.25f * (target[i] - old) : target[i];
                  assertThat(mine.weights().get(path)[i]).as(path).isCloseTo(mean, within(1e-6f));
                  if (i > 3) {
                    break;
                  }
                }
              });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 10})
  void aShadowGoesOnFromACheckpointBitForBit(int checkpoint) {
    for (Following f :
        List.of(
            new Following.Snapshot(5, Following.Unit.STEP),
            new Following.Snapshot(1, Following.Unit.EPOCH),
            new Following.Ema(0.9f))) {
      MemoryStore kept = new MemoryStore();
      assertThatThrownBy(() -> session(new DyingStore(kept, checkpoint)).run(shadowed(f)))
          .isInstanceOf(DyingStore.Killed.class);
      Session resumed = session(kept);
      PhaseResult result = resumed.run(shadowed(f));
      same(resumed.weights(result.network(Role.STUDENT)), weights(shadowed(f)).get(Role.STUDENT));
    }
  }

  @Test
  void aShadowOfNobodyIsRefused() {
    assertThatThrownBy(
            () ->
                phase(
                    1,
                    learner(A, DROPPING, Objective.hard(1)),
                    new Shadow(B, Role.STUDENT, new Following.Ema(0.9f))))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "phase 'phase': peer-2 is the shadow of student, who is no learner of the cast [peer, peer-2]");
  }

  // Augmentations of one's own.

  @Test
  void aLearnerIsShownItsOwnOrEverybodysAugmentation() {
    Learner a = learner(A, DROPPING, Objective.hard(1));
    Learner b = learner(B, DROPPING, Objective.hard(1));
    Phase shared = phase(2, a, b).withFeed(Feed.of(TASK.train(), new Shift(1)));
    Phase own = phase(2, a, b.seeing(Sees.OWN)).withFeed(shared.feed());
    same(weights(own).get(A), weights(shared).get(A));
    unlike(weights(own).get(B), weights(shared).get(B));
    same(weights(phase(2, a, b.seeing(Sees.OWN))).get(B), weights(phase(2, a, b)).get(B));
  }

  // Grafts.

  @Test
  void aGraftTakesPartOfATrainedNetwork() {
    Session session = session();
    NetworkSpec wide = spec(new Mlp(List.of(24, 10), 0, 0));
    Start start = Start.fresh(wide, "grown").grafting(session.teacher(), "hidden1", "hidden1");
    var donor = session.weights(session.teacher());
    try (NDManager base = NDManager.newBaseManager()) {
      Network fresh = Network.fresh(wide, base, 1, "grown");
      Phase phase =
          phase(
              1,
              new Learner(
                  A, start, new Sgd(Schedule.constant(0), 0, false, 0, 0), Objective.hard(1)));
      var grown = session.weights(session.run(phase).network(A));
      grown.forEach(
          (path, values) ->
              assertThat(values)
                  .as(path)
                  .containsExactly(
                      path.startsWith("hidden1/") ? donor.get(path) : fresh.weights().get(path)));
    }
  }

  @Test
  void aGraftThatDoesNotFitIsRefusedBeforeTheFirstBatch() {
    Session session = session();
    Trained teacher = session.teacher();
    Start odd = Start.fresh(TASK.student(), "odd").grafting(teacher, "hidden1", "hidden1");
    Learner misfit = new Learner(A, odd, TASK.recipe().optimizer(), Objective.hard(1));
    assertThatThrownBy(() -> session.run(phase(1, misfit)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("hidden1/03Linear/bias has 24 values")
        .hasMessageContaining("has 8");
    Start none = Start.fresh(TASK.student(), "none").grafting(teacher, "stem", "hidden1");
    Learner nothing = new Learner(A, none, TASK.recipe().optimizer(), Objective.hard(1));
    assertThatThrownBy(() -> session.run(phase(1, nothing)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("takes 'stem'")
        .hasMessageContaining("hidden2");
  }

  // Exits.

  /** A trunk of two layers with an early exit and a sum of both heads. */
  private record Forked() implements Architecture {
    @Override
    public TappedBlock build(Shape input, int classes) {
      return TappedBlock.of()
          .stage("flat", Blocks.batchFlattenBlock())
          .stage("low", linear(12))
          .branch("early", linear(classes), "low")
          .stage("high", linear(9))
          .branch("late", linear(classes), "high")
          .logits(new LambdaBlock(in -> new NDList(in.get(0).add(in.get(1)))), "early", "late");
    }

    private static Linear linear(int units) {
      return Linear.builder().setUnits(units).build();
    }

    @Override
    public String toString() {
      return "forked";
    }
  }

  @Test
  void anExitIsTheNetworkUpToATap() {
    Session session = session();
    Trained whole =
        session.run(phase(1, learner(A, spec(new Forked()), Objective.hard(1)))).network(A);
    var on = TASK.validation().orElseThrow();
    float[] early = session.predict(new Exit(whole, "early"), on).logits();
    float[] late = session.predict(new Exit(whole, "late"), on).logits();
    Predictions both = session.predict(whole, on);
    for (int i = 0; i < early.length; i++) {
      assertThat(early[i] + late[i]).isEqualTo(both.logits()[i]);
    }
    long low = 36 * 12 + 12;
    long parameters = session.inspect(new Exit(whole, "early"), on).complexity().parameters();
    assertThat(parameters).isEqualTo(low + 12 * 3 + 3);
    assertThat(session.inspect(whole, on).complexity().parameters())
        .isEqualTo(low + 12 * 3 + 3 + 12 * 9 + 9 + 9 * 3 + 3);
    assertThat(session.origin(new Exit(whole, "late"))).isPresent();
    assertThatThrownBy(() -> session.predict(new Exit(whole, "high"), on))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "'high' of forked gives (9) for each sample; an exit gives a logit for each of 3 classes");
  }

  // Sampling.

  /** The first rows of a permutation. */
  private record Few(int rows) implements Sampling {
    @Override
    public int draws(int size) {
      return rows;
    }

    @Override
    public int[] rows(int size, Draws draws) {
      return Arrays.copyOf(draws.permutation(size), rows);
    }
  }

  @Test
  void anEpochReadsWhatItsSamplingSays() {
    List<Integer> seen = new ArrayList<>();
    LossTerm watching =
        view -> {
          Arrays.stream(view.rows()).forEach(seen::add);
          return view.own().logits().square().mean();
        };
    Phase phase = phase(2, learner(A, DROPPING, Objective.of("watching", 1, watching)));
    PhaseResult result = session().run(phase.withFeed(phase.feed().withSampling(new Few(70))));
    assertThat(result.cost().steps()).isEqualTo(4);
    assertThat(seen).hasSize(140);
    Set<Integer> first = new HashSet<>(seen.subList(0, 70));
    assertThat(first).hasSize(70).isNotEqualTo(new HashSet<>(seen.subList(70, 140)));
  }

  // Memory.

  /** Pulls the logits' mean square by how often, and how well, the cast was looked at. */
  private record Remembering() implements LossTerm {
    @Override
    public void begin(EpochView epoch, Memory memory) {
      float[] said = epoch.logits(A);
      assertThat(memory.has("said")).isEqualTo(epoch.progress().epoch() > 0);
      float sum = 0;
      for (int i = 0; i < epoch.labels().length; i++) {
        sum += said[i * epoch.classes() + epoch.labels()[i]];
      }
      memory.set("said", new float[] {sum / epoch.labels().length});
    }

    @Override
    public NDArray value(StepView view) {
      NDArray own = view.own().logits().square().mean();
      return own.mul(view.memory("said").reshape(new Shape()).square());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 8})
  void aTermsMemoryGoesOnFromACheckpoint(int checkpoint) {
    Objective objective = Objective.hard(1).and("remembering", 1, new Remembering());
    Phase phase = phase(3, learner(A, DROPPING, objective));
    Function<Store, float[]> run =
        store -> {
          Session session = session(store);
          return session.weights(session.run(phase).network(A)).get("logits/03Linear/weight");
        };
    MemoryStore kept = new MemoryStore();
    assertThatThrownBy(() -> run.apply(new DyingStore(kept, checkpoint)))
        .isInstanceOf(DyingStore.Killed.class);
    assertThat(run.apply(kept)).containsExactly(run.apply(new MemoryStore()));
  }

  /** Writes what each sample's logits are, and pulls them to what they were before. */
  private record Recalling() implements LossTerm {
    @Override
    public void begin(EpochView epoch, Memory memory) {
      if (!memory.has("bank")) {
        float[] bank = new float[3 * TASK.train().size()];
        for (int i = 0; i < bank.length; i++) {
          bank[i] = (float) epoch.draws().uniform(i, -1, 1);
        }
        memory.set("bank", bank);
      }
    }

    @Override
    public NDArray value(StepView view) {
      long[] rows = Arrays.stream(view.rows()).asLongStream().toArray();
      NDArray own = view.own().logits();
      NDArray bank = view.memory("bank").reshape(TASK.train().size(), 3);
      NDArray index = Native.longs(own.getManager(), rows, new Shape(rows.length));
      NDArray before = Native.rows(own.getManager(), bank, index);
      view.remember("bank", view.rows(), own);
      return own.sub(before).square().mean();
    }
  }

  /** Rows are written once the step is done, and are part of what a checkpoint holds. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void rowsOfAMemoryGoOnFromACheckpoint(int checkpoint) {
    Phase phase =
        phase(3, learner(A, DROPPING, Objective.hard(1).and("recalling", 1, new Recalling())));
    Function<Store, PhaseResult> run = store -> session(store).run(phase);
    MemoryStore kept = new MemoryStore();
    assertThatThrownBy(() -> run.apply(new DyingStore(kept, checkpoint)))
        .isInstanceOf(DyingStore.Killed.class);
    PhaseResult whole = run.apply(new MemoryStore());
    assertThat(run.apply(kept).history()).isEqualTo(whole.history());
    List<Double> pull = new ArrayList<>();
    whole.history().forEach(e -> pull.add(e.of(A.toString(), "recalling")));
    assertThat(pull.get(0)).isGreaterThan(0.1); // random numbers at first
    assertThat(pull.get(2)).isLessThan(pull.get(0) / 2); // an epoch's way from then on
  }

  @Test
  void aTermThatReadsValidationNeedsSome() {
    Objective objective = Objective.hard(1).and("remembering", 1, new Remembering());
    Phase with = phase(1, learner(A, DROPPING, objective));
    Phase without =
        new Phase(
            with.name(),
            with.cast(),
            with.feed(),
            Optional.empty(),
            with.training(),
            with.stop(),
            with.keep());
    assertThatThrownBy(() -> session().run(without))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("reads the validation samples, and there are none");
  }
}
