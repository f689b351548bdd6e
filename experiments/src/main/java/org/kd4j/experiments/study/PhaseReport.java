package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * What became of one phase of a trial, for the record.
 *
 * @param name the strategy's label
 * @param fingerprint of the phase; brief
 * @param learners formula by line: {@code student → 0.1·hard + 0.9·soft(teacher, T=4)}
 * @param roles position in the cast by line, which is what formulas and the history speak of;
 *     records that lack it are read as if each line were its own
 * @param guides line or name of the knowledge by role
 * @param history what was measured, epoch by epoch
 * @param stopReason why it ended
 * @param seconds it took when it was trained
 * @param stepSeconds of them inside steps and validation batches, and in forwards of guides that
 *     were done for all steps beforehand
 * @param steps updates
 * @param reused whether it was read from the store
 * @param notStored why it could not be stored; empty where it was
 * @param adapterParameters trained beside its learners' networks, and deployed by nobody
 * @param multiplyAdds of its updates, the same on every machine: steps × batch × (3 × a learner's
 *     forward, for a backward costs two, + a guide's forward), validation and adapters not counted,
 *     guides as if nothing they said were kept; empty in records that lack it
 */
public record PhaseReport(
    String name,
    String fingerprint,
    SortedMap<String, String> learners,
    SortedMap<String, String> roles,
    SortedMap<String, String> guides,
    List<EpochMetrics> history,
    String stopReason,
    double seconds,
    double stepSeconds,
    long steps,
    boolean reused,
    String notStored,
    Long adapterParameters,
    Optional<Double> multiplyAdds) {
  /** Records of before they were counted hold none. */
  public PhaseReport {
    roles = roles == null ? own(learners) : roles;
    adapterParameters = adapterParameters == null ? 0L : adapterParameters;
    multiplyAdds = multiplyAdds == null ? Optional.empty() : multiplyAdds;
  }

  private static SortedMap<String, String> own(SortedMap<String, String> learners) {
    SortedMap<String, String> own = new TreeMap<>();
    learners.keySet().forEach(line -> own.put(line, line));
    return own;
  }
}
