package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Shift;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Several networks that answer as one: what they say, what they cost, and that they can teach. */
class EnsembleTests {
  private static final Task TASK = TinyTask.task(2);
  private static final MemoryStore STORE = new MemoryStore();
  private static final Session SESSION = new Session(TASK, 1, TinyTask.context(STORE));
  private static List<Trained> members = List.of();

  @BeforeAll
  static void train() {
    members =
        List.of(
            SESSION.teacher(),
            SESSION.run(TASK.teacherPhase("teacher-2")).network(Role.TEACHER),
            SESSION
                .run(TASK.phase("student", TASK.freshStudent(), Objective.hard(1)))
                .network(Role.STUDENT));
  }

  private static Ensemble ensemble(Ensemble.Mean how) {
    return new Ensemble(List.copyOf(members), how);
  }

  @ParameterizedTest
  @EnumSource(Ensemble.Mean.class)
  void itsLogitsAreTheMeanOfWhatItsMembersSay(Ensemble.Mean how) {
    Samples on = TASK.validation().orElseThrow();
    Predictions said = SESSION.predict(ensemble(how), on);
    List<Predictions> each = members.stream().map(m -> SESSION.predict(m, on)).toList();
    for (int row = 0; row < 20; row++) {
      for (int c = 0; c < 3; c++) {
        double mean = 0;
        for (Predictions one : each) {
          double p = one.probabilities(row, 1)[c];
          mean +=
              switch (how) {
                    case ARITHMETIC -> p;
                    case GEOMETRIC -> Math.log(p);
                    case LOGITS -> one.logits()[row * 3 + c];
                  }
                  / 3;
        }
        double expected = how == Ensemble.Mean.ARITHMETIC ? Math.log(mean) : mean;
        assertThat((double) said.logits()[row * 3 + c]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void theMeansDifferInLogitsAndTwoOfThemAreOneDistribution() {
    Samples on = TASK.validation().orElseThrow();
    Predictions arithmetic = SESSION.predict(ensemble(Ensemble.Mean.ARITHMETIC), on);
    Predictions geometric = SESSION.predict(ensemble(Ensemble.Mean.GEOMETRIC), on);
    Predictions logits = SESSION.predict(ensemble(Ensemble.Mean.LOGITS), on);
    assertThat(geometric.logits()).isNotEqualTo(logits.logits());
    for (int row = 0; row < on.size(); row++) {
      assertThat(geometric.probabilities(row, 3))
          .containsExactly(logits.probabilities(row, 3), within(1e-5));
    }
    assertThat(arithmetic.probabilities(0, 1)[0])
        .isNotCloseTo(geometric.probabilities(0, 1)[0], within(1e-5));
  }

  @Test
  void anEnsembleOfOneSaysWhatItsMemberSays() {
    Samples on = TASK.validation().orElseThrow();
    Ensemble one = new Ensemble(List.of(members.get(0)), Ensemble.Mean.LOGITS);
    assertThat(SESSION.predict(one, on).logits())
        .containsExactly(SESSION.predict(members.get(0), on).logits());
  }

  @Test
  void itCostsAsMuchAsAllItsMembers() {
    Samples on = TASK.validation().orElseThrow();
    var all = SESSION.inspect(ensemble(Ensemble.Mean.ARITHMETIC), on).complexity();
    long parameters = 0;
    long multiplyAdds = 0;
    for (Trained member : members) {
      parameters += member.spec().complexity().parameters();
      multiplyAdds += member.spec().complexity().multiplyAdds();
    }
    assertThat(all.parameters()).isEqualTo(parameters);
    assertThat(all.multiplyAdds()).isEqualTo(multiplyAdds);
    assertThat(ensemble(Ensemble.Mean.ARITHMETIC).spec()).isEqualTo(TASK.teacher());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPhaseItGuidesIsStoredAndFoundAgain(boolean outputsStored) {
    PhaseResult first = SESSION.run(taught(SESSION, outputsStored));
    assertThat(first.reused()).isFalse();
    Session later = new Session(TASK, 1, TinyTask.context(STORE));
    PhaseResult again = later.run(taught(later, outputsStored));
    assertThat(again.reused()).isTrue();
    assertThat(later.runs().get(later.runs().size() - 1).notStored()).isEmpty();
    assertThat(again.history()).isEqualTo(first.history());
    PhaseResult unlike =
        SESSION.run(
            TASK.phase(
                "student",
                TASK.freshStudent(),
                soft(),
                new Guide(Role.TEACHER, ensemble(Ensemble.Mean.GEOMETRIC))));
    assertThat(unlike.network(Role.STUDENT).phase())
        .isNotEqualTo(first.network(Role.STUDENT).phase());
  }

  private static Phase taught(Session session, boolean outputsStored) {
    List<Trained> same = new ArrayList<>(List.of(session.teacher()));
    same.add(session.run(TASK.teacherPhase("teacher-2")).network(Role.TEACHER));
    Guide teacher =
        new Guide(Role.TEACHER, new Ensemble(List.copyOf(same), Ensemble.Mean.ARITHMETIC));
    Phase phase = TASK.phase("student", TASK.freshStudent(), soft(), teacher);
    return outputsStored ? phase : phase.withFeed(Feed.of(TASK.transfer(), new Shift(1)));
  }

  private static Objective soft() {
    return Objective.hard(0.1f).and("soft", 0.9f, new SoftTargets(Target.of(Role.TEACHER), 4));
  }

  /** At T = 1 the ensemble's own softmax is the mean of probabilities. */
  @Test
  void anEnsembleTeachesWhatTheMeanOfItsMembersTeachesAtTemperatureOne() {
    Guide whole = new Guide(Role.TEACHER, ensemble(Ensemble.Mean.ARITHMETIC));
    Guide[] each = new Guide[3];
    List<Role> roles = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      each[k] = new Guide(Role.teacher(k), members.get(k));
      roles.add(Role.teacher(k));
    }
    Objective fromOne = Objective.of("soft", 1, new SoftTargets(Target.of(Role.TEACHER), 1));
    Objective fromAll = Objective.of("soft", 1, new SoftTargets(Target.mean(roles), 1));
    Trained one = student(fromOne, whole);
    Trained all = student(fromAll, each);
    Samples on = TASK.validation().orElseThrow();
    float[] a = SESSION.predict(one, on).logits();
    float[] b = SESSION.predict(all, on).logits();
    for (int i = 0; i < a.length; i++) {
      assertThat(a[i]).isCloseTo(b[i], within(1e-4f));
    }
  }

  private static Trained student(Objective objective, Guide... guides) {
    return SESSION
        .run(TASK.phase("student", TASK.freshStudent(), objective, guides))
        .network(Role.STUDENT);
  }

  private record Hidden() implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      return view.of(Role.TEACHER).tap("hidden1").sum();
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(Role.TEACHER, "hidden1"));
    }
  }

  @Test
  void itGivesLogitsAlone() {
    Phase phase =
        TASK.phase(
            "student",
            TASK.freshStudent(),
            Objective.hard(1).and("hidden", 1, new Hidden()),
            new Guide(Role.TEACHER, ensemble(Ensemble.Mean.ARITHMETIC)));
    assertThatThrownBy(() -> SESSION.run(phase))
        .isInstanceOf(UsageException.class)
        .hasMessage("No tap of teacher in phase 'student', 'hidden1'. Known: logits.");
  }

  @Test
  void fingerprintsTellEnsemblesApart() {
    Ensemble all = ensemble(Ensemble.Mean.ARITHMETIC);
    Ensemble fewer = new Ensemble(List.copyOf(members.subList(0, 2)), Ensemble.Mean.ARITHMETIC);
    assertThat(
            List.of(
                all.fingerprint(),
                ensemble(Ensemble.Mean.LOGITS).fingerprint(),
                fewer.fingerprint(),
                members.get(0).fingerprint(),
                new Ensemble(List.of(fewer, members.get(2)), Ensemble.Mean.ARITHMETIC)
                    .fingerprint()))
        .doesNotHaveDuplicates();
    assertThat(ensemble(Ensemble.Mean.ARITHMETIC).fingerprint()).isEqualTo(all.fingerprint());
    assertThat(fewer).hasToString("ensemble(arithmetic mean of teacher, teacher-2)");
  }

  @Test
  void membersThatDoNotGoTogetherAreRefused() {
    NetworkSpec four = NetworkSpec.of(new Mlp(List.of(8), 0, 0), new Shape(1, 6, 6), 4);
    Trained first = members.get(0);
    Trained other =
        new Trained(
            first.phase(), Role.TEACHER, Age.LAST, four, Start.fresh(four, "other").line(), 1, 1);
    assertThatThrownBy(() -> new Ensemble(List.of(first, other), Ensemble.Mean.LOGITS))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "members of an ensemble take one input and tell the same classes apart;"
                + " teacher (mlp:24-24,dropout=0.2) has (1, 6, 6) and 3 classes,"
                + " other (mlp:8) has (1, 6, 6) and 4");
    assertThatThrownBy(() -> new Ensemble(List.of(), Ensemble.Mean.LOGITS))
        .hasMessage("an ensemble needs at least one member");
  }
}
