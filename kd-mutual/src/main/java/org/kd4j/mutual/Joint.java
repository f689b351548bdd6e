package org.kd4j.mutual;

import java.util.List;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.strategy.Task;

/** A phase in which several take part, in the frame of the task's standard phase. */
final class Joint {
  private Joint() {}

  /** The task's feed, validation and training with a cast of one's own, updated together. */
  static Phase phase(Task task, String name, List<? extends Participant> cast) {
    Phase frame = task.phase(name, task.freshStudent(), Objective.hard(1));
    return new Phase(
        name,
        List.copyOf(cast),
        frame.feed(),
        frame.validation(),
        frame.training(),
        frame.stop(),
        frame.keep());
  }
}
