package org.kd4j.experiments.study;

import java.util.List;

/**
 * What a study will do.
 *
 * @param trials in the order of strategies, then seeds
 * @param steps that are to be trained, phases shared by trials counted once
 * @param estimatedSeconds of wall time
 * @param estimatedBytes that the store will take for what is to be trained
 * @param notes worth saying before: phases that cannot be stored, say
 */
public record StudyPlan(
    List<PlannedTrial> trials,
    long steps,
    double estimatedSeconds,
    long estimatedBytes,
    List<String> notes) {
  /** Copies. */
  public StudyPlan {
    trials = List.copyOf(trials);
    notes = List.copyOf(notes);
  }

  /**
   * A trial to come.
   *
   * @param choice strategy and options
   * @param seed of the trial
   * @param phases it will ask for, as far as that is known before
   */
  public record PlannedTrial(StrategyChoice choice, long seed, List<PlannedPhase> phases) {
    /** Copies. */
    public PlannedTrial {
      phases = List.copyOf(phases);
    }
  }

  /**
   * A phase to come.
   *
   * @param name the strategy's label
   * @param description who learns what: {@code student: 0.1·hard + 0.9·soft(teacher, T=4)}
   * @param steps updates
   * @param stored whether its result is in the store already, or made by an earlier trial of the
   *     plan
   */
  public record PlannedPhase(String name, String description, long steps, boolean stored) {}
}
