package org.kd4j.features;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Training;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.strategy.Task;

/**
 * Phases that go on from each other and together take the student's epochs, so that a method of
 * several phases trains no longer than one of a single phase. Each has one epoch at least.
 */
public final class Shared {
  private Shared() {}

  /**
   * How many epochs each phase has.
   *
   * @param all of the student
   * @param shares of all phases but the last, which has the rest
   */
  public static List<Integer> epochs(int all, List<Float> shares) {
    List<Integer> epochs = new ArrayList<>();
    int left = all;
    for (int i = 0; i < shares.size(); i++) {
      int after = shares.size() - i; // phases that still need one each
      int wanted = Math.max(1, Math.round(shares.get(i) * all));
      int own = Math.max(1, Math.min(wanted, left - after));
      epochs.add(own);
      left -= own;
    }
    epochs.add(Math.max(1, left));
    return epochs;
  }

  /** The student up to the deepest of its taps that an objective reads; the rest is frozen. */
  public static Trains whatIsCompared(Objective objective) {
    return Trains.upTo(
        objective.needs().taps().stream()
            .filter(tap -> tap.role().equals(Role.STUDENT))
            .map(TapRef::tap)
            .toArray(String[]::new));
  }

  /**
   * A phase of the task's student for some of its epochs; what a rate's schedule counts in epochs
   * shrinks with them.
   *
   * @param name a label for people
   * @param start where the student begins
   * @param objective what it minimises
   * @param trains which stages move
   * @param teacher who teaches, if the objective asks for it
   * @param epochs how many
   */
  public static Phase phase(
      Task task,
      String name,
      Start start,
      Objective objective,
      Trains trains,
      Guide teacher,
      int epochs) {
    List<Participant> cast = new ArrayList<>();
    cast.add(new Learner(Role.STUDENT, start, optimizer(task, epochs), objective).training(trains));
    if (objective.needs().taps().stream().anyMatch(tap -> tap.role().equals(Role.TEACHER))) {
      cast.add(teacher);
    }
    return task.phase(name, cast).withTraining(frame(task, epochs));
  }

  /** The student's frame for some of its epochs. */
  static Training frame(Task task, int epochs) {
    return task.recipe().training().withEpochs(epochs);
  }

  /**
   * The student's optimiser for a phase of another length: what its rate counts in epochs,
   * milestones and warm-up, shrinks or grows with them.
   *
   * @param task whose recipe is written for the student's epochs
   * @param epochs of the phase
   */
  static OptimizerSpec optimizer(Task task, int epochs) {
    OptimizerSpec whole = task.recipe().optimizer();
    double ratio = (double) epochs / task.recipe().training().epochs();
    return whole.withRate(whole.rate().stretched(ratio));
  }
}
