package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Sees;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.UpdateOrder;
import org.kd4j.core.schedule.Progress;

/**
 * The one gradient step: gathers a batch, forwards the cast, runs the backward passes and moves the
 * learners. It reads nothing back from the engine.
 */
final class Stepper {
  private final Phase phase;
  private final long seed;
  private final Cast cast;
  private final NDManager base;
  private final Samples.Rows rows;
  private final int firstEpoch;

  Stepper(Phase phase, long seed, Cast cast, NDManager base) {
    this.phase = phase;
    this.seed = seed;
    this.cast = cast;
    this.base = base;
    this.rows = phase.feed().samples().open(base);
    this.firstEpoch = phase.learners().get(0).start().from().map(Trained::epochs).orElse(0);
  }

  /** The samples on the device. */
  Samples.Rows rows() {
    return rows;
  }

  /** The rows an epoch of the phase reads, in order: batch after batch. */
  int[] order(int epoch) {
    Samples samples = phase.feed().samples();
    int at = firstEpoch + epoch;
    int[] rows = phase.feed().sampling().rows(samples.size(), draws("order").at(at));
    int batch = phase.training().batchSize();
    return Buckets.arrange(rows, samples, batch, draws("batches").at(at));
  }

  private Draws draws(String purpose) {
    return Draws.of(seed, purpose, phase.feed().stream());
  }

  /** Draws of an augmentation, fresh or replicated. */
  Draws augmentDraws(int replicaOrEpoch) {
    return draws("augment").at(replicaOrEpoch);
  }

  /** Which augmentation an epoch sees: its own, or one of the feed's replicas. */
  private int replica(int epoch) {
    int distinct = phase.feed().distinctInputs();
    return distinct > 0 ? (firstEpoch + epoch) % distinct : firstEpoch + epoch;
  }

  /** One update of everybody. */
  void step(int[] some, Progress progress, boolean checking) {
    int epoch = progress.epoch();
    Feed feed = phase.feed();
    try (NDManager m = base.newSubManager()) {
      Batch batch = rows.gather(m, some, feed.augmentation(), augmentDraws(replica(epoch)));
      Step view = new Step(m, batch, own(m, some, epoch), progress, cast, replica(epoch));
      if (phase.order() == UpdateOrder.TOGETHER) {
        together(view, progress, checking);
      } else {
        inTurn(view, progress, checking);
      }
      view.end();
      cast.shadows.values().forEach(s -> s.afterStep(m, progress.step() + 1));
    }
  }

  /** Batches of those who are shown an augmentation of their own. */
  private Map<Role, Batch> own(NDManager m, int[] some, int epoch) {
    Map<Role, Batch> own = new TreeMap<>();
    for (LiveLearner l : cast.learners) {
      if (l.learner.sees() == Sees.OWN) {
        Draws draws = Draws.of(seed, "augment", phase.feed().stream(), l.learner.start().line());
        own.put(
            l.learner.role(),
            rows.gather(m, some, phase.feed().augmentation(), draws.at(replica(epoch))));
      }
    }
    return own;
  }

  /** All read the outputs of before the step; one backward pass. */
  private void together(Step view, Progress progress, boolean checking) {
    NDArray sum =
        Autograd.recording(
            () -> {
              cast.learners.forEach(view::forward);
              NDArray all = null;
              for (LiveLearner learner : cast.learners) {
                NDArray own = objective(learner, view, progress, checking);
                all = own == null ? all : all == null ? own : all.add(own);
              }
              return all;
            });
    if (sum != null) {
      Autograd.backward(sum);
      cast.learners.forEach(l -> l.update(progress));
    }
  }

  /** Each reads what those before it say after their updates; a backward pass each. */
  private void inTurn(Step view, Progress progress, boolean checking) {
    Autograd.recording(
        () -> {
          cast.learners.forEach(view::forward);
          return null;
        });
    LiveLearner last = cast.learners.get(cast.learners.size() - 1);
    for (LiveLearner learner : cast.learners) {
      NDArray own = Autograd.recording(() -> objective(learner, view, progress, checking));
      if (own != null) {
        Autograd.backward(own);
        learner.update(progress);
        if (learner != last) {
          view.observe(learner);
        }
      }
    }
  }

  /** The weighted sum of a learner's terms; null where all weights are 0. */
  private @Nullable NDArray objective(
      LiveLearner learner, Step view, Progress progress, boolean checking) {
    List<Weighted> terms = learner.learner.objective().terms();
    NDArray own = null;
    for (int i = 0; i < terms.size(); i++) {
      Weighted term = terms.get(i);
      float weight = term.weight().at(progress);
      if (weight != 0) {
        NDArray value = term.term().value(view.view(learner, term.name()));
        if (checking) {
          Blame.unlessFinite(phase, learner.learner, term, value, progress);
        }
        add(learner.sums[i], value);
        NDArray weighted = Scalars.mul(value, weight);
        own = own == null ? weighted : own.add(weighted);
      }
    }
    if (own != null) {
      add(learner.total, own);
    }
    return own;
  }

  private static void add(NDArray sum, NDArray value) {
    Autograd.paused(
        () -> {
          try (NDArray cut = value.stopGradient()) {
            return sum.addi(cut);
          }
        });
  }
}
