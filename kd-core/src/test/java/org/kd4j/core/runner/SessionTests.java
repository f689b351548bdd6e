package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Sampling;
import org.kd4j.core.data.Shift;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.testkit.WatchedSamples;

class SessionTests {
  private static final Task TASK = TinyTask.task(4);

  @Test
  void aStudentLearnsFromLabels() {
    Task task = TinyTask.task(15);
    PhaseResult result = session(task).run(alone(task));
    assertThat(result.history()).hasSize(15);
    assertThat(result.history().get(14).of("student", "validationAccuracy")).isGreaterThan(0.8);
    assertThat(result.stopReason()).isEqualTo("all 15 epochs done");
  }

  @Test
  void sameSeedSameBitsWhateverRanBefore() {
    SortedMap<String, float[]> first = weightsOf(session(TASK), taught(TASK));
    session(TASK, 99).run(alone(TASK));
    assertSame(weightsOf(session(TASK), taught(TASK)), first);
  }

  @Test
  void aBatchLargerThanTheSetIsTheWholeSet() {
    Phase phase = alone(TASK).withTraining(Training.of(2, Integer.MAX_VALUE));
    PhaseResult result = session(TASK).run(phase);
    assertThat(result.cost().steps()).isEqualTo(2);
    assertThat(result.history().get(1).of("student", "loss")).isPositive();
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    float[] one = weightsOf(session(TASK, 1), alone(TASK)).values().iterator().next();
    float[] two = weightsOf(session(TASK, 2), alone(TASK)).values().iterator().next();
    assertThat(one).isNotEqualTo(two);
  }

  @Test
  void twoThreadsGiveTheBitsOfOne() throws Exception {
    List<SortedMap<String, float[]>> serial = new ArrayList<>();
    for (long seed = 1; seed <= 4; seed++) {
      serial.add(weightsOf(session(TASK, seed), taught(TASK)));
    }
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Callable<SortedMap<String, float[]>>> work = new ArrayList<>();
      for (long seed = 1; seed <= 4; seed++) {
        long s = seed;
        work.add(() -> weightsOf(session(TASK, s), taught(TASK)));
      }
      var parallel = pool.invokeAll(work);
      for (int i = 0; i < 4; i++) {
        assertSame(parallel.get(i).get(), serial.get(i));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** What a run without interruption gives, made once for all the kills it is compared with. */
  private record Uninterrupted(
      SortedMap<String, float[]> last,
      SortedMap<String, float[]> best,
      List<EpochMetrics> history) {
    static final Task THREE = TinyTask.task(3);
    static final Uninterrupted RUN = of(session(THREE));

    static Uninterrupted of(Session session) {
      PhaseResult result = session.run(withCheckpoints(taught(THREE)).apply(session));
      return new Uninterrupted(
          session.weights(result.last().get(Role.STUDENT)),
          session.weights(result.best().get(Role.STUDENT)),
          result.history());
    }
  }

  /** Dies at a checkpoint, as a killed process would, and starts again on what the store holds. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void resumedAfterAKillEqualsUninterrupted(int checkpoint) {
    MemoryStore kept = new MemoryStore();
    Session killed =
        new Session(Uninterrupted.THREE, 1, TinyTask.context(new DyingStore(kept, checkpoint)));
    assertThatThrownBy(() -> Uninterrupted.of(killed)).isInstanceOf(DyingStore.Killed.class);
    Uninterrupted again =
        Uninterrupted.of(new Session(Uninterrupted.THREE, 1, TinyTask.context(kept)));
    assertSame(again.last(), Uninterrupted.RUN.last());
    assertSame(again.best(), Uninterrupted.RUN.best());
    assertThat(again.history()).isEqualTo(Uninterrupted.RUN.history());
  }

  @Test
  void zeroSoftWeightEqualsScratchBitForBit() {
    Session session = session(TASK);
    Phase silent =
        TASK.phase(
            "student",
            TASK.freshStudent(),
            Objective.hard(1).and("soft", 0, new SoftTargets(Target.of(Role.TEACHER), 4)),
            new Guide(Role.TEACHER, session.teacher()));
    Trained student = session.run(silent).network(Role.STUDENT);
    assertSame(session.weights(student), weightsOf(session(TASK), alone(TASK)));
  }

  @Test
  void storedTeacherOutputsTeachWhatTheTeacherDoes() {
    Session session = session(TASK);
    Phase reading = taught(TASK).apply(session);
    Phase asking = reading.withFeed(reading.feed().withCache(0));
    double stored = last(session.run(reading), "student/soft");
    double live = last(session.run(asking), "student/soft");
    assertThat(stored).isCloseTo(live, org.assertj.core.data.Percentage.withPercentage(0.1));
  }

  @Test
  void replicasOfAnAugmentationAreReadFromTheStore() {
    Session session = session(TASK);
    Phase plain = taught(TASK).apply(session);
    Feed two = new Feed(TASK.transfer(), Sampling.ALL, new Shift(1), 2, Feed.MAIN, Feed.CACHE);
    Phase reading = plain.withFeed(two);
    Phase asking = plain.withFeed(two.withCache(0));
    assertThat(last(session.run(reading), "student/soft"))
        .isCloseTo(
            last(session.run(asking), "student/soft"),
            org.assertj.core.data.Percentage.withPercentage(0.1));
  }

  @Test
  void aLambdaIsTrainedAndSaidNotToBeStored() {
    LossTerm lambda = view -> view.own().logits().square().mean();
    Phase phase =
        TASK.phase("student", TASK.freshStudent(), Objective.hard(1).and("small", 0.01f, lambda));
    Session session = session(TASK);
    session.run(phase);
    assertThat(session.runs().get(0).notStored())
        .isEqualTo("cast[0].objective.terms[1].term is a lambda");
  }

  @Test
  void aDivergingTermIsNamedWithItsStep() {
    LossTerm bad = new Explodes();
    Phase phase = TASK.phase("student", TASK.freshStudent(), Objective.hard(1).and("bad", 1, bad));
    assertThatThrownBy(() -> session(TASK).run(phase))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(
            "Phase 'student' diverged: term 'bad' of student became NaN at step 9 (epoch 2 of 4)");
  }

  /** The sums of an epoch are taken before its last update, and tell nothing of it. */
  @Test
  void whatTheLastUpdateSpoiltIsNoResult() {
    MemoryStore store = new MemoryStore();
    LossTerm steep =
        view -> {
          NDArray z = view.own().logits();
          return z.sub(z.stopGradient()).sqrt().mean(); // 0, with an infinite slope
        };
    Phase phase =
        TASK.phase("student", TASK.freshStudent(), Objective.hard(1).and("steep", 1, steep))
            .withTraining(new Training(1, 10_000, 0));
    assertThatThrownBy(() -> new Session(TASK, 1, TinyTask.context(store)).run(phase))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("its sums or weights are not finite");
  }

  @Test
  void noCheckpointWithinAnEpochIsKeptOfWhatDivergedBeforeIt() {
    MemoryStore store = new MemoryStore();
    Phase phase =
        TASK.phase("student", TASK.freshStudent(), Objective.hard(1).and("bad", 1, new Explodes()))
            .withTraining(new Training(4, 50, 2));
    for (int again = 0; again < 2; again++) { // the second goes on from what the first kept
      assertThatThrownBy(() -> new Session(TASK, 1, TinyTask.context(store)).run(phase))
          .isInstanceOf(RunException.class)
          .hasMessageStartingWith(
              "Phase 'student' diverged: term 'bad' of student became NaN at step 9 (epoch 2 of 4)");
    }
  }

  @Test
  void aPhaseKnowsBeforehandHowLargeItsCheckpointsGrow() {
    List<Integer> sizes = new ArrayList<>();
    try (PhaseRunner runner =
        new PhaseRunner(alone(TASK), 1, TinyTask.context(), NOTHING_TRAINED)) {
      long arrays = runner.stateBytes();
      runner.train(Optional.empty(), state -> sizes.add(state.remaining()));
      assertThat(sizes.get(sizes.size() - 1) - arrays)
          .isBetween(0L, 10_000L); // what describes them
    }
  }

  /** For phases that neither start from nor are guided by what was trained. */
  private static final Cast.OpeningIn NOTHING_TRAINED =
      new Cast.OpeningIn() {
        @Override
        public Network network(Trained trained, NetworkSpec as, NDManager manager) {
          throw new AssertionError(trained);
        }

        @Override
        public SortedMap<String, SortedMap<String, float[]>> adapters(Trained trained) {
          throw new AssertionError(trained);
        }
      };

  @Test
  void moreThanACheckpointHoldsIsRefused() {
    Preflight.state(alone(TASK), 2_000_000_000L);
    assertThatThrownBy(() -> Preflight.state(alone(TASK), 3_000_000_000L))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "phase 'student': weights, best weights, the optimiser's memory and adapters of"
                + " [student (mlp:8)] are 3.0 GB, and a checkpoint holds at most 2.1; take smaller"
                + " networks, an optimiser that remembers less (sgd), or fewer learners in one"
                + " phase");
  }

  /** Stands for a network with published weights. */
  private record Published(Mlp like) implements Architecture {
    @Override
    public TappedBlock build(Shape input, int classes) {
      return like.build(input, classes);
    }

    @Override
    public boolean beginsTrained(int classes) {
      return classes == 3;
    }

    @Override
    public String toString() {
      return "published";
    }
  }

  @Test
  void aTeacherThatBeginsTrainedMayBeUsedAsItIs() {
    Mlp like = new Mlp(List.of(8), 0, 0);
    Session session = session(asItBegins(TinyTask.task(2, new Published(like), like)));
    Trained teacher = session.teacher();
    PhaseResult none = session.runs().get(0).result();
    assertThat(none.history()).isEmpty();
    assertThat(none.cost().steps()).isZero();
    assertThat(none.stopReason()).isEqualTo("used as it begins");
    try (NDManager base = NDManager.newBaseManager()) {
      assertSame(
          session.weights(teacher), Network.fresh(teacher.spec(), base, 1, "teacher").weights());
    }
    assertThat(last(session.run(taught(session.task()).apply(session)), "student/soft"))
        .isPositive();
  }

  @Test
  void aTeacherThatBeginsWithDrawsNeedsAnEpoch() {
    Session session = session(asItBegins(TinyTask.task(2)));
    assertThatThrownBy(session::teacher)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "phase 'teacher' has 0 epochs, and teacher (mlp:24-24,dropout=0.2) does not begin with"
                + " trained weights; give it an epoch or more, or a network that does, as bert:DIR"
                + " with a classifier of 3 classes");
  }

  private static Task asItBegins(Task task) {
    Recipe recipe = task.teacherRecipe();
    return task.withTeacherRecipe(
        new Recipe(recipe.training().withEpochs(0), recipe.optimizer(), recipe.augmentation()));
  }

  @Test
  void aTermBelowItsBoundIsABug() {
    LossTerm swapped = new Below();
    Phase phase = TASK.phase("student", TASK.freshStudent(), Objective.of("swapped", 1, swapped));
    assertThatThrownBy(() -> session(TASK).run(phase))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("term 'swapped' of student averaged")
        .hasMessageContaining("below 0.0, the least it can be");
  }

  @Test
  void aMissingTapIsRefusedBeforeTheFirstBatch() {
    Session session = session(TASK);
    Phase phase =
        TASK.phase(
            "student",
            TASK.freshStudent(),
            Objective.of("hint", 1, new Reads("hidden9")),
            new Guide(Role.TEACHER, session.teacher()));
    assertThatThrownBy(() -> session.run(phase))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "No tap of teacher in phase 'student', 'hidden9'. Did you mean 'hidden1'?"
                + " Known: hidden1, hidden2, logits.");
  }

  @Test
  void stopRulesEndAPhaseWithTheirReason() {
    Task task = TinyTask.task(40);
    Phase phase = alone(task).withStop(new StopRule.Patience(Role.STUDENT, 3));
    PhaseResult result = session(task).run(phase);
    assertThat(result.history().size()).isLessThan(40);
    assertThat(result.stopReason())
        .startsWith("validation accuracy of student flat for 3 epochs, best after");
  }

  @Test
  void aResumedNetworkGoesOnFromWhereItStands() {
    Session session = session(TASK);
    Trained first = session.run(alone(TASK)).network(Role.STUDENT);
    PhaseResult second =
        session.run(
            TASK.phase("more", Start.resume(first), Objective.hard(1))
                .withTraining(Training.of(1, 50)));
    assertThat(second.history().get(0).of("student", "loss"))
        .isLessThan(last(session.runs().get(0).result(), "student/loss") + 0.1);
    assertThat(second.network(Role.STUDENT).epochs()).isEqualTo(5);
  }

  @Test
  void nothingIsLeftBehindOverAThousandSteps() {
    Task task = TinyTask.task(170);
    List<Integer> arrays = new ArrayList<>();
    Samples counting = WatchedSamples.countingArrays(task.train(), arrays);
    Session session = session(task);
    Phase phase = taught(task).apply(session);
    session.run(phase.withFeed(Feed.of(counting, new Shift(1))));
    assertThat(arrays).hasSizeGreaterThan(1000);
    assertThat(arrays.get(arrays.size() - 1)).isEqualTo(arrays.get(2));
  }

  private record Explodes() implements LossTerm {
    @Override
    public NDArray value(org.kd4j.core.objective.StepView view) {
      NDArray zero = Scalars.mul(view.own().logits().mean(), 0);
      return view.progress().step() < 8 ? zero : Scalars.div(zero, 0);
    }
  }

  /** A term that reads what it remembers in ways that make further arrays. */
  private record Remembers() implements LossTerm {
    @Override
    public void begin(EpochView epoch, Memory memory) {
      memory.set("bank", new float[300 * 3]);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray bank = view.memory("bank").reshape(300, 3).transpose();
      view.remember("bank", view.rows(), view.own().logits());
      return view.own().logits().matMul(bank).square().mean();
    }
  }

  @Test
  void readingAMemoryLeavesNothingBehind() {
    List<Integer> arrays = new ArrayList<>();
    Phase phase =
        TASK.phase(
            "student", TASK.freshStudent(), Objective.hard(1).and("bank", 1, new Remembers()));
    session(TASK)
        .run(
            phase.withFeed(
                Feed.of(WatchedSamples.countingArrays(TASK.train(), arrays), new Shift(1))));
    assertThat(arrays).hasSize(24);
    assertThat(arrays.get(23)).isEqualTo(arrays.get(2));
  }

  private record Below() implements LossTerm {
    @Override
    public NDArray value(org.kd4j.core.objective.StepView view) {
      return view.own().logits().square().mean().neg();
    }

    @Override
    public double lowerBound() {
      return 0;
    }
  }

  private record Reads(String tap) implements LossTerm {
    @Override
    public NDArray value(org.kd4j.core.objective.StepView view) {
      return view.of(Role.TEACHER).tap(tap).mean();
    }

    @Override
    public org.kd4j.core.objective.Needs needs() {
      return org.kd4j.core.objective.Needs.taps(
          new org.kd4j.core.objective.TapRef(Role.TEACHER, tap));
    }
  }

  private static double last(PhaseResult result, String quantity) {
    return result.history().get(result.history().size() - 1).values().get(quantity);
  }

  /** A phase that may need the session's teacher. */
  private interface Making {
    Phase apply(Session session);
  }

  private static Making taught(Task task) {
    return session ->
        task.phase(
            "student",
            task.freshStudent(),
            Objective.hard(0.1f).and("soft", 0.9f, new SoftTargets(Target.of(Role.TEACHER), 4)),
            new Guide(Role.TEACHER, session.teacher()));
  }

  private static Making withCheckpoints(Making making) {
    return session -> {
      Phase phase = making.apply(session);
      Training t = phase.training();
      return phase.withTraining(new Training(t.epochs(), t.batchSize(), 2));
    };
  }

  private static Phase alone(Task task) {
    return task.phase("student", task.freshStudent(), Objective.hard(1));
  }

  private static Session session(Task task) {
    return session(task, 1);
  }

  private static Session session(Task task, long seed) {
    return new Session(task, seed, TinyTask.context());
  }

  private static SortedMap<String, float[]> weightsOf(Session session, Phase phase) {
    return session.weights(session.run(phase).network(Role.STUDENT));
  }

  private static SortedMap<String, float[]> weightsOf(Session session, Making making) {
    return weightsOf(session, making.apply(session));
  }

  private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (path, values) -> assertThat(actual.get(path)).as(path).containsExactly(values));
  }
}
