package org.kd4j.assistant;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;

/**
 * A weight that changes once and for good: after a number of epochs, or after some epochs without a
 * gain in a learner's validation accuracy, whichever comes first. Read from the history alone, so
 * it replays.
 *
 * @param before the weight until then
 * @param after the weight from then on
 * @param epochs until the change, perhaps a fraction; infinite = never by the clock
 * @param patience epochs without a new best; 0 = the history is not read
 * @param who whose accuracy
 */
record EarlyStop(float before, float after, double epochs, int patience, Role who)
    implements Schedule {
  /** Checks ranges. */
  EarlyStop {
    UsageException.require(epochs > 0, "a soft term lasts more than 0 epochs, was %s", epochs);
    UsageException.require(patience >= 0, "patience must be 0 (none) or more, was %d", patience);
  }

  @Override
  public float at(Progress progress) {
    return progress.epochsDone() >= epochs || flat(progress.history()) ? after : before;
  }

  /** Whether there ever were {@code patience} epochs in a row without a new best. */
  private boolean flat(List<EpochMetrics> history) {
    double best = Double.NEGATIVE_INFINITY;
    int without = 0;
    for (EpochMetrics epoch : history) {
      double accuracy = epoch.of(who.toString(), EpochMetrics.VALIDATION_ACCURACY);
      without = accuracy > best ? 0 : without + 1;
      best = Math.max(best, accuracy);
      if (patience > 0 && without >= patience) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Schedule stretched(double ratio) {
    return new EarlyStop(before, after, epochs * ratio, patience, who);
  }

  @Override
  public String toString() {
    List<String> when = new ArrayList<>();
    if (Double.isFinite(epochs)) {
      when.add("epoch " + Printing.number((float) epochs));
    }
    if (patience > 0) {
      when.add(patience + " flat epochs");
    }
    return String.format(
        Locale.ROOT,
        "(%s, after %s: %s)",
        Printing.number(before),
        when.isEmpty() ? "no epoch" : String.join(" or ", when),
        Printing.number(after));
  }
}
