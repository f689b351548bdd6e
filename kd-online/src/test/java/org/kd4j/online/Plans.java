package org.kd4j.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

/** Phases of this family's strategies, to be looked at and changed by tests. */
final class Plans {
  static final StrategyRegistry REGISTRY = Distillation.of(new OnlineModule()).strategies();

  private Plans() {}

  /** The last phase a strategy would run. */
  static Phase phase(Task task, String id, Map<String, String> options) {
    DryRun dry = new DryRun(task, 1, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure(id, options).strategy().distill(dry);
    DryRun.Planned last = dry.planned().get(dry.planned().size() - 1);
    assertThat(last.obstacle()).as("the phase can be stored").isEmpty();
    return last.phase();
  }

  /** The same phase with other learners. */
  static Phase changed(Phase phase, UnaryOperator<Learner> change) {
    List<Participant> cast = new ArrayList<>();
    phase.cast().forEach(p -> cast.add(p instanceof Learner l ? change.apply(l) : p));
    return of(phase, cast);
  }

  /** The same frame with another cast. */
  static Phase of(Phase frame, List<Participant> cast) {
    return new Phase(
        frame.name(),
        cast,
        frame.feed(),
        frame.validation(),
        frame.training(),
        frame.stop(),
        frame.keep());
  }

  static Learner with(Learner learner, Objective objective) {
    return new Learner(learner.role(), learner.start(), learner.optimizer(), objective)
        .seeing(learner.sees());
  }

  /**
   * One peer goes on learning from all, another from the labels alone: if the first's loss sent a
   * gradient to the second, the second would not end where it ends by itself.
   */
  static void nobodyMovesAnother(Task task, String id, Map<String, String> options) {
    Phase phase = phase(task, id, options);
    Learner reader = phase.learners().get(0);
    Learner read = with(phase.learners().get(1), Objective.hard(1));
    Phase both = changed(phase, l -> l.role().equals(read.role()) ? read : l);
    SortedMap<String, float[]> beside = weights(task, both, read.role());
    OnlineTests.same(beside, weights(task, of(phase, List.of(read)), read.role()));
    // And the reader did learn from what it read.
    Phase alone = of(phase, List.of(with(reader, Objective.hard(1))));
    String path = "logits/03Linear/weight";
    assertThat(weights(task, both, reader.role()).get(path))
        .isNotEqualTo(weights(task, alone, reader.role()).get(path));
  }

  static SortedMap<String, float[]> weights(Task task, Phase phase, Role role) {
    Session session = new Session(task, 1, TinyTask.context());
    PhaseResult result = session.run(phase);
    return session.weights(result.network(role));
  }
}
