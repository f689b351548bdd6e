package org.kd4j.core.strategy;

import java.util.List;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;

/**
 * What a strategy may do.
 *
 * <p>Before a study trains anything, each strategy is run dry once for every seed, to tell what
 * there is to do and how long it takes. {@link #run} then trains nothing and {@link #predict} says
 * nothing; both tell what they hand back instead. A strategy that cannot go on from that is noted,
 * is not counted, and runs all the same.
 */
public interface DistillationSession {
  /** The task; it holds no test split. */
  Task task();

  /** The task's standard teacher: shared by all strategies because nobody spells it twice. */
  Trained teacher();

  /**
   * Trains a phase, or returns the stored result of the very same phase. In a dry run: networks in
   * name only, an empty history, a cost of nothing.
   */
  PhaseResult run(Phase phase);

  /**
   * Runs phases that do not need each other, several at a time where workers are idle; the same
   * bits as one after the other.
   *
   * @param independent phases; one that is there twice is trained once
   * @return their results, in the order given
   * @throws RuntimeException the first failure in this order; those later may not have been begun
   */
  List<PhaseResult> runAll(List<Phase> independent);

  /**
   * The standard program: a fresh student of the task, taught by the standard teacher in one phase.
   *
   * @param objective what the student minimises; the teacher's role is {@link Role#TEACHER}
   * @return the student deployed, the teacher reported beside it
   */
  default DistillationResult taught(Objective objective) {
    Guide teacher = new Guide(Role.TEACHER, teacher());
    Phase student = task().phase("student", task().freshStudent(), objective, teacher);
    return DistillationResult.of(run(student).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }

  /** What somebody says about samples, in evaluation mode. In a dry run all logits are 0. */
  Predictions predict(Knowledge who, Samples on);

  /**
   * Samples with changed inputs: an attack on somebody, or a change that looks at nobody. They are
   * samples like any others, of which the victim may be asked, or another network.
   *
   * @param victim who is attacked, in evaluation mode; untouched
   * @param on whose inputs change; an attack needs their labels
   * @param by the change
   * @return the same rows and labels, inputs changed
   */
  Samples perturbed(Knowledge victim, Samples on, Perturbation by);

  /** Says something worth knowing to whoever watches: which of several was chosen, and why. */
  default void note(String message) {}
}
