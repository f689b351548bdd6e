package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.kd4j.core.base.RunException;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.schedule.Progress;

/** Values that cannot be right, and which term is to blame. */
final class Blame {
  private static final double LOWER_BOUND_SLACK = 1e-5;

  private Blame() {}

  /** An epoch's mean of a term that is less than the term can be. */
  static void below(Phase phase, Role role, Weighted term, double mean) {
    LossTerm loss = term.term();
    if (mean < loss.lowerBound() - LOWER_BOUND_SLACK) {
      throw new RunException(
          "Phase '"
              + phase.name()
              + "': term '"
              + term.name()
              + "' of "
              + role
              + " averaged "
              + mean
              + " over an epoch, below "
              + loss.lowerBound()
              + ", the least it can be."
              + " Arguments swapped, or logarithms forgotten? This is a bug in the term.");
    }
  }

  /** A step that is not finite: who is to blame, and what to do. */
  static void unlessFinite(Phase phase, Learner learner, Weighted term, NDArray value, Progress p) {
    float plain = value.stopGradient().getFloat();
    if (!Float.isFinite(plain)) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "Phase '%s' diverged: term '%s' of %s became %s at step %d (epoch %d of %d), learning rate %s."
                  + " Lower the learning rate, warm it up, or clip gradients. What was trained before is kept.",
              phase.name(),
              term.name(),
              learner.role(),
              plain,
              p.step() + 1,
              p.epoch() + 1,
              p.epochs(),
              learner.optimizer().rate().at(p)));
    }
  }
}
