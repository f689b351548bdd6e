package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Shift;
import org.kd4j.core.engine.Native;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Target;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Biased;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.store.Listing;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Casts beyond one student and one teacher: adapters, peers, guides that misbehave. */
class CastTests {
  private static final Task TASK = TinyTask.task(4);
  private static final Role A = new Role("peer", 0);
  private static final Role B = new Role("peer", 1);

  @TempDir Path temp;

  // Adapters.

  /** The mean square between a tap of the teacher and a linear map of a tap of the student. */
  private record Hint(String from, String to) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      NDArray mapped = view.adapter("regressor", view.own().tap(from));
      return mapped.sub(view.of(Role.TEACHER).tap(to)).square().mean();
    }

    @Override
    public Needs needs() {
      TapRef mine = new TapRef(Role.STUDENT, from);
      TapRef theirs = new TapRef(Role.TEACHER, to);
      return Needs.taps(mine, theirs)
          .withAdapters(Map.of("regressor", new Regressor(mine, theirs)));
    }
  }

  private record Regressor(TapRef from, TapRef to) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return Linear.builder().setUnits(shapes.of(to).size()).build();
    }

    @Override
    public Shape input(Shapes shapes) {
      return shapes.of(from);
    }
  }

  private record Kept(
      SortedMap<String, float[]> adapter,
      SortedMap<String, float[]> student,
      List<EpochMetrics> history) {}

  private static Phase hinted(Task task, Session session, String from, String to) {
    return hinted(task, session, from, to, session.teacher());
  }

  private static Phase hinted(
      Task task, Session session, String from, String to, Knowledge teacher) {
    Phase phase =
        task.phase(
            "student",
            task.freshStudent(),
            Objective.hard(1).and("hint", 1, new Hint(from, to)),
            new Guide(Role.TEACHER, teacher));
    return phase.withTraining(new Training(phase.training().epochs(), 50, 2));
  }

  private static Kept run(Task task, Store store, boolean still) {
    Session session = new Session(task, 1, TinyTask.context(store));
    Phase phase = hinted(task, session, "hidden1", "hidden1");
    return kept(session, store, session.run(still ? still(phase) : phase));
  }

  private static Kept kept(Session session, Store store, PhaseResult result) {
    Map<String, ByteBuffer> files =
        store.find(Store.Kind.PHASE, result.network(Role.STUDENT).phase()).orElseThrow();
    ByteBuffer adapter = files.get("student.adapter.hint.regressor.safetensors");
    assertThat(adapter).as("files %s", files.keySet()).isNotNull();
    return new Kept(
        SafeTensors.decode(adapter).values(),
        session.weights(result.network(Role.STUDENT)),
        result.history());
  }

  private static Phase still(Phase phase) {
    List<Participant> cast = new ArrayList<>();
    for (Participant p : phase.cast()) {
      cast.add(
          p instanceof Learner l
              ? new Learner(
                  l.role(), l.start(), new Sgd(Schedule.constant(0), 0, false, 0, 0), l.objective())
              : p);
    }
    return new Phase(
        phase.name(),
        cast,
        phase.feed(),
        phase.validation(),
        phase.training(),
        phase.stop(),
        phase.keep());
  }

  /** The run without interruption, made once. */
  private static final class Whole {
    static final Kept RUN = run(TASK, new MemoryStore(), false);
  }

  @Test
  void anAdapterIsTrainedByTheLearnersOptimizer() {
    Kept first = run(TASK, new MemoryStore(), true);
    Kept trained = Whole.RUN;
    assertThat(trained.adapter().get("logits/weight")).hasSize(24 * 8);
    first
        .adapter()
        .forEach(
            (path, values) ->
                assertThat(trained.adapter().get(path)).as(path).isNotEqualTo(values));
    double before = trained.history().get(0).of("student", "hint");
    assertThat(trained.history().get(3).of("student", "hint")).isLessThan(0.8 * before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9, 11})
  void anAdapterGoesOnFromACheckpointBitForBit(int checkpoint) {
    Kept whole = Whole.RUN;
    MemoryStore kept = new MemoryStore();
    // The teacher's own checkpoints, at the ends of its four epochs, come first.
    DyingStore dying = new DyingStore(kept, TASK.teacherRecipe().training().epochs() + checkpoint);
    assertThatThrownBy(() -> run(TASK, dying, false)).isInstanceOf(DyingStore.Killed.class);
    Kept resumed = run(TASK, kept, false);
    same(resumed.adapter(), whole.adapter());
    same(resumed.student(), whole.student());
    assertThat(resumed.history()).isEqualTo(whole.history());
  }

  @Test
  void anAdaptersDrawShiftsNobodysAndNobodyShiftsIts() {
    Kept plain = run(TASK, new MemoryStore(), true);
    Task deeper =
        with(
            TASK,
            TASK.teacher(),
            NetworkSpec.of(new Mlp(List.of(8, 5), 0.1f, 0), TASK.train().shape(), 3));
    Kept other = run(deeper, new MemoryStore(), true);
    same(other.adapter(), plain.adapter());
    try (NDManager manager = NDManager.newBaseManager()) {
      same(plain.student(), Network.fresh(TASK.student(), manager, 1, Task.STUDENT_LINE).weights());
    }
    assertThat(plain.adapter().get("logits/bias")).isNotEqualTo(new float[24]);
  }

  @Test
  void twoTermsTrainAdaptersOfTheirOwn() {
    MemoryStore store = new MemoryStore();
    Session session = new Session(TASK, 1, TinyTask.context(store));
    Hint hint = new Hint("hidden1", "hidden1");
    PhaseResult result =
        session.run(
            still(
                TASK.phase(
                    "student",
                    TASK.freshStudent(),
                    Objective.of("one", 1, hint).and("two", 1, hint),
                    new Guide(Role.TEACHER, session.teacher()))));
    var files = store.find(Store.Kind.PHASE, result.network(Role.STUDENT).phase()).orElseThrow();
    float[] one =
        SafeTensors.decode(files.get("student.adapter.one.regressor.safetensors"))
            .values()
            .get("logits/weight");
    float[] two =
        SafeTensors.decode(files.get("student.adapter.two.regressor.safetensors"))
            .values()
            .get("logits/weight");
    assertThat(one).isNotEqualTo(two);
  }

  @Test
  void anAdapterOnATapThatIsNotThereIsRefusedBeforeTheFirstBatch() {
    Session session = new Session(TASK, 1, TinyTask.context());
    assertThatThrownBy(() -> session.run(hinted(TASK, session, "hidden2", "hidden1")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "No tap of student in phase 'student', 'hidden2'. Did you mean 'hidden1'? Known: hidden1, logits.");
    assertThat(session.runs()).hasSize(1); // the teacher
  }

  @Test
  void needsAreAddedUp() {
    Regressor one =
        new Regressor(new TapRef(Role.STUDENT, "hidden1"), new TapRef(Role.TEACHER, "hidden1"));
    Needs needs = Needs.NONE.withAdapters(Map.of("a", one)).withAdapters(Map.of("b", one));
    assertThat(needs.adapters()).containsOnlyKeys("a", "b");
    TapRef twice = new TapRef(Role.TEACHER, "logits");
    assertThat(Needs.taps(twice, twice).taps()).containsExactly(twice);
  }

  // Peers.

  private static Phase peers(Objective ofA, Objective ofB, int epochs) {
    NetworkSpec spec = TASK.student();
    List<Participant> cast =
        List.of(
            new Learner(A, Start.fresh(spec, "peer"), TASK.recipe().optimizer(), ofA),
            new Learner(B, Start.fresh(spec, "peer-2"), TASK.recipe().optimizer(), ofB));
    return frame(cast, epochs);
  }

  private static Phase frame(List<Participant> cast, int epochs) {
    return new Phase(
        "peers",
        cast,
        Feed.of(TASK.train(), TASK.recipe().augmentation()),
        TASK.validation(),
        Training.of(epochs, 50),
        StopRule.NEVER,
        Age.LAST);
  }

  private static Objective mimicking(Role other, float weight) {
    return Objective.hard(1).and("mimic", weight, new SoftTargets(Target.of(other), 1));
  }

  @Test
  void twoLearnersOfOnePhaseTeachEachOther() {
    PhaseResult result = session().run(peers(mimicking(B, 1), mimicking(A, 1), 12));
    PhaseResult apart = session().run(peers(mimicking(B, 1e-6f), mimicking(A, 1e-6f), 12));
    EpochMetrics last = result.history().get(11);
    for (Role role : List.of(A, B)) {
      assertThat(last.of(role.toString(), EpochMetrics.VALIDATION_ACCURACY))
          .as("%s", role)
          .isGreaterThan(0.75);
      assertThat(last.of(role.toString(), "mimic"))
          .isPositive()
          .isLessThan(apart.history().get(11).of(role.toString(), "mimic"));
    }
  }

  @Test
  void aPeersLossSendsNoGradientToWhomItReads() {
    Map<Role, SortedMap<String, float[]>> read =
        weights(peers(mimicking(B, 5), Objective.hard(1), 3));
    Map<Role, SortedMap<String, float[]>> unread =
        weights(peers(mimicking(B, 0), Objective.hard(1), 3));
    same(read.get(B), unread.get(B));
    assertThat(read.get(A).get("logits/03Linear/weight"))
        .isNotEqualTo(unread.get(A).get("logits/03Linear/weight"));
    Start start = Start.fresh(TASK.student(), "peer-2");
    Learner alone = new Learner(B, start, TASK.recipe().optimizer(), Objective.hard(1));
    same(read.get(B), weights(frame(List.of(alone), 3)).get(B));
  }

  /** Both read what the other said before the step: who comes first in the cast does not matter. */
  @Test
  void peersAreUpdatedTogether() {
    Phase there = peers(mimicking(B, 1), mimicking(A, 1), 3);
    Map<Role, SortedMap<String, float[]>> forth = weights(there);
    Map<Role, SortedMap<String, float[]>> back =
        weights(frame(List.of(there.cast().get(1), there.cast().get(0)), 3));
    same(back.get(A), forth.get(A));
    same(back.get(B), forth.get(B));
  }

  @Test
  void twoLearnersOfOneLineAreRefused() {
    Learner a = new Learner(A, TASK.freshStudent(), TASK.recipe().optimizer(), Objective.hard(1));
    Learner b = new Learner(B, TASK.freshStudent(), TASK.recipe().optimizer(), Objective.hard(1));
    assertThatThrownBy(() -> frame(List.of(a, b), 1))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "phase 'peers' has two learners of line 'student'; they would start and drop alike, give each its own");
  }

  private static Map<Role, SortedMap<String, float[]>> weights(Phase phase) {
    Session session = session();
    Map<Role, SortedMap<String, float[]>> weights = new TreeMap<>();
    session
        .run(phase)
        .last()
        .forEach((role, trained) -> weights.put(role, session.weights(trained)));
    return weights;
  }

  // Guides.

  private static final List<SortedMap<String, float[]>> SEEN = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  /** Knowledge that lets the test see its networks after each forward, and may spoil them. */
  private record Watched(Knowledge inner, float step) implements Knowledge {
    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.ofText("watched " + inner.fingerprint() + " " + step);
    }

    @Override
    public NetworkSpec spec() {
      return inner.spec();
    }

    @Override
    public Live open(Opening opening) {
      Live live = inner.open(opening);
      return new Live() {
        @Override
        public Outputs forward(NDArray input) {
          Outputs outputs = live.forward(input);
          Network network = networks().get(0);
          if (step != 0) {
            NDArray any = network.parameters().get(network.parameters().firstKey()).getArray();
            float[] values = Native.read(any);
            values[0] += step;
            Native.write(any, values);
          }
          SEEN.add(network.weights());
          return outputs;
        }

        @Override
        public List<Network> networks() {
          return live.networks();
        }
      };
    }
  }

  /** The class made anew, as a shell makes its own. */
  private static Knowledge wrappedInMemory(Knowledge inner) throws Exception {
    String name = Wrapped.class.getName();
    byte[] bytes;
    try (InputStream in = CastTests.class.getResourceAsStream("Wrapped.class")) {
      bytes = in.readAllBytes();
    }
    ClassLoader shell =
        new ClassLoader(CastTests.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String wanted, boolean resolve)
              throws ClassNotFoundException {
            return wanted.equals(name)
                ? defineClass(name, bytes, 0, bytes.length)
                : super.loadClass(wanted, resolve);
          }
        };
    return (Knowledge) shell.loadClass(name).getConstructor(Knowledge.class).newInstance(inner);
  }

  @Test
  void whatAClassInMemorySaysIsStoredNeitherItselfNorWithinAnother() throws Exception {
    FileStore store = new FileStore(temp, note -> {});
    Session session = new Session(TASK, 1, TinyTask.context(store));
    Knowledge covered = new Wrapped(session.teacher());
    session.run(watched(TASK, new Ensemble(List.of(covered), Ensemble.Mean.LOGITS)));
    assertThat(store.list())
        .extracting(Listing::kind)
        .containsExactlyInAnyOrder(Store.Kind.PHASE, Store.Kind.PHASE, Store.Kind.OUTPUTS);

    Knowledge unseen = wrappedInMemory(session.teacher());
    for (Knowledge teacher :
        List.of(
            unseen,
            new Ensemble(List.of(covered, unseen), Ensemble.Mean.LOGITS),
            new Biased(unseen, List.of(0f, 1f, 0f)))) {
      session.run(watched(TASK, teacher));
      assertThat(session.runs().get(session.runs().size() - 1).notStored())
          .isEqualTo("the code of " + Wrapped.class.getName() + " is in no folder or jar");
    }
    assertThat(store.list()).hasSize(3);
  }

  private static Phase watched(Task task, Knowledge knowledge) {
    return task.phase(
        "student",
        task.freshStudent(),
        Objective.hard(0.1f).and("soft", 0.9f, new SoftTargets(Target.of(Role.TEACHER), 4)),
        new Guide(Role.TEACHER, knowledge));
  }

  /** Batch normalisation is what would move: the guide's running statistics. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConvolutionalGuideKeepsEveryBit(boolean stored) {
    Task task =
        with(
            TinyTask.task(2),
            NetworkSpec.of(new PlainCnn(2, false), TASK.train().shape(), 3),
            TASK.student());
    Session session = new Session(task, 1, TinyTask.context());
    Trained teacher = session.teacher();
    SortedMap<String, float[]> before = session.weights(teacher);
    assertThat(before.get("group1/03BatchNorm/runningMean")).isNotEqualTo(new float[16]);
    Phase phase = watched(task, new Watched(teacher, 0));
    session.run(stored ? phase : phase.withFeed(Feed.of(task.transfer(), new Shift(1))));
    assertThat(SEEN.size()).isGreaterThanOrEqualTo(stored ? 1 : 12);
    SEEN.forEach(seen -> same(seen, before));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGuideThatChangesWhileItTeachesStopsThePhase(boolean stored) {
    Session session = session();
    Phase phase = watched(TASK, new Watched(session.teacher(), 0.001f));
    Phase run = stored ? phase : phase.withFeed(Feed.of(TASK.transfer(), new Shift(1)));
    assertThatThrownBy(() -> session.run(run))
        .isInstanceOf(RunException.class)
        .hasMessage(
            "Phase 'student': the guide teacher changed while it taught. A guide is frozen; this is a bug in a"
                + " block or term that writes into its arrays.");
  }

  /** A term may spoil what it was given for a step; the guide itself is out of its reach. */
  @Test
  void aTermThatWritesIntoTheGuidesOutputsDoesNotReachTheGuide() {
    LossTerm scribbles =
        view -> {
          NDArray said = view.of(Role.TEACHER).tap("hidden1");
          said.muli(0);
          return view.own().logits().square().mean();
        };
    Session session = session();
    Phase phase =
        TASK.phase(
                "student",
                TASK.freshStudent(),
                Objective.of("scribbles", 1, scribbles),
                new Guide(Role.TEACHER, new Watched(session.teacher(), 0)))
            .withFeed(Feed.of(TASK.transfer(), new Shift(1)));
    session.run(phase);
    SortedMap<String, float[]> before = session.weights(session.teacher());
    assertThat(SEEN).isNotEmpty();
    SEEN.forEach(seen -> same(seen, before));
  }

  /** Features are computed once where they fit the limit, at each step where they do not. */
  @Test
  void featuresOfAGuideAreKeptUpToALimit() {
    Session session = session();
    Phase phase = hinted(TASK, session, "hidden1", "hidden1", new Watched(session.teacher(), 0));
    Feed feed = phase.feed();
    List<EpochMetrics> kept = session.run(phase).history();
    assertThat(SEEN).as("forwards of batches of at most 500").hasSize(1);
    SEEN.clear();
    List<EpochMetrics> asked = session.run(phase.withFeed(feed.withCache(0))).history();
    assertThat(SEEN).hasSize(phase.stepsPerEpoch() * phase.training().epochs());
    for (int epoch = 0; epoch < kept.size(); epoch++) {
      assertThat(kept.get(epoch).of("student", "hint"))
          .isCloseTo(asked.get(epoch).of("student", "hint"), withPercentage(0.1));
    }
  }

  /** The last batch of what is computed once is filled up; rows that fill it are not kept. */
  @Test
  void eachRowOfAGuidesFeaturesIsItsOwn() {
    Task task = TinyTask.withTransfer(TASK, TinyTask.samples("tiny/more", 777, 5));
    Session session = new Session(task, 1, TinyTask.context());
    Phase phase = hinted(task, session, "hidden1", "hidden1", new Watched(session.teacher(), 0));
    double kept = session.run(phase).history().get(0).of("student", "hint");
    assertThat(SEEN).hasSize(2);
    Phase asking = phase.withFeed(phase.feed().withCache(0));
    assertThat(kept)
        .isCloseTo(
            session.run(asking).history().get(0).of("student", "hint"), withPercentage(0.01));
  }

  private static Session session() {
    return new Session(TASK, 1, TinyTask.context());
  }

  private static Task with(Task task, NetworkSpec teacher, NetworkSpec student) {
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        teacher,
        student,
        task.teacherRecipe(),
        task.recipe());
  }

  private static void same(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (path, values) -> assertThat(actual.get(path)).as(path).containsExactly(values));
  }
}
