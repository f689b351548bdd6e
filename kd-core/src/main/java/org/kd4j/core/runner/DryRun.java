package org.kd4j.core.runner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Cost;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.Task;

/**
 * A session that trains nothing: it notes the phases a strategy would run and hands back networks
 * that exist in name. Where a strategy decides by results, this shows the branch that all-equal
 * results lead to.
 */
public final class DryRun implements DistillationSession {
  private final Task task;
  private final long seed;
  private final OptionalLong teacherSeed;
  private final List<String> environment;
  private final List<Planned> planned = new ArrayList<>();

  /**
   * A phase that would be run.
   *
   * @param phase what
   * @param key its fingerprint; empty if it has none
   * @param obstacle why it has none
   */
  public record Planned(Phase phase, Optional<Fingerprint> key, String obstacle) {}

  /**
   * @param task what would be distilled
   * @param seed the trial's
   * @param teacherSeed one seed for the standard teacher; empty = the trial's
   * @param environment as of a real run, or fingerprints differ
   */
  public DryRun(Task task, long seed, OptionalLong teacherSeed, List<String> environment) {
    this.task = task;
    this.seed = seed;
    this.teacherSeed = teacherSeed;
    this.environment = environment;
  }

  /** The phases so far, in order. */
  public List<Planned> planned() {
    return List.copyOf(planned);
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Trained teacher() {
    return run(task.teacherPhase(Task.TEACHER_LINE), teacherSeed.orElse(seed))
        .network(Role.TEACHER);
  }

  @Override
  public PhaseResult run(Phase phase) {
    return run(phase, seed);
  }

  @Override
  public List<PhaseResult> runAll(List<Phase> independent) {
    Map<Phase, PhaseResult> once = new HashMap<>(); // as a session does it, with a key or without
    return independent.stream().map(p -> once.computeIfAbsent(p, this::run)).toList();
  }

  private PhaseResult run(Phase phase, long phaseSeed) {
    Preflight.labels(phase);
    PhaseKey key = PhaseKey.of(phase, phaseSeed, environment);
    Fingerprint print =
        key.fingerprint()
            .orElseGet(() -> Fingerprint.ofText("planned " + planned.size() + " " + phase.name()));
    if (planned.stream().noneMatch(p -> p.key().equals(Optional.of(print)))) {
      planned.add(new Planned(phase, key.fingerprint(), key.obstacle()));
    }
    SortedMap<Role, Trained> last = new TreeMap<>();
    SortedMap<Role, Trained> best = new TreeMap<>();
    for (Learner learner : phase.learners()) {
      last.put(learner.role(), named(phase, print, learner, Age.LAST));
      if (phase.validation().isPresent()) {
        best.put(learner.role(), named(phase, print, learner, Age.BEST));
      }
    }
    return new PhaseResult(phase, last, best, List.of(), "planned", new Cost(0, 0, 0), false);
  }

  private static Trained named(Phase phase, Fingerprint print, Learner learner, Age age) {
    int epochs = phase.training().epochs();
    return new Trained(
        print,
        learner.role(),
        age,
        learner.start().spec(),
        learner.start().line(),
        (long) phase.stepsPerEpoch() * epochs,
        epochs);
  }

  /** All logits equal: nothing is known of networks that were not trained. */
  @Override
  public Predictions predict(Knowledge who, Samples on) {
    return new Predictions(new float[on.size() * on.classes()], on.classes(), on.labels());
  }

  /** The samples as they are. */
  @Override
  public Samples perturbed(Knowledge victim, Samples on, Perturbation by) {
    return on;
  }
}
