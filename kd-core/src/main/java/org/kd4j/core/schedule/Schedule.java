package org.kd4j.core.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/** A value over a phase: a pure function of its progress. Records print and are stored. */
@FunctionalInterface
public interface Schedule {
  /**
   * The value at a step.
   *
   * @param progress how far the phase is
   * @return the value for the step about to be done
   */
  float at(Progress progress);

  /**
   * The same schedule for a phase of another length. What runs over the whole phase, a cosine, does
   * so by itself; what counts epochs, milestones and warm-up, is multiplied.
   *
   * @param ratio the new number of epochs by the old
   */
  default Schedule stretched(double ratio) {
    return this;
  }

  /** The same value throughout. */
  static Schedule constant(float value) {
    return new Constant(value);
  }

  /** From a value to 0 along half a cosine, over all steps of the phase. */
  static Schedule cosine(float from) {
    return new Cosine(from, 0);
  }

  /**
   * Reads a learning-rate schedule: {@code constant}, {@code cosine}, {@code linear}, {@code
   * multi-step:60-120,factor=0.1} (epochs); each takes {@code warmup=E}, epochs of linear warm-up.
   *
   * @param text the schedule
   * @param peak the highest rate
   * @return the schedule
   */
  static Schedule parse(String text, float peak) {
    SpecText spec = SpecText.parse(text);
    Schedule main =
        switch (spec.head()) {
          case "constant" -> constant(peak);
          case "cosine" -> cosine(peak);
          case "linear" -> new Linear(peak, 0);
          case "multi-step" -> new MultiStep(peak, spec.number("factor", 0.1f), milestones(spec));
          default ->
              throw Names.unknown(
                  "schedule", spec.head(), List.of("constant", "cosine", "linear", "multi-step"));
        };
    if (spec.head().equals("multi-step")) {
      spec.knowing("factor", "warmup");
    } else {
      spec.knowing("warmup");
      UsageException.require(
          spec.argument().isEmpty(), "%s takes nothing after ':', was '%s'", spec.head(), text);
    }
    float warmup = spec.number("warmup", 0);
    return warmup == 0 ? main : new WarmUp(warmup, main);
  }

  private static List<Float> milestones(SpecText spec) {
    try {
      return Arrays.stream(spec.argument().split("-"))
          .map(Integer::valueOf)
          .map(Integer::floatValue)
          .toList();
    } catch (NumberFormatException e) {
      throw new UsageException(
          "multi-step takes epochs joined by '-', as in multi-step:60-120; was '" + spec + "'", e);
    }
  }

  /**
   * The same value throughout.
   *
   * @param value the value
   */
  record Constant(float value) implements Schedule {
    @Override
    public float at(Progress progress) {
      return value;
    }

    @Override
    public String toString() {
      return print(value);
    }
  }

  /**
   * Half a cosine: to + (from − to)·(1 + cos(π·f))/2 at fraction f of the phase (I. Loshchilov, F.
   * Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts).
   *
   * @param from at the first step
   * @param to what the last step comes near
   */
  record Cosine(float from, float to) implements Schedule {
    @Override
    public float at(Progress progress) {
      return (float) (to + (from - to) * (1 + StrictMath.cos(Math.PI * progress.fraction())) / 2);
    }

    @Override
    public String toString() {
      return "cosine " + print(from) + "→" + print(to);
    }
  }

  /**
   * A straight line over the phase.
   *
   * @param from at the first step
   * @param to what the last step comes near
   */
  record Linear(float from, float to) implements Schedule {
    @Override
    public float at(Progress progress) {
      return (float) (from + (to - from) * progress.fraction());
    }

    @Override
    public String toString() {
      return "linear " + print(from) + "→" + print(to);
    }
  }

  /**
   * Multiplied by a factor at each milestone.
   *
   * @param from before the first milestone
   * @param factor at each milestone
   * @param milestones epochs, rising; a stretched schedule may have them within an epoch
   */
  record MultiStep(float from, float factor, List<Float> milestones) implements Schedule {
    /** Checks the factor and the order. */
    public MultiStep {
      UsageException.require(
          factor > 0, "multi-step multiplies by a factor above 0, was %s", factor);
      milestones = List.copyOf(milestones);
      UsageException.require(
          milestones.equals(milestones.stream().sorted().distinct().toList()),
          "milestones must rise, were %s",
          milestones.stream().map(Schedule::print).toList());
    }

    @Override
    public float at(Progress progress) {
      double value = from;
      for (float milestone : milestones) {
        long since = Math.round((double) milestone * progress.stepsPerEpoch());
        value *= progress.step() >= since ? factor : 1;
      }
      return (float) value;
    }

    @Override
    public Schedule stretched(double ratio) {
      return new MultiStep(
          from, factor, milestones.stream().map(m -> (float) (m * ratio)).toList());
    }

    @Override
    public String toString() {
      return print(from)
          + " ×"
          + print(factor)
          + " at "
          + milestones.stream().map(Schedule::print).toList();
    }
  }

  /**
   * A linear rise from almost 0 before another schedule, which keeps its own clock: its value is
   * multiplied by (epochs done + one step)/epochs while warming up.
   *
   * @param epochs of warm-up; may be a fraction
   * @param then the schedule warmed up to
   */
  record WarmUp(float epochs, Schedule then) implements Schedule {
    /** Checks the length. */
    public WarmUp {
      UsageException.require(epochs > 0, "warm-up takes more than 0 epochs, was %s", epochs);
    }

    @Override
    public float at(Progress progress) {
      double risen = (progress.step() + 1.0) / progress.stepsPerEpoch() / epochs;
      return (float) (then.at(progress) * Math.min(1, risen));
    }

    @Override
    public Schedule stretched(double ratio) {
      return new WarmUp((float) (epochs * ratio), then.stretched(ratio));
    }

    @Override
    public String toString() {
      return then + " after warm-up over " + print(epochs) + " epochs";
    }
  }

  private static String print(float value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? String.format(Locale.ROOT, "%d", (long) value)
        : Float.toString(value);
  }
}
