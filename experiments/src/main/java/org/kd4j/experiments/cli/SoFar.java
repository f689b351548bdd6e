package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/**
 * What a study has come to while it runs: what was on record of it before, each trial until this
 * run has news of it.
 */
final class SoFar {
  private record Trial(StrategyChoice choice, long seed) {}

  private final StudyResult before;
  private final Map<Trial, TrialResult> trials = new LinkedHashMap<>();
  private final List<String> failures;
  private List<String> fingerprints;

  /**
   * @param before on record; no trials where nothing is
   */
  SoFar(StudyResult before) {
    this.before = before;
    this.fingerprints = before.dataFingerprints();
    this.failures = new ArrayList<>(before.failures());
    before.trials().forEach(trial -> trials.put(of(trial), trial));
  }

  private static Trial of(TrialResult trial) {
    return new Trial(trial.choice(), trial.seed());
  }

  void data(List<String> read) {
    fingerprints = read;
  }

  void ended(TrialResult trial) {
    trials.put(of(trial), trial);
    forget(trial.choice(), trial.seed());
  }

  void failed(StrategyChoice choice, long seed, String reason) {
    forget(choice, seed);
    failures.add(StudyResult.failure(choice, seed, reason));
  }

  private void forget(StrategyChoice choice, long seed) {
    String its = StudyResult.failure(choice, seed, "");
    failures.removeIf(line -> line.startsWith(its));
  }

  /** As a result, in the study's order; of it nothing changes any more. */
  StudyResult result() {
    StudySpec spec = before.spec();
    List<TrialResult> inOrder = new ArrayList<>();
    for (StrategyChoice choice : spec.strategies()) {
      for (long seed : spec.seeds()) {
        TrialResult trial = trials.get(new Trial(choice, seed));
        if (trial != null) {
          inOrder.add(trial);
        }
      }
    }
    return new StudyResult(
        spec,
        List.copyOf(fingerprints),
        List.copyOf(inOrder),
        List.copyOf(failures),
        before.gallery(),
        before.wallSeconds());
  }
}
