package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.SortedMap;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.schedule.Schedule;

/** An optimiser to be: its kind, rate and constants, as a record. */
public interface OptimizerSpec {
  /** The learning rate over the phase. */
  Schedule rate();

  /** The largest global norm of the gradients of a learner, adapters included; 0 = no clipping. */
  float clipNorm();

  /** The same optimiser with another rate. */
  OptimizerSpec withRate(Schedule rate);

  /**
   * Makes the optimiser.
   *
   * @param parameters what it moves, by path
   * @return with fresh state
   */
  Optimizer build(SortedMap<String, NDArray> parameters);

  /**
   * An optimiser by name, with its customary constants.
   *
   * @param name {@code adam}, {@code adamw} or {@code sgd}
   * @param rate the learning rate
   * @return its spec
   */
  static OptimizerSpec named(String name, Schedule rate) {
    return switch (name) {
      case "adam" -> Adam.of(rate);
      case "adamw" -> AdamW.of(rate);
      case "sgd" -> Sgd.of(rate);
      default -> throw Names.unknown("optimizer", name, List.of("adam", "adamw", "sgd"));
    };
  }

  /** The customary first rate of a named optimiser: 1e-3, or 0.05 for SGD. */
  static float customaryRate(String name) {
    return name.equals("sgd") ? 0.05f : 1e-3f;
  }

  /** Checks what all optimisers share. */
  static void check(float weightDecay, float clipNorm) {
    Ranges.weight("weightDecay", weightDecay);
    UsageException.require(clipNorm >= 0, "clipNorm must be 0 (none) or more, was %s", clipNorm);
  }
}
