package org.kd4j.core.runner;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kd4j.core.base.RunException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Cost;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;

/**
 * One phase being trained: the one training loop. Opens the cast, walks the epochs, and closes
 * everything it opened. It reads nothing back from the engine within an epoch, but for checkpoints.
 */
final class PhaseRunner implements AutoCloseable {
  private final Phase phase;
  private final long seed;
  private final RunContext context;
  private final NDManager base;
  private final Cast cast;
  private final Stepper stepper;
  private final Validator validator;
  private final int stepsPerEpoch;

  private final List<EpochMetrics> history = new ArrayList<>();
  private final SortedMap<String, float[]> best = new TreeMap<>();
  private final Checkpoint.Room afterEpochs;
  private final Checkpoint.Room withinEpochs;
  private long step;
  private double secondsBefore;
  private double stepSeconds;
  private long started = System.nanoTime();
  private long lastTold;

  /**
   * Opens the cast and checks it.
   *
   * @param opening brings trained networks to life in a manager
   */
  PhaseRunner(Phase phase, long seed, RunContext context, Cast.OpeningIn opening) {
    this.phase = phase;
    this.seed = seed;
    this.context = context;
    Autograd.off();
    this.base = NDManager.newBaseManager(context.device());
    this.afterEpochs = new Checkpoint.Room(base);
    this.withinEpochs = new Checkpoint.Room(base);
    this.stepsPerEpoch = phase.stepsPerEpoch();
    try {
      this.cast = new Cast(phase, seed, base, opening);
      Preflight.state(phase, stateBytes());
      this.stepper = new Stepper(phase, seed, cast, base);
      this.validator = new Validator(phase, cast, base);
      cast.guides.values().forEach(this::readStored);
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  /** Bytes of the arrays of a checkpoint, best weights included. */
  long stateBytes() {
    SortedMap<String, FloatBuffer> arrays = new TreeMap<>();
    cast.save(arrays);
    long sum = bytes(arrays);
    if (phase.validation().isPresent()) {
      for (LiveLearner learner : cast.learners) {
        sum += learner.hasHead() ? bytes(learner.network.values()) : 0;
      }
    }
    return sum;
  }

  private static long bytes(Map<String, FloatBuffer> arrays) {
    return arrays.values().stream().mapToLong(a -> (long) Float.BYTES * a.remaining()).sum();
  }

  /** Reads a guide's stored outputs instead of forwarding it, where every input has some. */
  private void readStored(LiveGuide guide) {
    if (TeacherOutputs.eligible(phase, guide.guide(), guide.live().taps())) {
      guide.read(
          TeacherOutputs.of(
              phase,
              guide.guide(),
              guide.live(),
              () -> guide.checkUntouched(phase.name()),
              stepper.rows(),
              base,
              context.store(),
              seed,
              context.environment(),
              stepper::augmentDraws,
              // What steps would otherwise ask for, each for its own batch.
              nanos -> stepSeconds += nanos * 1e-9));
    }
  }

  /**
   * Trains to the end.
   *
   * @param from where to go on, if the phase was begun before
   * @param keep takes each checkpoint, encoded; it must not hold on to the buffer
   * @return what came out
   */
  ResultFiles train(Optional<Checkpoint> from, Consumer<ByteBuffer> keep) {
    from.ifPresent(this::restore);
    long planned = (long) stepsPerEpoch * phase.training().epochs();
    context.listener().started(phase, step, planned);
    ByteBuffer good = checkpoint(afterEpochs);
    String reason = decideAfterHistory();
    while (reason.isEmpty()) {
      boolean whole = runEpoch(false, keep);
      if (!whole) {
        diagnose(good);
      }
      good = checkpoint(afterEpochs);
      keep.accept(good);
      reason = decideAfterHistory();
    }
    cast.guides.values().forEach(g -> g.checkUntouched(phase.name()));
    cast.learners.forEach(l -> l.checkFrozen(phase.name()));
    return ResultFiles.of(
        cast.learners, best, List.copyOf(history), reason, new Cost(seconds(), stepSeconds, step));
  }

  /** Why to stop now; empty to go on. */
  private String decideAfterHistory() {
    if (history.size() >= phase.training().epochs()) {
      return history.isEmpty() ? "used as it begins" : "all " + history.size() + " epochs done";
    }
    return history.isEmpty() ? "" : phase.stop().after(history).orElse("");
  }

  /**
   * Runs what is left of the current epoch.
   *
   * @param checking whether every term is read back and checked at every step
   * @return whether all sums are finite
   */
  private boolean runEpoch(boolean checking, Consumer<ByteBuffer> keep) {
    int epoch = history.size();
    int batchSize = phase.training().batchSize();
    int every = phase.training().checkpointEverySteps();
    int[] order = stepper.order(epoch);
    int first = (int) (step - (long) epoch * stepsPerEpoch);
    if (first == 0) {
      validator.begin(progress());
    }
    for (int s = first; s < stepsPerEpoch; s++) {
      int from = s * batchSize;
      int[] some = Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
      long before = System.nanoTime();
      stepper.step(some, progress(), checking);
      step++;
      long after = System.nanoTime();
      stepSeconds += (after - before) * 1e-9;
      if (after - lastTold > 200_000_000L) {
        lastTold = after;
        context.listener().steps(phase, step);
      }
      if (every > 0 && s + 1 < stepsPerEpoch && (s + 1) % every == 0) {
        if (!cast.sumsAreFinite() || !cast.weightsAreFinite()) {
          return false; // what is kept must be worth going on from
        }
        keep.accept(checkpoint(withinEpochs));
      }
    }
    return endEpoch(epoch);
  }

  private Progress progress() {
    return new Progress(step, stepsPerEpoch, phase.training().epochs(), history);
  }

  /** Reads the epoch's sums, validates, remembers the best. */
  private boolean endEpoch(int epoch) {
    SortedMap<String, Double> values = new TreeMap<>();
    boolean finite = true;
    Progress last =
        new Progress(step - 1, stepsPerEpoch, phase.training().epochs(), List.copyOf(history));
    for (LiveLearner learner : cast.learners) {
      Role role = learner.learner.role();
      List<Weighted> terms = learner.learner.objective().terms();
      for (int i = 0; i < terms.size(); i++) {
        double mean = learner.sums[i].getFloat() / stepsPerEpoch;
        finite &= Double.isFinite(mean);
        Blame.below(phase, role, terms.get(i), mean);
        values.put(role + "/" + terms.get(i).name(), mean);
        values.put(
            role + "/weight." + terms.get(i).name(), (double) terms.get(i).weight().at(last));
      }
      double loss = learner.total.getFloat() / stepsPerEpoch;
      finite &= Double.isFinite(loss);
      values.put(role + "/" + EpochMetrics.LOSS, loss);
      values.put(
          role + "/" + EpochMetrics.LEARNING_RATE,
          (double) learner.learner.optimizer().rate().at(last));
    }
    long before = System.nanoTime();
    if (!finite || !cast.weightsAreFinite()) {
      return false;
    }
    for (LiveLearner learner : cast.learners) {
      learner.clearSums();
      double accuracy = validator.accuracy(learner, values);
      validator.terms(learner, last, values);
      if (accuracy > highest(role(learner))) {
        learner.network.values().forEach((path, w) -> remember(role(learner) + "/" + path, w));
      }
    }
    stepSeconds += (System.nanoTime() - before) * 1e-9;
    cast.shadows.values().forEach(s -> s.afterEpoch(epoch + 1));
    EpochMetrics metrics = EpochMetrics.of(epoch, values);
    history.add(metrics);
    context.listener().epoch(phase, metrics);
    return true;
  }

  private static Role role(LiveLearner learner) {
    return learner.learner.role();
  }

  /** The highest validation accuracy of the epochs before; below all where there is none. */
  private double highest(Role role) {
    double highest = Double.NEGATIVE_INFINITY;
    for (EpochMetrics past : history) {
      highest = Math.max(highest, past.of(role.toString(), EpochMetrics.VALIDATION_ACCURACY));
    }
    return highest;
  }

  private void remember(String path, FloatBuffer weights) {
    weights.get(best.computeIfAbsent(path, absent -> new float[weights.remaining()]));
  }

  /** Replays the epoch from the last good state, checking every term at every step. */
  private void diagnose(ByteBuffer good) {
    restore(Checkpoint.decode(good));
    runEpoch(true, ignored -> {});
    throw new RunException(
        "Phase '"
            + phase.name()
            + "' diverged in epoch "
            + (history.size() + 1)
            + ": its sums or weights are not finite, though each term is. Lower the learning rate or clip gradients."
            + " What was trained before is kept.");
  }

  private ByteBuffer checkpoint(Checkpoint.Room room) {
    SortedMap<String, FloatBuffer> arrays = new TreeMap<>();
    cast.save(arrays);
    best.forEach((path, values) -> arrays.put("best/" + path, FloatBuffer.wrap(values)));
    return Checkpoint.encode(step, seconds(), stepSeconds, history, arrays, room);
  }

  private void restore(Checkpoint saved) {
    step = saved.step();
    secondsBefore = saved.seconds();
    started = System.nanoTime();
    stepSeconds = saved.stepSeconds();
    history.clear();
    history.addAll(saved.history());
    cast.load(saved.arrays());
    best.clear();
    best.putAll(LiveLearner.below(saved.arrays(), "best/"));
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) * 1e-9;
  }

  @Override
  public void close() {
    cast.close();
    base.close();
  }
}
