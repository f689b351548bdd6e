package org.kd4j.core.runner;

import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;

/** What is checked when the cast is open and before its first batch. */
final class Preflight {
  private Preflight() {}

  /** Refuses networks that do not fit the samples. */
  static void fits(Phase phase, Role role, NetworkSpec spec) {
    Samples samples = phase.feed().samples();
    UsageException.require(
        spec.inputShape().equals(samples.shape()),
        "phase '%s': %s takes samples of shape %s, %s has %s",
        phase.name(),
        role,
        spec.inputShape(),
        samples.name(),
        samples.shape());
    UsageException.require(
        spec.classes() == samples.classes(),
        "phase '%s': %s tells %d classes apart, %s has %d",
        phase.name(),
        role,
        spec.classes(),
        samples.name(),
        samples.classes());
  }

  /** Shapes of everyone's taps, with an error naming those there are. */
  static Adapter.Shapes shapes(String phase, Map<Role, Map<String, Shape>> taps) {
    return ref -> {
      Map<String, Shape> of = taps.getOrDefault(ref.role(), new TreeMap<>());
      Shape shape = of.get(ref.tap());
      if (shape == null) {
        throw Names.unknown(
            "tap of " + ref.role() + " in phase '" + phase + "',", ref.tap(), of.keySet());
      }
      return shape;
    };
  }

  /** Refuses terms that would not find what they need. */
  static void terms(Phase phase, Adapter.Shapes shapes) {
    Samples samples = phase.feed().samples();
    int draws = phase.feed().draws();
    int smallest = phase.training().smallestBatch(draws);
    for (Learner learner : phase.learners()) {
      for (Weighted term : learner.objective().terms()) {
        Needs needs = term.term().needs();
        for (TapRef tap : needs.taps()) {
          shapes.of(tap);
        }
        UsageException.require(
            smallest >= needs.minimumBatch(),
            "phase '%s': term '%s' needs batches of at least %d, and the last of each epoch has %d"
                + " (%d samples in batches of %d); choose another batch size",
            phase.name(),
            term.name(),
            needs.minimumBatch(),
            smallest,
            draws,
            Math.min(phase.training().batchSize(), draws));
      }
    }
    labels(phase);
  }

  /**
   * Refuses what no checkpoint could hold, before hours are spent on it.
   *
   * @param bytes of the arrays of a checkpoint
   */
  static void state(Phase phase, long bytes) {
    UsageException.require(
        bytes <= Checkpoint.MOST_BYTES,
        "phase '%s': weights, best weights, the optimiser's memory and adapters of %s are %.1f GB,"
            + " and a checkpoint holds at most %.1f; take smaller networks, an optimiser that"
            + " remembers less (sgd), or fewer learners in one phase",
        phase.name(),
        phase.learners().stream().map(l -> l.role() + " (" + l.start().spec() + ")").toList(),
        bytes / 1e9,
        Checkpoint.MOST_BYTES / 1e9);
  }

  /** Hard labels over a set without a single label would train on nothing. */
  static void labels(Phase phase) {
    Samples samples = phase.feed().samples();
    boolean asked =
        phase.learners().stream()
            .allMatch(l -> l.objective().terms().stream().allMatch(t -> t.term().needs().labels()));
    if (asked) {
      for (int label : samples.labels()) {
        if (label >= 0) {
          return;
        }
      }
      throw new UsageException(
          "phase '"
              + phase.name()
              + "' learns from labels alone, and "
              + samples.name()
              + " has none;"
              + " add a soft term, or show some labels");
    }
  }
}
