package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Shift;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.offline.MultiTeacher.Combine;

class MultiTeacherTests {
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new OfflineModule()).strategies();
  private static final Task TASK = TinyTask.task(2);

  /** Teachers of all tests, trained once. */
  private static final MemoryStore STORE = new MemoryStore();

  private static MultiTeacher.Options options(int teachers, Combine combine) {
    String weights =
        combine == Combine.WEIGHTED
            ? String.join("+", Collections.nCopies(teachers, "" + 1f / teachers))
            : "";
    return new MultiTeacher.Options(teachers, "", combine, weights, 4, 0.9f, 0.1f);
  }

  private static Session session() {
    return session(TASK);
  }

  private static Session session(Task task) {
    return new Session(task, 1, TinyTask.context(STORE));
  }

  private static float[] logits(Session session, DistillationResult result) {
    return session.predict(result.deployed(), TASK.validation().orElseThrow()).logits();
  }

  private static float[] run(DistillationStrategy strategy) {
    Session session = session();
    return logits(session, strategy.distill(session));
  }

  private static Phase last(Session session) {
    return session.runs().get(session.runs().size() - 1).result().phase();
  }

  @ParameterizedTest
  @EnumSource(Combine.class)
  void oneTeacherIsOfflineBitForBitHoweverItIsCombined(Combine combine) {
    float[] offline = run(new Offline(new Offline.Options(4, 0.9f, 0.1f)));
    assertThat(run(new MultiTeacher(options(1, combine), List.of()))).containsExactly(offline);
  }

  @Test
  void threeTeachersAreDifferentNetworksAndAllTeach() {
    Session session = session();
    new MultiTeacher(options(3, Combine.ARITHMETIC), List.of()).distill(session);
    Phase student = last(session);
    assertThat(student.guides())
        .extracting(g -> g.role() + " = " + g.knowledge())
        .containsExactly(
            "teacher = teacher (mlp:24-24,dropout=0.2)",
            "teacher-2 = teacher-2 (mlp:24-24,dropout=0.2)",
            "teacher-3 = teacher-3 (mlp:24-24,dropout=0.2)");
    assertThat(student.guides().get(0).knowledge()).isEqualTo(session.teacher());
    assertThat(student.learners().get(0).objective())
        .hasToString("0.1·hard + 0.9·soft(mean(teacher, teacher-2, teacher-3), T=4)");
    Samples on = TASK.validation().orElseThrow();
    List<float[]> said =
        student.guides().stream().map(g -> session.predict(g.knowledge(), on).logits()).toList();
    assertThat(said.get(0)).isNotEqualTo(said.get(1));
    assertThat(said.get(1)).isNotEqualTo(said.get(2));
    List<String> streams =
        session.runs().stream().map(r -> r.result().phase().feed().stream()).toList();
    assertThat(streams).containsExactlyInAnyOrder("main", "teacher-2", "teacher-3", "main");
  }

  @Test
  void theWaysOfCombiningTeachDifferentStudentsAndTheTwoNamesOfOneWayTheSame() {
    List<float[]> students = new ArrayList<>();
    for (Combine combine :
        List.of(Combine.ARITHMETIC, Combine.GEOMETRIC, Combine.RANDOM, Combine.CONFIDENCE)) {
      students.add(run(new MultiTeacher(options(2, combine), List.of())));
    }
    students.add(
        run(
            new MultiTeacher(
                new MultiTeacher.Options(2, "", Combine.WEIGHTED, "0.9+0.1", 4, 0.9f, 0.1f),
                List.of())));
    assertThat(students.stream().map(Arrays::hashCode)).doesNotHaveDuplicates();

    Session first = session();
    new MultiTeacher(options(2, Combine.GEOMETRIC), List.of()).distill(first);
    Session second = session();
    new MultiTeacher(options(2, Combine.LOGITS), List.of()).distill(second);
    assertThat(second.runs()).allMatch(r -> r.result().reused());
  }

  @Test
  void equalWeightsAreTheArithmeticMean() {
    float[] mean = run(new MultiTeacher(options(2, Combine.ARITHMETIC), List.of()));
    float[] weighted = run(new MultiTeacher(options(2, Combine.WEIGHTED), List.of()));
    assertThat(weighted).containsExactly(mean, within(1e-5f));
  }

  /** Without any label nobody is more to be trusted than another. */
  @Test
  void confidenceOnUnlabelledSamplesIsTheArithmeticMean() {
    ArraySamples train = (ArraySamples) TASK.train();
    int[] hidden = new int[train.size()];
    Arrays.fill(hidden, -1);
    Task unlabelled =
        new Task(
            "unlabelled",
            train,
            train.relabelled("tiny/unlabelled", hidden),
            TASK.validation(),
            TASK.teacher(),
            TASK.student(),
            TASK.teacherRecipe(),
            TASK.recipe());
    List<float[]> students = new ArrayList<>();
    for (Combine combine : List.of(Combine.ARITHMETIC, Combine.CONFIDENCE)) {
      Session session = session(unlabelled);
      students.add(
          logits(session, new MultiTeacher(options(2, combine), List.of()).distill(session)));
    }
    assertThat(students.get(1)).containsExactly(students.get(0), within(1e-5f));
  }

  // Unlike teachers.

  @Test
  void whoATeacherIsDoesNotHangOnWhoIsBesideIt() {
    Architecture standard = TASK.teacher().architecture();
    Architecture small = new Mlp(List.of(4), 0, 0);
    assertThat(lines(standard, small)).containsExactly("teacher", "teacher/mlp:4");
    assertThat(lines(small, standard, small, standard))
        .containsExactly("teacher/mlp:4", "teacher", "teacher-2/mlp:4", "teacher-2");
    Session session = session();
    teach(session, small, standard, small);
    assertThat(last(session).guides())
        .extracting(g -> g.knowledge().spec().toString())
        .containsExactly("mlp:4", "mlp:24-24,dropout=0.2", "mlp:4");
    long trained = session.runs().stream().filter(r -> !r.result().reused()).count();
    assertThat(trained).as("the student; all three teachers were there").isEqualTo(1);
  }

  private static List<String> lines(Architecture... networks) {
    Session session = session();
    teach(session, networks);
    return last(session).guides().stream().map(g -> ((Trained) g.knowledge()).line()).toList();
  }

  private static DistillationResult teach(Session session, Architecture... networks) {
    String named = String.join("+", Arrays.stream(networks).map(Object::toString).toList());
    return new MultiTeacher(
            new MultiTeacher.Options(networks.length, named, Combine.ARITHMETIC, "", 4, 0.9f, 0.1f),
            List.of(networks))
        .distill(session);
  }

  @Test
  void networksAreReadAsPeopleWriteThem() {
    Session session = session();
    REGISTRY
        .configure(
            "multi-teacher",
            Map.of("teachers", "2", "networks", "mlp:6,dropout=0.1 + mlp:4", "combine", "random"))
        .strategy()
        .distill(session);
    assertThat(last(session).guides())
        .extracting(g -> g.knowledge().spec().toString())
        .containsExactly("mlp:6,dropout=0.1", "mlp:4");
    assertThat(last(session).learners().get(0).objective())
        .hasToString("0.1·hard + 0.9·soft(random(teacher, teacher-2), T=4)");
  }

  @Test
  void whatIsReportedBesideTheStudent() {
    Session session = session();
    DistillationResult result =
        new MultiTeacher(options(2, Combine.GEOMETRIC), List.of()).distill(session);
    assertThat(result.others().keySet()).containsExactly("teacher", "teachers");
    assertThat(result.others().get("teacher")).isEqualTo(session.teacher());
    assertThat(result.others().get("teachers"))
        .hasToString("ensemble(geometric mean of teacher, teacher-2)");
    Architecture small = new Mlp(List.of(4), 0, 0);
    assertThat(teach(session, small, TASK.teacher().architecture()).others().get("teacher"))
        .isEqualTo(session.teacher());
    assertThat(teach(session, small, small).others().keySet())
        .as("nobody there is the task's teacher")
        .containsExactly("teachers");
  }

  // One at random.

  /** Knowledge that notes by whom and how often it is forwarded. */
  private record Counted(Knowledge inner, int who, List<Integer> calls) implements Knowledge {
    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.ofText("counted " + inner.fingerprint());
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
          calls.add(who);
          return live.forward(input);
        }

        @Override
        public List<Network> networks() {
          return live.networks();
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theRandomTeacherIsTheTrialsDrawAndNobodyElseIsForwarded(long seed) {
    Session session = new Session(TASK, seed, TinyTask.context());
    Guide[] guides = new Guide[3];
    List<Role> roles = new ArrayList<>();
    List<Integer> calls = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Knowledge teacher =
          session.run(TASK.teacherPhase("teacher-" + (k + 2))).network(Role.TEACHER);
      guides[k] = new Guide(Role.teacher(k), new Counted(teacher, k, calls));
      roles.add(Role.teacher(k));
    }
    Phase phase =
        TASK.phase(
                "student",
                TASK.freshStudent(),
                Objective.hard(0.1f)
                    .and("soft", 0.9f, new SoftTargets(Target.oneAtRandom(roles), 4)),
                guides)
            .withFeed(Feed.of(TASK.transfer(), new Shift(1))); // fresh inputs: nothing stored
    session.run(phase);
    Draws draws = Draws.of(seed, "term", "student", "soft");
    List<Integer> expected =
        IntStream.range(0, 12).mapToObj(step -> draws.at(step).below(0, 3)).toList();
    assertThat(calls).isEqualTo(expected);
    assertThat(calls).contains(0, 1, 2);
  }

  // Bad input.

  @Test
  void badInputIsRefusedWithWhatWasGiven() {
    refused(Map.of("teachers", "0"), "multi-teacher: teachers must be from 1 to 100, was 0");
    refused(
        Map.of("networks", "mlp:4+mlp:8"),
        "multi-teacher: networks must name one for each teacher; it names 2 ('mlp:4+mlp:8')"
            + " and teachers is 3: write teachers=2");
    refused(
        Map.of("combine", "weighted", "weights", "0.5+0.6", "teachers", "2"),
        "multi-teacher: weights of teachers must be 0 or more and sum to 1, were [0.5, 0.6],"
            + " which sum to 1.1");
    refused(
        Map.of("combine", "weighted", "weights", "0.5+0.5"),
        "multi-teacher: a weighted mean takes one weight for each of 3 teachers, were 2:"
            + " [0.5, 0.5]");
    refused(
        Map.of("combine", "weighted"),
        "multi-teacher: weights are numbers joined by '+', one for each teacher, as in"
            + " 0.5+0.3+0.2; were ''");
    refused(
        Map.of("combine", "confidence", "weights", "0.5+0.5", "teachers", "2"),
        "multi-teacher: weights are read where combine=weighted; weights are '0.5+0.5', combine"
            + " is confidence");
    refused(Map.of("temperature", "0"), "multi-teacher: temperature must be above 0, was 0.0");
    refused(Map.of("softWeight", "-1"), "multi-teacher: softWeight must be 0 or more, was -1.0");
    refused(
        Map.of("softWeight", "0", "hardWeight", "0"),
        "multi-teacher: softWeight and hardWeight are both 0: nothing to learn from");
    refused(
        Map.of("teachers", "1", "networks", "mpl:4"),
        "No network 'mpl'. Did you mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.");
    assertThatThrownBy(
            () -> new MultiTeacher(options(2, Combine.RANDOM), List.of(new Mlp(List.of(4), 0, 0))))
        .hasMessage("2 teachers need as many networks, were [mlp:4]");
  }

  private static void refused(Map<String, String> options, String message) {
    assertThatThrownBy(() -> REGISTRY.configure("multi-teacher", options))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  // The ensemble.

  private static Ensemble ensemble(Session session, DeepEnsemble.Member network) {
    return (Ensemble)
        new DeepEnsemble(new DeepEnsemble.Options(3, network, Ensemble.Mean.ARITHMETIC))
            .distill(session)
            .deployed();
  }

  @Test
  void anEnsembleOfStudentsBeginsWithTheOneFromScratch() {
    Session session = session();
    Ensemble deployed = ensemble(session, DeepEnsemble.Member.STUDENT);
    Trained scratch =
        session
            .run(TASK.phase("student", TASK.freshStudent(), Objective.hard(1)))
            .network(Role.STUDENT);
    assertThat(deployed.members().get(0)).isEqualTo(scratch);
    assertThat(deployed).hasToString("ensemble(arithmetic mean of student, student-2, student-3)");
    assertThat(session.runs())
        .extracting(r -> r.result().phase().feed().stream())
        .containsExactly("main", "student-2", "student-3");
    Samples on = TASK.validation().orElseThrow();
    assertThat(
            deployed.members().stream().map(m -> Arrays.hashCode(session.predict(m, on).logits())))
        .doesNotHaveDuplicates();
    long parameters = TASK.student().complexity().parameters();
    assertThat(session.inspect(deployed, on).complexity().parameters()).isEqualTo(3 * parameters);
  }

  @Test
  void anEnsembleOfTeachersIsTheTeachersOfMultiTeacher() {
    Session session = session();
    DistillationResult taught =
        new MultiTeacher(options(3, Combine.ARITHMETIC), List.of()).distill(session);
    Session later = session();
    Ensemble deployed = ensemble(later, DeepEnsemble.Member.TEACHER);
    assertThat(deployed).isEqualTo(taught.others().get("teachers"));
    assertThat(later.runs()).allMatch(r -> r.result().reused());
  }

  @Test
  void anEnsembleTakesOneMemberAndNotNone() {
    assertThatThrownBy(() -> REGISTRY.configure("ensemble", Map.of("members", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("ensemble: members must be from 1 to 100, was 0");
    assertThat(new DeepEnsemble.Factory().defaults().members()).isEqualTo(5);
    Session session = session();
    Knowledge one =
        new DeepEnsemble(
                new DeepEnsemble.Options(1, DeepEnsemble.Member.STUDENT, Ensemble.Mean.LOGITS))
            .distill(session)
            .deployed();
    assertThat(one.spec().inputShape()).isEqualTo(new Shape(1, 6, 6));
    assertThat(session.runs()).hasSize(1);
  }
}
