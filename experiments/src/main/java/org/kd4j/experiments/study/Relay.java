package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.runner.RunListener;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * Tells a study's listener what a trial's session says, from whichever thread. Phases are told
 * apart by their names there, which strategies need not choose unlike: where two are alike, the
 * later one has the line of its network behind it, or a number.
 */
final class Relay implements RunListener {
  private final StrategyChoice choice;
  private final long seed;
  private final StudyListener listener;
  private final Map<Phase, String> names = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final List<String> notes = new ArrayList<>();

  Relay(StrategyChoice choice, long seed, StudyListener listener) {
    this.choice = choice;
    this.seed = seed;
    this.listener = listener;
  }

  private synchronized String name(Phase phase) {
    return names.computeIfAbsent(phase, this::unlike);
  }

  private String unlike(Phase phase) {
    String plain = phase.name();
    String name = plain;
    String line = phase.learners().get(0).start().line();
    for (int i = 1; !used.add(name); i++) {
      name = i == 1 ? plain + " (" + line + ")" : plain + " (" + i + ")";
    }
    return name;
  }

  @Override
  public void started(Phase phase, long fromStep, long steps) {
    listener.phaseStarted(choice, seed, name(phase), false, phase.training().epochs());
  }

  @Override
  public void reused(Phase phase) {
    listener.phaseStarted(choice, seed, name(phase), true, phase.training().epochs());
  }

  @Override
  public void steps(Phase phase, long done) {
    listener.steps(choice, seed, name(phase), done);
  }

  @Override
  public void epoch(Phase phase, EpochMetrics metrics) {
    listener.epoch(choice, seed, name(phase), metrics);
  }

  @Override
  public void ended(Phase phase) {
    listener.phaseEnded(choice, seed, name(phase));
  }

  @Override
  public void note(String message) {
    String own = "seed " + seed + ": ";
    if (message.startsWith(own)) {
      synchronized (this) {
        notes.add(message.substring(own.length()));
      }
    }
    listener.note(message);
  }

  /** What the strategy has said so far, without the seed. */
  synchronized List<String> notes() {
    return List.copyOf(notes);
  }
}
