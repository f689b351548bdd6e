package org.kd4j.core.phase;

import java.util.Locale;
import org.kd4j.core.base.UsageException;

/** How a {@link Shadow} follows its learner. */
public sealed interface Following {
  /** What {@link Snapshot} counts. */
  enum Unit {
    /** Updates of the phase. */
    STEP,
    /** Epochs of the phase. */
    EPOCH
  }

  /**
   * A copy taken now and then, and stale in between.
   *
   * @param every how many
   * @param unit steps or epochs
   */
  record Snapshot(int every, Unit unit) implements Following {
    /** Checks the range. */
    public Snapshot {
      UsageException.require(
          every >= 1, "a snapshot is taken every 1 or more steps or epochs, was %d", every);
    }

    @Override
    public String toString() {
      String what = unit.name().toLowerCase(Locale.ROOT);
      return "as it was, copied every " + (every == 1 ? what : every + " " + what + "s");
    }
  }

  /**
   * An exponential moving average of the weights after each update, s ← decay · s + (1 − decay) ·
   * w; running statistics are copied.
   *
   * @param decay from 0 (a copy) to below 1
   */
  record Ema(float decay) implements Following {
    /** Checks the range. */
    public Ema {
      UsageException.require(
          decay >= 0 && decay < 1, "decay must be from 0 to below 1, was %s", decay);
    }

    @Override
    public String toString() {
      return "averaged, decay " + decay;
    }
  }
}
