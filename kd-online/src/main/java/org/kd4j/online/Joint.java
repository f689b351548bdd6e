package org.kd4j.online;

import java.util.List;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;

/** The frame in which several networks of a task learn at once: that of its students. */
final class Joint {
  private Joint() {}

  /** Refuses a task that lacks something, whoever asks for the distillation. */
  static void fits(String id, DistillationStrategy strategy, Task task) {
    strategy
        .missing(task)
        .ifPresent(
            need -> {
              throw new UsageException("Strategy '" + id + "' does not fit: it " + need + ".");
            });
  }

  /** A cast that reads the transfer set on the main stream, by the students' recipe. */
  static Phase phase(Task task, String name, List<Participant> cast) {
    Recipe recipe = task.recipe();
    return new Phase(
        name,
        cast,
        Feed.of(task.transfer(), recipe.augmentation()),
        task.validation(),
        recipe.training(),
        StopRule.NEVER,
        Age.LAST);
  }
}
