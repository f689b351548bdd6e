package org.kd4j.assistant;

import java.util.Locale;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.Task;

/** What the strategies of this family ask of a task, and how they compare networks. */
final class Checks {
  /** Something is chosen. */
  static final Requirements VALIDATION = new Requirements(2, false, true);

  private Checks() {}

  /** The accuracy every choice goes by. */
  static double accuracy(DistillationSession session, Knowledge who) {
    Task task = session.task();
    return Evaluation.accuracy(session.predict(who, task.validation().orElseThrow()));
  }

  /** An accuracy as a note tells it. */
  static String percent(double accuracy) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * accuracy);
  }
}
