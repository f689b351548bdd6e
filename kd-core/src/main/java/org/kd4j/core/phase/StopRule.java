package org.kd4j.core.phase;

import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Role;
import org.kd4j.core.schedule.EpochMetrics;

/** When a phase ends before its last epoch: a function of the history, so that it replays. */
@FunctionalInterface
public interface StopRule {
  /** Trains all planned epochs. */
  StopRule NEVER = new Never();

  /**
   * Decides after an epoch.
   *
   * @param history all epochs so far, the newest last
   * @return why to stop, or empty to go on
   */
  Optional<String> after(List<EpochMetrics> history);

  /** Whether it reads validation figures; then a phase without validation samples is refused. */
  default boolean needsValidation() {
    return false;
  }

  /** Trains all planned epochs. */
  record Never() implements StopRule {
    @Override
    public Optional<String> after(List<EpochMetrics> history) {
      return Optional.empty();
    }
  }

  /**
   * Stops when somebody's validation accuracy has not risen for some epochs.
   *
   * @param role whose
   * @param epochs without a new best, at least 1
   */
  record Patience(Role role, int epochs) implements StopRule {
    /** Checks the range. */
    public Patience {
      UsageException.require(epochs >= 1, "patience must be at least 1 epoch, was %d", epochs);
    }

    @Override
    public Optional<String> after(List<EpochMetrics> history) {
      int best = 0;
      for (int e = 1; e < history.size(); e++) {
        if (accuracy(history.get(e)) > accuracy(history.get(best))) {
          best = e;
        }
      }
      int flat = history.size() - 1 - best;
      return flat < epochs
          ? Optional.empty()
          : Optional.of(
              "validation accuracy of "
                  + role
                  + " flat for "
                  + flat
                  + " epochs, best after epoch "
                  + (best + 1));
    }

    private double accuracy(EpochMetrics metrics) {
      return metrics.of(role.toString(), EpochMetrics.VALIDATION_ACCURACY);
    }

    @Override
    public boolean needsValidation() {
      return true;
    }
  }
}
