package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.evaluation.GuideMeasures;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Complexity;

/**
 * One trial: a strategy with options at a seed, evaluated on the test split once.
 *
 * @param choice strategy and options
 * @param seed the trial's seed
 * @param teacher the standard teacher's network
 * @param student network of what is deployed
 * @param complexity of what is deployed
 * @param test of what is deployed
 * @param hits which test samples were classified rightly; empty in records that lack it
 * @param portraits what its networks' predictions look like; empty in records that lack it
 * @param validationAccuracy of what is deployed; empty without validation samples
 * @param bestValidationAccuracy the highest over its epochs, recorded beside the last epoch's
 * @param guide how far it follows the guide of the phase that made it; empty where there was none
 * @param others test measures of what the strategy reports beside it (its teacher among them)
 * @param latencyMillis median time of a forward of one sample
 * @param trainSeconds recorded durations of all phases the result rests on, summed: what the method
 *     costs, however many workers trained its phases at a time
 * @param wallSeconds of this trial in this run
 * @param phases in order
 * @param gallery predictions of the deployed network and its guide for the report's six test
 *     images; by {@code deployed} and {@code guide}
 * @param measured what the study measures beside, by {@code measurement.name}
 * @param notes what the strategy had to say: what was chosen, and why
 */
public record TrialResult(
    StrategyChoice choice,
    long seed,
    String teacher,
    String student,
    Complexity complexity,
    Measures test,
    Optional<Hits> hits,
    Optional<Portraits> portraits,
    Optional<Double> validationAccuracy,
    Optional<Double> bestValidationAccuracy,
    Optional<GuideMeasures> guide,
    SortedMap<String, Measures> others,
    double latencyMillis,
    double trainSeconds,
    double wallSeconds,
    List<PhaseReport> phases,
    SortedMap<String, Predictions> gallery,
    SortedMap<String, Double> measured,
    List<String> notes) {
  /** Records of before there were measurements and notes hold none. */
  public TrialResult {
    measured = measured == null ? new TreeMap<>() : measured;
    notes = notes == null ? List.of() : List.copyOf(notes);
  }

  /** Multiply-adds of all updates its result rests on; NaN in records that lack them. */
  public double multiplyAdds() {
    return phases.stream().mapToDouble(p -> p.multiplyAdds().orElse(Double.NaN)).sum();
  }

  /** How many of its phases were read from the store. */
  public int reusedPhases() {
    return (int) phases.stream().filter(PhaseReport::reused).count();
  }
}
