package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.SortedMap;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.SpecText;
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
   * An optimiser as it is written: its name, with its customary constants where none are given, as
   * in {@code sgd,momentum=0.9,nesterov=true,weightDecay=5e-4,clipNorm=1}. The keys are those of
   * the records: {@link Adam}, {@link AdamW}, {@link Sgd}.
   *
   * @param text {@code adam}, {@code adamw} or {@code sgd}, and constants
   * @param rate the learning rate
   * @return its spec
   */
  static OptimizerSpec parse(String text, Schedule rate) {
    SpecText spec = SpecText.parse(text);
    OptimizerSpec parsed =
        switch (spec.head()) {
          case "adam" -> adam(spec, Adam.of(rate));
          case "adamw" -> {
            Adam by = adam(spec, AdamW.of(rate).constants());
            yield new AdamW(
                rate, by.beta1(), by.beta2(), by.epsilon(), by.weightDecay(), by.clipNorm());
          }
          case "sgd" -> {
            Sgd by = Sgd.of(rate);
            spec.knowing("momentum", "nesterov", "weightDecay", "clipNorm");
            float momentum = spec.number("momentum", by.momentum());
            yield new Sgd(
                rate,
                momentum,
                spec.truth("nesterov", momentum > 0 && by.nesterov()),
                spec.number("weightDecay", by.weightDecay()),
                spec.number("clipNorm", by.clipNorm()));
          }
          default -> throw Names.unknown("optimizer", spec.head(), List.of("adam", "adamw", "sgd"));
        };
    UsageException.require(
        spec.argument().isEmpty(),
        "%s takes constants alone, as in %s,weightDecay=5e-4; was '%s'",
        spec.head(),
        spec.head(),
        text);
    return parsed;
  }

  /** Adam's constants as written; AdamW has the same. */
  private static Adam adam(SpecText spec, Adam usual) {
    spec.knowing("beta1", "beta2", "epsilon", "weightDecay", "clipNorm");
    return new Adam(
        usual.rate(),
        spec.number("beta1", usual.beta1()),
        spec.number("beta2", usual.beta2()),
        spec.number("epsilon", usual.epsilon()),
        spec.number("weightDecay", usual.weightDecay()),
        spec.number("clipNorm", usual.clipNorm()));
  }

  /** The customary first rate of an optimiser: 1e-3, or 0.05 for SGD. */
  static float customaryRate(String text) {
    return SpecText.parse(text).head().equals("sgd") ? 0.05f : 1e-3f;
  }

  /** Checks what all optimisers share. */
  static void check(float weightDecay, float clipNorm) {
    Ranges.weight("weightDecay", weightDecay);
    UsageException.require(clipNorm >= 0, "clipNorm must be 0 (none) or more, was %s", clipNorm);
  }
}
