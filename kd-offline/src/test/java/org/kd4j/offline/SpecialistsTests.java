package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.data.Relabelled;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.Adam;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Biased;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.offline.specialists.Collapsed;
import org.kd4j.offline.specialists.Dustbin;
import org.kd4j.offline.specialists.GeneralistWithSpecialists;
import org.kd4j.offline.specialists.HalfFrom;

class SpecialistsTests {
  private static final int CLASSES = 6;
  private static final int SAMPLES = 600;
  private static final OptimizerSpec MOVING = Adam.of(Schedule.cosine(0.02f));
  private static final OptimizerSpec STILL = new Sgd(Schedule.constant(0), 0, false, 0, 0);
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new OfflineModule()).strategies();

  @Test
  void aSpecialistStartsFromTheGeneralistWithAHeadOfItsOwn() {
    Session session = session(task(new Mlp(List.of(16), 0, 0), STILL));
    distill(session, Map.of());
    Map<String, float[]> teacher = session.weights(session.teacher());
    List<Trained> specialists = specialists(session);
    assertThat(specialists).hasSize(3);
    for (Trained specialist : specialists) {
      Map<String, float[]> first;
      try (NDManager base = NDManager.newBaseManager()) {
        first = Network.fresh(specialist.spec(), base, 1, specialist.line()).weights();
      }
      session
          .weights(specialist)
          .forEach(
              (path, values) ->
                  assertThat(values)
                      .as(path)
                      .containsExactly((path.startsWith("logits/") ? first : teacher).get(path)));
      assertThat(first.get("hidden1/03Linear/weight"))
          .isNotEqualTo(teacher.get("hidden1/03Linear/weight"));
    }
    assertThat(session.weights(specialists.get(0)).get("logits/03Linear/weight"))
        .isNotEqualTo(session.weights(specialists.get(1)).get("logits/03Linear/weight"));
  }

  @Test
  void everyGroupHasAPhaseWithADustbinAndHalfOfItsSamples() {
    Session session = session(task(new Mlp(List.of(16), 0, 0), MOVING));
    DistillationResult result = distill(session, Map.of("groupSize", "2"));
    assertThat(phases(session))
        .extracting(Phase::name)
        .containsExactly("teacher", "specialist-1", "specialist-2", "specialist-3", "student");
    GeneralistWithSpecialists whole = (GeneralistWithSpecialists) result.others().get("whole");
    assertThat(whole.groups())
        .as("each class is confused with one other")
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5));
    for (int m = 0; m < 3; m++) {
      Phase phase = phases(session).get(m + 1);
      assertThat(phase.learners().get(0).start().spec().classes()).isEqualTo(3);
      assertThat(phase.feed().samples().classes()).isEqualTo(3);
      assertThat(phase.feed().stream()).isEqualTo("specialist-" + (m + 1));
      assertThat(phase.feed().draws()).isEqualTo(2 * SAMPLES / 3);
      // a third of the samples, half of those shown: odds of dustbin were halved
      assertThat(whole.parts().get(m).specialist())
          .isEqualTo(Dustbin.shifted(specialists(session).get(m), Math.log(2)));
    }
    assertThat(result.others().get("teacher")).isEqualTo(session.teacher());
    assertThat(result.deployed()).isInstanceOf(Trained.class);
    Phase student = phases(session).get(4);
    assertThat(student.guides().get(0).knowledge()).isEqualTo(whole);
    assertThat(student.learners().get(0).objective())
        .hasToString("0.1·hard + 0.9·soft(teacher, T=4)");
  }

  @Test
  void theWholeItselfMayBeDeployed() {
    Session session = session(task(new Mlp(List.of(16), 0, 0), MOVING));
    DistillationResult result = distill(session, Map.of("deploy", "whole", "specialists", "2"));
    assertThat(phases(session))
        .extracting(Phase::name)
        .containsExactly("teacher", "specialist-1", "specialist-2");
    assertThat(result.deployed()).isInstanceOf(GeneralistWithSpecialists.class);
    assertThat(result.others().keySet()).containsExactly("teacher");
    long alone =
        session.inspect(session.teacher(), session.task().train()).complexity().parameters();
    long all = session.inspect(result.deployed(), session.task().train()).complexity().parameters();
    long head = 17 * CLASSES;
    assertThat(all).isEqualTo(3 * alone - 2 * head + 2 * 17 * 5);
  }

  /** Depth 2: groups of 3 of 6 classes, each taken apart again, beside its own dustbin. */
  @Test
  void specialistsMayHaveFinerSpecialists() {
    Session session = session(task(new Mlp(List.of(16), 0, 0), MOVING));
    DistillationResult result =
        distill(
            session, Map.of("deploy", "whole", "specialists", "2", "groupSize", "4", "depth", "2"));
    assertThat(phases(session))
        .extracting(Phase::name)
        .containsExactly(
            "teacher",
            "specialist-1",
            "specialist-2",
            "specialist-1-1",
            "specialist-1-2",
            "specialist-2-1",
            "specialist-2-2");
    GeneralistWithSpecialists whole = (GeneralistWithSpecialists) result.deployed();
    for (int m = 0; m < 2; m++) {
      var branch = (GeneralistWithSpecialists) whole.parts().get(m).specialist();
      assertThat(branch.generalist()).isInstanceOf(Biased.class);
      assertThat(branch.generalist().source()).contains(specialists(session).get(m));
      assertThat(branch.spec().classes()).isEqualTo(5);
      assertThat(branch.groups())
          .hasSize(2)
          .allSatisfy(g -> assertThat(g).hasSize(2).isSubsetOf(0, 1, 2, 3));
      Start finer = phases(session).get(3 + 2 * m).learners().get(0).start();
      assertThat(finer.grafts().get(0).donor()).isEqualTo(specialists(session).get(m));
    }
    Samples validation = session.task().validation().orElseThrow();
    Predictions said = session.predict(whole, validation);
    for (int r = 0; r < said.size(); r++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        sum += Math.exp(said.logits()[r * CLASSES + c]);
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
    assertThat(session.inspect(whole, validation).complexity().parameters())
        .isGreaterThan(
            6 * session.inspect(session.teacher(), validation).complexity().parameters());
  }

  @Test
  void overfittingIsHeldAsAsked() {
    Map<String, String> objectives = new HashMap<>();
    for (String regularizer : List.of("none", "dropout", "label-smoothing", "soft-targets")) {
      Session session = session(task(new Mlp(List.of(16), 0, 0.1f), STILL));
      distill(session, Map.of("regularizer", regularizer, "deploy", "whole", "specialists", "1"));
      Phase phase = phases(session).get(1);
      var learner = phase.learners().get(0);
      objectives.put(regularizer, learner.objective() + " on " + learner.start().spec());
    }
    assertThat(objectives)
        .containsEntry("none", "1·hard on mlp:16,inputDropout=0.1")
        .containsEntry("dropout", "1·hard on mlp:16,dropout=0.5,inputDropout=0.1")
        .containsEntry(
            "label-smoothing", "1·hard(0.1 spread over all classes) on mlp:16,inputDropout=0.1")
        .containsEntry(
            "soft-targets", "0.5·hard + 0.5·soft(teacher, T=4) on mlp:16,inputDropout=0.1");
  }

  /** What the guide says is for samples as they come; the group's are shown more often. */
  @Test
  void theGuideOfASpecialistSpeaksForTheSamplesShown() {
    Session session = session(task(new Mlp(List.of(16), 0, 0), STILL));
    DistillationResult result = distill(session, Map.of("groupSize", "2", "deploy", "whole"));
    var whole = (GeneralistWithSpecialists) result.deployed();
    Biased guide = (Biased) phases(session).get(1).guides().get(0).knowledge();
    assertThat(guide.of()).isEqualTo(new Collapsed(session.teacher(), whole.groups().get(0)));
    Biased specialist = (Biased) whole.parts().get(0).specialist();
    assertThat(guide.shifts().get(2)).isEqualTo(-specialist.shifts().get(2)).isNegative();
    assertThat(guide.shifts()).startsWith(0f, 0f);
  }

  /**
   * A world of 7 inputs whose posterior is known from its counts: a specialist that was shown half
   * of its group says it, once corrected.
   */
  @Test
  void aTrainedSpecialistSaysThePosteriorOnceCorrected() {
    int inputs = 7;
    List<Integer> group = List.of(1, 3);
    double[][] natural = new double[inputs][3];
    List<Integer> which = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int x = 0; x < inputs; x++) {
      for (int c = 0; c < 5; c++) {
        int count = 1 + Draws.of(1, "count", x).below(c, 120) / (group.contains(c) ? 3 : 1);
        natural[x][group.contains(c) ? group.indexOf(c) : 2] += count;
        for (int i = 0; i < count; i++) {
          which.add(x);
          labels.add(group.contains(c) ? group.indexOf(c) : 2);
        }
      }
    }
    for (double[] posterior : natural) {
      double sum = Arrays.stream(posterior).sum();
      Arrays.setAll(posterior, i -> posterior[i] / sum);
    }
    Samples world = new Relabelled(oneHot(inputs, which), "specialised", labels, 3);
    HalfFrom half = new HalfFrom(world);
    Recipe recipe =
        new Recipe(Training.of(60, 40), Adam.of(Schedule.cosine(0.05f)), Augmentation.NONE);
    NetworkSpec spec = NetworkSpec.of(new Mlp(List.of(), 0, 0), world.shape(), 3);
    Task task = new Task("world", world, world, Optional.empty(), spec, spec, recipe, recipe);
    Session session = session(task);
    Trained specialist =
        session
            .run(
                task.phase("specialist", task.freshStudent(), Objective.hard(1))
                    .withFeed(Feed.of(world, Augmentation.NONE).withSampling(half)))
            .network(Role.STUDENT);
    double correction = Dustbin.correction(half.naturalShare(), HalfFrom.SHARE);
    List<Integer> each = List.of(0, 1, 2, 3, 4, 5, 6);
    Samples questions = new Relabelled(oneHot(inputs, each), "each", Collections.nCopies(7, 0), 3);
    Predictions said = session.predict(Dustbin.shifted(specialist, correction), questions);
    Predictions uncorrected = session.predict(specialist, questions);
    for (int x = 0; x < inputs; x++) {
      assertThat(said.probabilities(x, 1)).containsExactly(natural[x], within(0.02));
      assertThat(uncorrected.probabilities(x, 1)[2]).isLessThan(natural[x][2] - 0.05);
    }
  }

  @Test
  void whatTheTaskDoesNotAllowIsRefusedBeforeAnythingIsTrained() {
    Task task = task(new Mlp(List.of(16), 0, 0), MOVING);
    assertThat(missing(task, Map.of("groupSize", "7")))
        .isEqualTo(
            "needs groupSize to be from 2 to 5, so that of the 6 classes some stay outside; was 7");
    assertThat(missing(task, Map.of("groupSize", "6"))).endsWith("was 6");
    assertThat(missing(task, Map.of("specialists", "7")))
        .isEqualTo(
            "needs specialists to be from 1 to the number of classes, 6, since each is a cluster of them; was 7");
    assertThat(missing(task, Map.of("topN", "7")))
        .isEqualTo("needs topN to be at most the number of classes, 6; was 7");
    assertThat(missing(task, Map.of("depth", "2", "groupSize", "2")))
        .isEqualTo(
            "needs at least 3 classes in a group to take it apart once more (depth=2), they have 2 of the 6;"
                + " choose fewer specialists or a larger groupSize");
    Session session = session(task);
    assertThatThrownBy(() -> distill(session, Map.of("groupSize", "6")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Strategy 'specialists' does not fit this task: it needs groupSize to be");
    assertThat(session.runs()).isEmpty();
  }

  @Test
  void dropoutIsRefusedWhereTheNetworkHasNone() {
    Task task = task(new PlainCnn(2, false), MOVING);
    assertThat(missing(task, Map.of("regularizer", "dropout")))
        .isEqualTo(
            "needs a network with dropout, as mlp is, for regularizer=dropout; the generalist is cnn:2."
                + " Choose label-smoothing or soft-targets");
    assertThat(REGISTRY.configure("specialists", Map.of()).strategy().missing(task)).isEmpty();
  }

  @Test
  void optionsOutOfRangeAreRefusedByName() {
    Map<String, String> wrong =
        Map.of(
            "specialists", "0",
            "groupSize", "1",
            "topN", "0",
            "dropout", "1",
            "smoothing", "0",
            "guideWeight", "1.5",
            "temperature", "0",
            "softWeight", "-1",
            "depth", "3");
    wrong.forEach(
        (option, value) ->
            assertThatThrownBy(() -> REGISTRY.configure("specialists", Map.of(option, value)))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("specialists: " + option + " must be ")
                .hasMessageContaining("was " + value));
    assertThatThrownBy(
            () -> REGISTRY.configure("specialists", Map.of("softWeight", "0", "hardWeight", "0")))
        .hasMessage("specialists: softWeight and hardWeight are both 0: nothing to learn from");
  }

  private static String missing(Task task, Map<String, String> options) {
    return REGISTRY.configure("specialists", options).strategy().missing(task).orElseThrow();
  }

  private static Session session(Task task) {
    return new Session(task, 1, TinyTask.context());
  }

  private static DistillationResult distill(Session session, Map<String, String> options) {
    return REGISTRY.configure("specialists", options).strategy().distill(session);
  }

  private static List<Phase> phases(Session session) {
    return session.runs().stream().map(r -> r.result().phase()).toList();
  }

  private static List<Trained> specialists(Session session) {
    return session.runs().stream()
        .filter(r -> r.result().phase().name().startsWith("specialist"))
        .map(r -> r.result().network(Role.STUDENT))
        .toList();
  }

  /** Three pairs of classes: pairs are far apart, the two of a pair are close. */
  private static Task task(Architecture teacher, OptimizerSpec teacherMoves) {
    ArraySamples train = samples("pairs/train", SAMPLES, 1);
    Recipe recipe = new Recipe(Training.of(3, 50), MOVING, Augmentation.NONE);
    return new Task(
        "pairs",
        train,
        train,
        Optional.of(samples("pairs/validation", 150, 2)),
        NetworkSpec.of(teacher, train.shape(), CLASSES),
        NetworkSpec.of(new Mlp(List.of(8), 0, 0), train.shape(), CLASSES),
        new Recipe(Training.of(3, 50), teacherMoves, Augmentation.NONE),
        recipe);
  }

  private static ArraySamples samples(String name, int size, long seed) {
    float[] values = new float[size * 4 * 4];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % CLASSES;
      Draws draws = Draws.of(seed, name, i);
      for (int p = 0; p < 16; p++) {
        boolean pair = p / 4 == labels[i] / 2;
        boolean own = p == 12 + labels[i] % 2;
        values[i * 16 + p] = (float) ((pair ? 3 : 0) + (own ? 1 : 0) + draws.gaussian(p));
      }
    }
    return ArraySamples.ofFloats(
        name, new Shape(1, 4, 4), CLASSES, values, labels, Normalization.by(1));
  }

  private static ArraySamples oneHot(int inputs, List<Integer> which) {
    float[] values = new float[inputs * which.size()];
    for (int i = 0; i < which.size(); i++) {
      values[i * inputs + which.get(i)] = 1;
    }
    return ArraySamples.ofFloats(
        "one-hot", new Shape(inputs), 2, values, new int[which.size()], Normalization.by(1));
  }
}
