package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.kd4j.core.strategy.StrategyRegistry;

/**
 * The trials of a study in the order workers begin them. Trials of one seed share a teacher, so
 * that a second of them, begun while the first still trains it, would only wait: seeds not yet
 * begun come first, then seeds whose teacher is there, then baselines, which need none.
 */
final class TrialQueue {
  private final List<Trial> waiting = new ArrayList<>();
  private final Set<Long> begun = new HashSet<>();
  private final Set<Long> taught = new HashSet<>();

  /**
   * A trial to run.
   *
   * @param row strategy and options
   * @param seed of the trial
   * @param teacherSeed whose teacher it would wait for
   * @param place among the results
   */
  record Trial(Prepared.Row row, long seed, long teacherSeed, int place) {
    boolean baseline() {
      return row.choice().strategy().equals(StrategyRegistry.SCRATCH);
    }
  }

  TrialQueue(Prepared prepared, StudySpec spec) {
    for (Prepared.Row row : prepared.rows()) {
      for (long seed : spec.seeds()) {
        waiting.add(new Trial(row, seed, spec.teacherSeed().orElse(seed), waiting.size()));
      }
    }
  }

  /** The next trial to begin; empty when none is left. */
  synchronized Optional<Trial> take() {
    List<Predicate<Trial>> preferences =
        List.of(
            t -> !t.baseline() && !begun.contains(t.teacherSeed()),
            t -> !t.baseline() && taught.contains(t.teacherSeed()),
            Trial::baseline,
            t -> true);
    Optional<Trial> next =
        preferences.stream().flatMap(p -> waiting.stream().filter(p)).findFirst();
    next.ifPresent(
        trial -> {
          waiting.remove(trial);
          if (!trial.baseline()) {
            begun.add(trial.teacherSeed());
          }
        });
    return next;
  }

  /** A trial ended, well or not. */
  synchronized void ended(Trial trial) {
    if (!trial.baseline()) {
      taught.add(trial.teacherSeed());
    }
  }
}
