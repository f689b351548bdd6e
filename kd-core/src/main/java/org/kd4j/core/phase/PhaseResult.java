package org.kd4j.core.phase;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Role;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * What came out of a phase.
 *
 * @param phase what was run
 * @param last every learner after the last epoch
 * @param best every learner after its best epoch on validation; empty without validation
 * @param history what was measured, epoch by epoch
 * @param stopReason why it ended
 * @param cost what it took when it was trained
 * @param reused whether it was read from the store
 */
public record PhaseResult(
    Phase phase,
    SortedMap<Role, Trained> last,
    SortedMap<Role, Trained> best,
    List<EpochMetrics> history,
    String stopReason,
    Cost cost,
    boolean reused) {
  /** Copies. */
  public PhaseResult {
    last = new TreeMap<>(last);
    best = new TreeMap<>(best);
    history = List.copyOf(history);
  }

  /** The network of a role that counts, by the phase's {@code keep}. */
  public Trained network(Role role) {
    Map<Role, Trained> kept = phase.keep() == Age.BEST ? best : last;
    Trained trained = kept.get(role);
    UsageException.require(
        trained != null, "phase '%s' trained %s, not %s", phase.name(), kept.keySet(), role);
    return trained;
  }
}
