package org.kd4j.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.network.Rectifier;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.AdapterParameters;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyCnn;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

/** What each method's phases are, what moves in them, and what is left afterwards. */
class StrategiesTests {
  private static final long SEED = 3;
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new FeaturesModule()).strategies();

  /** Narrower than its teacher everywhere: every pair needs its adapter. */
  private static Task narrow(int epochs) {
    return TinyTask.task(epochs, new TinyCnn(List.of(8, 12), 2), new TinyCnn(List.of(4, 6), 1));
  }

  @TestFactory
  Stream<DynamicTest> theObjectiveSaysItAll() {
    return Stream.of(
        says("hints", "1·hard + linear 4→1·soft(teacher, T=3)"),
        says("attention-transfer", "1·hard + 1000·attention(code, p=2)[stage1, stage2]"),
        says("similarity-preserving", "1·hard + 3000·similarities[stage2]"),
        says("pkt", "1·hard + 30000·neighbours[stage2]"),
        says("rkd", "1·hard + 25·distance[stage2] + 50·angle[stage2]"),
        says("neuron-selectivity", "1·hard + 50·selectivity[stage2]"),
        says("correlation-congruence", "1·hard + 0.02·correlation(γ=0.4, P=2)[stage2]"),
        says("activation-boundaries", "1·hard"),
        says("factor-transfer", "1·hard + 200·factor[stage2←factor]"),
        says(
            "review",
            "1·hard + 1 after warm-up over 1 epochs·review[stage1←stage1.pre,"
                + " stage2←stage2.pre]"),
        says("overhaul", "1·hard + 0.001·margin-rectified[stage1.pre, stage2.pre]"),
        says("crd", "1·hard + 0.8·contrast(K=200, τ=0.07)[stage2]"),
        says("vid", "1·hard + 1·information[stage1, stage2]"));
  }

  private static DynamicTest says(String id, String objective) {
    return dynamicTest(
        id,
        () -> {
          Run run = run(id, Map.of(), narrow(1));
          assertThat(run.last().learners().get(0).objective()).hasToString(objective);
          assertThat(run.result.others()).containsOnlyKeys("teacher");
          leavesNothingBehind(run);
        });
  }

  /** No adapter is in what is deployed: it is the student's network, and weighs as much. */
  private static void leavesNothingBehind(Run run) {
    Task task = run.session.task();
    assertThat(run.result.deployed().spec()).isEqualTo(task.student());
    Trained student = run.result.deployed().source().orElseThrow();
    try (NDManager base = NDManager.newBaseManager()) {
      assertThat(run.session.weights(student).keySet())
          .isEqualTo(Network.blank(task.student(), base).weights().keySet());
    }
  }

  @Test
  void softTargetsCombineWithFeatures() {
    Run run =
        run("attention-transfer", Map.of("softWeight", "0.9", "hardWeight", "0.1"), narrow(1));
    assertThat(run.last().learners().get(0).objective())
        .hasToString(
            "0.1·hard + 0.9·soft(teacher, T=4) + 1000·attention(code, p=2)[stage1, stage2]");
  }

  /** Weight decay, momentum and batch statistics would all move what the hint does not reach. */
  @Test
  void aHintTrainsTheStudentUpToTheGuidedLayerAndNothingElse() {
    Task task = decayed(narrow(2));
    Run run = run("hints", Map.of("taps", "stage1:stage1"), task);
    PhaseResult hint = run.session.runs().get(1).result();
    assertThat(hint.phase().name()).isEqualTo("hint");
    assertThat(hint.phase().learners().get(0).objective()).hasToString("100·hint[stage1]");
    assertThat(hint.phase().learners().get(0).trains()).hasToString("up to stage1");
    Map<String, float[]> after = run.session.weights(hint.network(Role.STUDENT));
    SortedMap<String, float[]> first;
    try (NDManager base = NDManager.newBaseManager()) {
      first = Network.fresh(task.student(), base, SEED, Task.STUDENT_LINE).weights();
    }
    assertThat(after.keySet()).isEqualTo(first.keySet());
    after.forEach(
        (path, values) -> {
          if (path.startsWith("stage1/")) {
            assertThat(values).as(path).isNotEqualTo(first.get(path));
          } else {
            assertThat(values).as(path).containsExactly(first.get(path));
          }
        });
    Trained student = run.result.deployed().source().orElseThrow();
    assertThat(student.epochs()).isEqualTo(2);
    run.session
        .weights(student)
        .forEach((path, values) -> assertThat(values).as(path).isNotEqualTo(after.get(path)));
  }

  @Test
  void aPhaseThatTrainsNoHeadReportsNoAccuracy() {
    Run run = run("hints", Map.of("hintShare", "0.5"), narrow(4));
    PhaseResult hint = run.session.runs().get(1).result();
    assertThat(hint.history()).hasSize(2);
    assertThat(hint.history().get(1).of("student", EpochMetrics.VALIDATION_ACCURACY)).isNaN();
    assertThat(hint.history().get(1).of("student", "hint"))
        .isPositive()
        .isLessThan(hint.history().get(0).of("student", "hint"));
    assertThat(hint.best()).isEmpty();
    double second = hint.history().get(1).of("student", EpochMetrics.validationOf("hint"));
    assertThat(second).isPositive();
    assertThat(hint.history().get(1).of("student", EpochMetrics.VALIDATION_LOSS))
        .isCloseTo(100 * second, within(1e-9 + 1e-6 * second));
    PhaseResult student = run.session.runs().get(2).result();
    assertThat(student.history().get(0).of("student", EpochMetrics.VALIDATION_ACCURACY))
        .isBetween(0.0, 1.0);
    assertThat(student.history().get(0).of("student", EpochMetrics.VALIDATION_LOSS)).isNaN();
  }

  /** On validation the term is what it is of the network as it was left, in evaluation mode. */
  @Test
  void aTermOnValidationIsThatOfTheNetworkItLeaves() {
    Run run = run("fsp", Map.of(), TinyTask.convolutional(2));
    PhaseResult flow = run.session.runs().get(1).result();
    Task task = run.session.task();
    float[] student = taps(run, flow.network(Role.STUDENT));
    float[] teacher = taps(run, run.session.teacher());
    double sum = 0;
    for (int i = 0; i < student.length; i++) {
      sum += Math.pow(student[i] - teacher[i], 2) / student.length;
    }
    assertThat(task.validation().orElseThrow().size()).isEqualTo(150);
    assertThat(flow.history().get(0).of("student", EpochMetrics.validationOf("flow")))
        .isCloseTo(sum, within(1e-5 * sum));
  }

  /** The flow from stage 1 to stage 2 of every validation sample, in evaluation mode. */
  private static float[] taps(Run run, Trained who) {
    Autograd.off();
    try (NDManager base = NDManager.newBaseManager()) {
      Network network = Network.blank(who.spec(), base);
      network.load(run.session.weights(who));
      var rows = run.session.task().validation().orElseThrow().open(base);
      int[] all = java.util.stream.IntStream.range(0, 150).toArray();
      Outputs out = network.forward(Pass.evaluation(), rows.gather(base, all).input());
      return MapFormulas.flow(out.tap("stage1"), out.tap("stage2")).toFloatArray();
    }
  }

  /** What a later phase of the same term goes on with, where it asks for it. */
  @Test
  void adaptersGoOnWhereANetworkDoes() {
    Store store = new MemoryStore();
    Task task = with(narrow(1), new Sgd(Schedule.constant(0.01f), 0, false, 0, 0));
    Session session = new Session(task, SEED, TinyTask.context(store));
    REGISTRY.configure("hints", Map.of()).strategy().distill(session);
    Session.PhaseRun hint = session.runs().get(1);
    Learner learner = hint.result().phase().learners().get(0);
    Trained begun = hint.result().network(Role.STUDENT);
    SortedMap<String, float[]> left = hinted(store, hint);
    Sgd still = new Sgd(Schedule.constant(0), 0, false, 0, 0);
    SortedMap<String, float[]> again = hinted(store, session, learner, begun, still, true);
    SortedMap<String, float[]> fresh = hinted(store, session, learner, begun, still, false);
    left.forEach(
        (path, values) -> {
          if (path.endsWith("weight")) {
            assertThat(again.get(path)).as(path).containsExactly(values);
            assertThat(fresh.get(path)).as(path).isNotEqualTo(values);
          }
        });
    Trained without = session.runs().get(2).result().network(Role.STUDENT);
    assertThatThrownBy(
            () ->
                session.run(
                    task.phase(
                        "again",
                        Start.resume(without).withAdapters(),
                        learner.objective(),
                        new Guide(Role.TEACHER, session.teacher()))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("adapters of student are to go on, and none of [hint/stage2-stage2]");
    assertThatThrownBy(() -> task.freshStudent().withAdapters())
        .hasMessage("adapters go on where a network does; 'student' starts fresh");
  }

  private static SortedMap<String, float[]> hinted(
      Store store,
      Session session,
      Learner learner,
      Trained begun,
      OptimizerSpec optimizer,
      boolean goOn) {
    Start start = goOn ? Start.resume(begun).withAdapters() : Start.resume(begun);
    Learner later = new Learner(Role.STUDENT, start, optimizer, learner.objective());
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    session.run(session.task().phase("again", List.of(later, teacher)));
    return hinted(store, session.runs().get(session.runs().size() - 1));
  }

  private static SortedMap<String, float[]> hinted(Store store, Session.PhaseRun run) {
    ByteBuffer file =
        store
            .find(Store.Kind.PHASE, run.fingerprint())
            .orElseThrow()
            .get("student.adapter.hint.stage2-stage2.safetensors");
    return SafeTensors.decode(file).values();
  }

  /** 6 channels to 12 by a 1×1 convolution without bias, and a scale and a shift for each. */
  @Test
  void adaptersAreCountedApart() {
    Run run = run("hints", Map.of(), narrow(1));
    Phase hint = run.session.runs().get(1).result().phase();
    assertThat(AdapterParameters.of(hint, hint.learners().get(0))).isEqualTo(6 * 12 + 2 * 12);
    assertThat(AdapterParameters.of(run.last(), run.last().learners().get(0))).isZero();
  }

  /** Compared at everyone's budget: as many epochs as a student of one phase has. */
  @TestFactory
  Stream<DynamicTest> phasesOfTheStudentShareItsEpochs() {
    return Stream.of(
        shares("hints", "hintShare", "0.5", 8, 4, 4),
        shares("hints", "hintShare", "0.25", 8, 2, 6),
        shares("hints", "hintShare", "0.01", 8, 1, 7),
        shares("hints", "hintShare", "0.99", 8, 7, 1),
        shares("hints", "hintShare", "0.5", 1, 1, 1),
        shares("activation-boundaries", "boundaryShare", "0.125", 8, 1, 7),
        shares("fsp", "flowShare", "0.5", 7, 4, 3));
  }

  private static DynamicTest shares(
      String id, String option, String share, int epochs, int first, int second) {
    return dynamicTest(
        id + " " + share + " of " + epochs,
        () -> {
          DryRun dry =
              new DryRun(
                  TinyTask.convolutional(epochs),
                  SEED,
                  OptionalLong.empty(),
                  TinyTask.context().environment());
          REGISTRY.configure(id, Map.of(option, share)).strategy().distill(dry);
          assertThat(dry.planned())
              .extracting(p -> p.phase().training().epochs())
              .containsExactly(epochs, first, second);
        });
  }

  /** A step at half of the student's epochs is one at half of each phase's, warm-up likewise. */
  @TestFactory
  Stream<DynamicTest> aScheduleThatCountsEpochsShrinksWithThem() {
    return Stream.of(
        rates("hints", Map.of("hintShare", "0.25"), 2, 1, 0.2f, 3, 0.6f),
        rates("fsp", Map.of("flowShare", "0.5"), 4, 2, 0.4f, 2, 0.4f),
        rates("activation-boundaries", Map.of("boundaryShare", "0.125"), 1, 0.5f, 0.1f, 3.5f, 0.7f),
        rates("factor-transfer", Map.of("factorEpochs", "2"), 2, 1, 0.2f, 4, 0.8f),
        rates("factor-transfer", Map.of("factorEpochs", "0"), 8, 4, 0.8f, 4, 0.8f));
  }

  private static DynamicTest rates(
      String id,
      Map<String, String> options,
      int epochs,
      float milestone,
      float warmup,
      float later,
      float laterWarmup) {
    return dynamicTest(
        id + " " + options,
        () -> {
          Task task = with(TinyTask.convolutional(8), new Sgd(rate(4, 0.8f), 0.9f, false, 0, 0));
          DryRun dry =
              new DryRun(task, SEED, OptionalLong.empty(), TinyTask.context().environment());
          REGISTRY.configure(id, options).strategy().distill(dry);
          Phase first = dry.planned().get(1).phase();
          assertThat(first.training().epochs()).isEqualTo(epochs);
          assertThat(first.learners().get(0).optimizer().rate()).isEqualTo(rate(milestone, warmup));
          assertThat(dry.planned().get(2).phase().learners().get(0).optimizer().rate())
              .isEqualTo(rate(later, laterWarmup));
        });
  }

  private static Schedule rate(float milestone, float warmup) {
    return new Schedule.WarmUp(warmup, new Schedule.MultiStep(0.1f, 0.1f, List.of(milestone)));
  }

  @Test
  void theFirstPhaseMayBeMissing() {
    Run single = run("hints", Map.of("stages", "single", "softWeight", "0"), narrow(1));
    assertThat(single.session.runs()).hasSize(2);
    assertThat(single.last().learners().get(0).objective())
        .hasToString("1·hard + 100·hint[stage2]");
  }

  @TestFactory
  Stream<DynamicTest> adaptersLearn() {
    return Stream.of(
        learns("hints", 1, "hint.stage2-stage2"),
        learns("activation-boundaries", 1, "boundaries.stage2.pre-stage2.pre"),
        learns("vid", 1, "information.mean-stage1-stage1"),
        learns("vid", 1, "information.variance-stage2-stage2"),
        learns("review", 1, "review.reduce-stage1-stage1.pre"),
        learns("review", 1, "review.attend-stage1-stage1.pre"),
        learns("review", 1, "review.widen-stage2-stage2.pre"),
        learns("overhaul", 1, "overhaul.stage1.pre-stage1.pre"),
        learns("crd", 1, "contrast.student"),
        learns("crd", 1, "contrast.teacher"),
        learns("factor-transfer", 2, "factor.translator"));
  }

  /** With weights decaying by nothing, only a gradient moves a parameter. */
  private static DynamicTest learns(String id, int phase, String adapter) {
    return dynamicTest(
        id + " " + adapter,
        () -> {
          SortedMap<String, float[]> still = adapter(id, 0, phase, adapter);
          SortedMap<String, float[]> moved = adapter(id, 0.01f, phase, adapter);
          assertThat(still).isNotEmpty();
          still.forEach((path, w) -> assertThat(moved.get(path)).as(path).isNotEqualTo(w));
        });
  }

  private static SortedMap<String, float[]> adapter(
      String id, float rate, int phase, String adapter) {
    Store store = new MemoryStore();
    Task task = with(narrow(1), new Sgd(Schedule.constant(rate), 0, false, 0, 0));
    Session session = new Session(task, SEED, TinyTask.context(store));
    REGISTRY.configure(id, Map.of()).strategy().distill(session);
    Map<String, ByteBuffer> files =
        store.find(Store.Kind.PHASE, session.runs().get(phase).fingerprint()).orElseThrow();
    ByteBuffer file = files.get("student.adapter." + adapter + ".safetensors");
    assertThat(file).as("files %s", files.keySet()).isNotNull();
    SortedMap<String, float[]> weights = SafeTensors.decode(file).values();
    weights.keySet().removeIf(path -> path.contains("running"));
    return weights;
  }

  /** The paraphraser learns beside a teacher that does not move, and says what it says. */
  @Test
  void theParaphrasedTeacherIsTheTeacher() {
    Run run = run("factor-transfer", Map.of(), decayed(narrow(2)));
    PhaseResult phase = run.session.runs().get(1).result();
    assertThat(phase.phase().name()).isEqualTo("paraphraser");
    Trained paraphraser = phase.network(new Role("paraphraser", 0));
    Trained teacher = run.session.teacher();
    var validation = run.session.task().validation().orElseThrow();
    assertThat(run.session.predict(paraphraser, validation).logits())
        .containsExactly(run.session.predict(teacher, validation).logits());
    Map<String, float[]> weights = run.session.weights(paraphraser);
    run.session
        .weights(teacher)
        .forEach((path, values) -> assertThat(weights.get(path)).as(path).containsExactly(values));
    assertThat(phase.history().get(1).values().keySet())
        .contains("paraphraser/validation.rebuilt")
        .doesNotContain("paraphraser/validationAccuracy");
    assertThat(phase.history().get(1).of("paraphraser", "rebuilt"))
        .isLessThan(phase.history().get(0).of("paraphraser", "rebuilt"));
    assertThat(paraphraser.spec().taps().get("factor").get(0)).isEqualTo(6);
  }

  @Test
  void vectorsAreRefusedWhereMapsAreNeeded() {
    for (String id :
        List.of(
            "attention-transfer",
            "neuron-selectivity",
            "fsp",
            "review",
            "activation-boundaries",
            "overhaul",
            "simkd",
            "factor-transfer")) {
      assertThat(REGISTRY.configure(id, Map.of()).missing(TinyTask.task(1)))
          .as(id)
          .contains(
              "needs feature maps (channels, height, width), and the student (mlp:8) has none:"
                  + " its taps are {hidden1=(8)}");
    }
    assertThatThrownBy(() -> run("attention-transfer", Map.of(), TinyTask.task(1)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Strategy 'attention-transfer' does not fit this task: it needs feature maps");
    assertThat(
            REGISTRY.configure("hints", Map.of("taps", "stage9:hidden1")).missing(TinyTask.task(1)))
        .contains("cannot pair its taps: No tap of the student 'stage9'. Known: hidden1.");
  }

  /** What a transformer has of three axes is attention. */
  @Test
  void textIsRefusedWhereMapsAreNeeded() {
    Task text = TinyTask.text(1);
    for (String id :
        List.of(
            "attention-transfer",
            "neuron-selectivity",
            "fsp",
            "review",
            "activation-boundaries",
            "overhaul",
            "simkd",
            "factor-transfer")) {
      for (Map<String, String> taps :
          List.of(Map.<String, String>of(), Map.of("taps", "value.0:value.1+value.1:value.3"))) {
        assertThat(REGISTRY.configure(id, taps).missing(text))
            .as(id)
            .contains(
                "needs feature maps (channels, height, width) of convolutional networks, and the"
                    + " student (transformer:2x12,heads=2,ffn=24,dropout=0.0) reads text; for text"
                    + " take tinybert, minilm, pkd or distilbert");
      }
    }
    for (String id : List.of("hints", "vid", "crd")) {
      assertThat(
              REGISTRY
                  .configure(id, Map.of("taps", "hidden.1:hidden.2"))
                  .missing(text)
                  .orElseThrow())
          .as(id)
          .startsWith("needs ")
          .contains("the student's is (8, 12) and the teacher's (8, 12)");
    }
  }

  /** By their defaults: methods of vectors on whole texts, those of relations on states. */
  @TestFactory
  Stream<DynamicTest> whatReadsTextLearnsFromIt() {
    return Map.of(
            "hints", "1·hard + linear 4→1·soft(teacher, T=3)",
            "vid", "1·hard + 1·information[pooled]",
            "crd", "1·hard + 0.8·contrast(K=150, τ=0.07)[pooled]",
            "similarity-preserving", "1·hard + 3000·similarities[hidden.2←hidden.4]")
        .entrySet()
        .stream()
        .map(
            says ->
                dynamicTest(
                    says.getKey(),
                    () ->
                        assertThat(
                                run(says.getKey(), Map.of(), TinyTask.text(1))
                                    .last()
                                    .learners()
                                    .get(0)
                                    .objective())
                            .hasToString(says.getValue())));
  }

  @Test
  void pairsWrittenOutOfOrderAreTheSameObjective() {
    Task task = TinyTask.convolutional(1);
    for (String id : List.of("fsp", "review", "overhaul")) {
      assertThat(planned(id, Map.of("taps", "stage2:stage2+stage1:stage1"), task))
          .as(id)
          .isEqualTo(planned(id, Map.of("taps", "stage1:stage1+stage2:stage2"), task));
      assertThat(
              REGISTRY
                  .configure(id, Map.of("taps", "stage1:stage2+stage2:stage1"))
                  .missing(task)
                  .orElseThrow())
          .as(id)
          .startsWith("needs pairs that go deeper on both sides");
    }
  }

  private static String planned(String id, Map<String, String> options, Task task) {
    DryRun dry = new DryRun(task, SEED, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure(id, options).strategy().distill(dry);
    return dry.planned().get(1).phase().learners().get(0).objective().toString();
  }

  /** The authors' 20 of 240 epochs; a shorter run has as large a share. */
  @Test
  void theWarmUpOfAReviewIsAShareOfAShortRun() {
    assertThat(planned("review", Map.of(), TinyTask.convolutional(240)))
        .contains("after warm-up over 20 epochs");
    assertThat(planned("review", Map.of(), TinyTask.convolutional(300)))
        .contains("after warm-up over 20 epochs");
    assertThat(planned("review", Map.of(), TinyTask.convolutional(20)))
        .contains("after warm-up over 2 epochs");
    assertThat(planned("review", Map.of("warmupOf", "0"), TinyTask.convolutional(20)))
        .contains("after warm-up over 20 epochs");
    assertThat(planned("review", Map.of("warmupEpochs", "0"), TinyTask.convolutional(20)))
        .startsWith("1·hard + 1·review");
  }

  /** β of both scales; the paper's is over 2 and the number of positions. */
  @Test
  void attentionOfThePaperIsOverTwiceThePositions() {
    TinyTask.context();
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] s = new float[2 * 3 * 4 * 4];
      float[] t = new float[2 * 5 * 2 * 4];
      for (int i = 0; i < s.length; i++) {
        s[i] = (float) Math.sin(i);
      }
      for (int i = 0; i < t.length; i++) {
        t[i] = (float) Math.cos(3 * i);
      }
      NDArray student = manager.create(s, new Shape(2, 3, 4, 4));
      NDArray teacher = manager.create(t, new Shape(2, 5, 2, 4));
      float norm = MapFormulas.attentionOfPaper(student, teacher, 2).getFloat();
      assertThat(
              new AttentionTransfer.Attention(AttentionTransfer.Scale.PAPER, 2)
                  .value(student, teacher)
                  .getFloat())
          .isPositive()
          .isCloseTo(norm / 16, within(1e-6f)); // 2 × 4 positions
    }
  }

  /** Three cells of four are off: so is the cell they come to, however far on the fourth is. */
  @Test
  void aPooledBoundaryIsOnTheSideOfTheMost() {
    TinyTask.context();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray teacher =
          manager.create(new float[] {10, -1, -1, -1, 3, 1, -90, 2}, new Shape(1, 2, 2, 2));
      NDArray student = manager.create(new float[] {-2, 2}, new Shape(1, 2, 1, 1));
      LossTerm term =
          new Compared(
              new ActivationBoundaries.Boundaries(1), List.of(new TapPair("stage", "stage")));
      assertThat(term.value(new Seen(student, teacher)).getFloat()).isZero();
      assertThat(term.value(new Seen(student.neg(), teacher)).getFloat()).isEqualTo(18);
    }
  }

  /** A step of a student and a teacher of one stage; adapters leave what goes in as it is. */
  private record Seen(NDArray student, NDArray teacher) implements StepView {
    private static Outputs outputs(NDArray stage) {
      return new Outputs(List.of("stage"), new NDList(stage, stage));
    }

    @Override
    public Outputs own() {
      return outputs(student);
    }

    @Override
    public Outputs of(Role role) {
      return outputs(teacher);
    }

    @Override
    public NDArray adapter(String name, NDArray x) {
      return x;
    }

    @Override
    public NDArray input() {
      return student;
    }

    @Override
    public NDArray target() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int[] rows() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray memory(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Draws draws() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Progress progress() {
      throw new UnsupportedOperationException();
    }
  }

  /** Known before a teacher is trained. */
  @Test
  void aTeacherWithoutNormalisationHasNoMargins() {
    Task task = TinyTask.task(1, new Bare(4), new TinyCnn(List.of(4), 1));
    assertThat(REGISTRY.configure("overhaul", Map.of()).missing(task))
        .contains(
            "needs the teacher's batch normalisation before a rectifier, from which margins come,"
                + " and 'stage1' has none; take a teacher with it, or activation-boundaries");
    assertThat(REGISTRY.configure("activation-boundaries", Map.of()).missing(task)).isEmpty();
  }

  /** A convolution and its rectifier. */
  private record Bare(int channels) implements Architecture {
    @Override
    public TappedBlock build(Shape input, int classes) {
      return TappedBlock.of()
          .stage(
              "stage1",
              new SequentialBlock()
                  .add(Channels.convolution(channels, 3, true))
                  .add(new Rectifier()))
          .logits(
              new SequentialBlock()
                  .add(Blocks.batchFlattenBlock())
                  .add(Linear.builder().setUnits(classes).build()));
    }

    @Override
    public String toString() {
      return "bare:" + channels;
    }
  }

  @Test
  void whatCannotBeComparedIsSaidBeforeTraining() {
    assertThat(REGISTRY.configure("fsp", Map.of()).missing(narrow(1)))
        .contains(
            "needs as many channels on both sides, for flows are compared entry by entry; of the"
                + " pair stage1 the student's is (4, 6, 6) and the teacher's (8, 6, 6)");
    assertThat(REGISTRY.configure("fsp", Map.of("taps", "last")).missing(TinyTask.convolutional(1)))
        .contains(
            "needs two pairs of taps or more, a flow running between layers, and has [stage2]");
    Task points =
        TinyTask.task(1, new TinyCnn(List.of(4, 4, 4), 1), new TinyCnn(List.of(4, 4, 4), 1));
    for (String taps : List.of("last", "stage3:stage3", "stage1:stage1+stage3:stage3")) {
      assertThat(
              REGISTRY
                  .configure("attention-transfer", Map.of("taps", taps))
                  .missing(points)
                  .orElseThrow())
          .startsWith(
              "needs maps of more than one position, over which attention says nothing; of the pair"
                  + " stage3 the student's is (4, 1, 1)");
    }
    assertThat(
            REGISTRY
                .configure("factor-transfer", Map.of("taps", "bottom"))
                .missing(TinyTask.convolutional(1)))
        .contains(
            "paraphrases one layer of the teacher's, as it is after its rectifier, and taps names"
                + " [stage1, stage2]");
  }

  /** By its defaults the method fits what ends in one position. */
  @Test
  void aRuleLeavesOutWhatCannotBeCompared() {
    Task points =
        TinyTask.task(1, new TinyCnn(List.of(4, 4, 4), 1), new TinyCnn(List.of(4, 4, 4), 1));
    assertThat(run("attention-transfer", Map.of(), points).last().learners().get(0).objective())
        .hasToString("1·hard + 1000·attention(code, p=2)[stage1, stage2]");
  }

  /** exp(1000) is no number. */
  @Test
  void aLargeFirstVarianceIsWhatItIs() {
    Run run = run("vid", Map.of("initialVariance", "1000"), narrow(1));
    PhaseResult student = run.session.runs().get(1).result();
    // two pairs of ½ (log v + what is little over 1000)
    assertThat(student.history().get(0).of("student", "information"))
        .isCloseTo(Math.log(1000), within(0.1));
  }

  @Test
  void anglesNeedThreeSamples() {
    Task odd = narrow(1);
    Recipe recipe = odd.recipe();
    Task pairs =
        with(odd, new Recipe(Training.of(1, 149), recipe.optimizer(), recipe.augmentation()));
    assertThat(REGISTRY.configure("rkd", Map.of()).missing(pairs).orElseThrow())
        .startsWith("needs batches of at least 3, and the last of each epoch has 2");
    assertThat(REGISTRY.configure("pkt", Map.of()).missing(pairs)).isEmpty();
    assertThat(REGISTRY.configure("rkd", Map.of("angleWeight", "0")).missing(pairs)).isEmpty();
    assertThat(run("rkd", Map.of("angleWeight", "0"), pairs).last().learners().get(0).objective())
        .hasToString("1·hard + 25·distance[stage2]");
  }

  @Test
  void badOptionsAreRefusedByName() {
    refused("hints", "hintWeight", "0", "hints: hintWeight must be above 0, was 0.0");
    refused("hints", "hintShare", "1", "hints: hintShare must be above 0 and below 1, was 1.0");
    refused(
        "factor-transfer",
        "factorEpochs",
        "-1",
        "factor-transfer: factorEpochs must be 0 or more, was -1");
    refused("rkd", "temperature", "0", "rkd: temperature must be above 0, was 0.0");
    refused(
        "pkt",
        "hardWeight",
        "0",
        "pkt: hardWeight and softWeight are both 0: nothing would train the student's logits");
    refused("vid", "initialVariance", "0", "vid: initialVariance must be above 0.001, was 0.0");
    refused(
        "factor-transfer",
        "factorShare",
        "1.5",
        "factor-transfer: factorShare must be above 0 and at most 1, was 1.5");
    refused(
        "attention-transfer", "power", "0", "attention-transfer: power must be from 1 to 8, was 0");
    assertThatThrownBy(
            () -> REGISTRY.configure("rkd", Map.of("distanceWeight", "0", "angleWeight", "0")))
        .hasMessage("rkd: distanceWeight and angleWeight are both 0: nothing to distil");
  }

  private static void refused(String id, String option, String value, String message) {
    assertThatThrownBy(() -> REGISTRY.configure(id, Map.of(option, value)))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  private static Task decayed(Task task) {
    return with(task, new Sgd(Schedule.constant(0.01f), 0.9f, false, 0.01f, 0));
  }

  private static Task with(Task task, OptimizerSpec optimizer) {
    return with(
        task, new Recipe(task.recipe().training(), optimizer, task.recipe().augmentation()));
  }

  private static Task with(Task task, Recipe recipe) {
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        task.teacher(),
        task.student(),
        task.teacherRecipe(),
        recipe);
  }

  private record Run(Session session, DistillationResult result) {
    Phase last() {
      return session.runs().get(session.runs().size() - 1).result().phase();
    }
  }

  private static Run run(String id, Map<String, String> options, Task task) {
    Session session = new Session(task, SEED, TinyTask.context());
    return new Run(session, REGISTRY.configure(id, options).strategy().distill(session));
  }
}
