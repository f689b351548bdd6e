package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Cost;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Sees;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.UpdateOrder;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.store.SafeTensors;

/**
 * One phase being trained: the one training loop. Opens the cast, walks the epochs, and closes
 * everything it opened. It reads nothing back from the engine within an epoch.
 */
final class PhaseRunner implements AutoCloseable {
  private static final double LOWER_BOUND_SLACK = 1e-5;

  private final Phase phase;
  private final long seed;
  private final RunContext context;
  private final NDManager base;
  private final Cast cast;
  private final Samples.Rows rows;
  private final Samples.@Nullable Rows validationRows;
  private final int stepsPerEpoch;
  private final int firstEpoch;

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
    this.firstEpoch = phase.learners().get(0).start().from().map(Trained::epochs).orElse(0);
    try {
      this.rows = phase.feed().samples().open(base);
      this.validationRows = phase.validation().map(v -> v.open(base)).orElse(null);
      this.cast = new Cast(phase, seed, base, opening);
      cast.guides.values().forEach(this::readStored);
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  /** Reads a guide's stored outputs instead of forwarding it, where every input has some. */
  private void readStored(LiveGuide guide) {
    if (TeacherOutputs.eligible(phase, guide.guide())) {
      guide.read(
          TeacherOutputs.of(
              phase,
              guide.guide(),
              guide.live(),
              () -> guide.checkUntouched(phase.name()),
              rows,
              base,
              context.store(),
              seed,
              context.environment(),
              this::augmentDraws));
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
    return new ResultFiles(
        List.copyOf(history), reason, new Cost(seconds(), stepSeconds, step), networks());
  }

  /** Why to stop now; empty to go on. */
  private String decideAfterHistory() {
    if (history.size() >= phase.training().epochs()) {
      return "all " + history.size() + " epochs done";
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
    int[] order =
        phase
            .feed()
            .sampling()
            .rows(phase.feed().samples().size(), draws("order").at(firstEpoch + epoch));
    int first = (int) (step - (long) epoch * stepsPerEpoch);
    if (first == 0) {
      begin();
    }
    for (int s = first; s < stepsPerEpoch; s++) {
      int from = s * batchSize;
      int[] some = Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
      long before = System.nanoTime();
      step(some, epoch, checking);
      long after = System.nanoTime();
      stepSeconds += (after - before) * 1e-9;
      if (after - lastTold > 200_000_000L) {
        lastTold = after;
        context.listener().steps(phase, step);
      }
      if (every > 0 && s + 1 < stepsPerEpoch && (s + 1) % every == 0) {
        keep.accept(checkpoint(withinEpochs));
      }
    }
    return endEpoch(epoch);
  }

  /** Lets terms look at how the cast does. */
  private void begin() {
    EpochView view = new Seen();
    for (LiveLearner learner : cast.learners) {
      for (Weighted term : learner.learner.objective().terms()) {
        term.term().begin(view, learner.memory(term.name()));
      }
    }
  }

  /** What terms may look at before an epoch. */
  private final class Seen implements EpochView {
    @Override
    public Progress progress() {
      return PhaseRunner.this.progress();
    }

    @Override
    public float[] logits(Role who) {
      return onValidation(x -> cast.evaluated(who, x));
    }

    @Override
    public int[] labels() {
      return validation().labels();
    }

    @Override
    public int classes() {
      return validation().classes();
    }
  }

  private Samples validation() {
    return phase
        .validation()
        .orElseThrow(
            () ->
                new UsageException(
                    "phase '"
                        + phase.name()
                        + "': a term reads the validation samples, and there are none;"
                        + " set some aside, or choose another term"));
  }

  private float[] onValidation(Function<NDArray, Outputs> forward) {
    Samples samples = validation();
    return Predictor.logits(
        forward,
        Objects.requireNonNull(validationRows),
        samples.size(),
        samples.classes(),
        base,
        Augmentation.NONE,
        new Draws(0));
  }

  private Draws draws(String purpose) {
    return Draws.of(seed, purpose, phase.feed().stream());
  }

  private Draws augmentDraws(int replicaOrEpoch) {
    return draws("augment").at(replicaOrEpoch);
  }

  /** Which augmentation an epoch sees: its own, or one of the feed's replicas. */
  private int replica(int epoch) {
    int distinct = phase.feed().distinctInputs();
    return distinct > 0 ? (firstEpoch + epoch) % distinct : firstEpoch + epoch;
  }

  /** One update of everybody, together or in turn. */
  private void step(int[] some, int epoch, boolean checking) {
    Progress progress = progress();
    Feed feed = phase.feed();
    try (NDManager m = base.newSubManager()) {
      Batch batch = rows.gather(m, some, feed.augmentation(), augmentDraws(replica(epoch)));
      Step view = new Step(m, batch, own(m, some, epoch), progress, cast, replica(epoch));
      if (phase.order() == UpdateOrder.TOGETHER) {
        together(view, progress, checking);
      } else {
        inTurn(view, progress, checking);
      }
      step++;
      cast.shadows.values().forEach(s -> s.afterStep(m, step));
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
          check(learner, term, value);
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
        checkBound(terms.get(i), mean, role);
        values.put(role + "/" + terms.get(i).name(), mean);
        values.put(
            role + "/weight." + terms.get(i).name(), (double) terms.get(i).weight().at(last));
      }
      double loss = learner.total.getFloat() / stepsPerEpoch;
      finite &= Double.isFinite(loss);
      values.put(role + "/" + EpochMetrics.LOSS, loss);
      values.put(role + "/learningRate", (double) learner.learner.optimizer().rate().at(last));
    }
    if (!finite) {
      return false;
    }
    for (LiveLearner learner : cast.learners) {
      learner.clearSums();
      validate(learner, epoch, values);
    }
    cast.shadows.values().forEach(s -> s.afterEpoch(epoch + 1));
    EpochMetrics metrics = EpochMetrics.of(epoch, values);
    history.add(metrics);
    context.listener().epoch(phase, metrics);
    return true;
  }

  private void validate(LiveLearner learner, int epoch, SortedMap<String, Double> values) {
    if (validationRows == null) {
      return;
    }
    long before = System.nanoTime();
    Samples samples = validation();
    Role role = learner.learner.role();
    float[] logits = onValidation(x -> learner.network.forward(Pass.evaluation(), x));
    Predictions said = new Predictions(logits, samples.classes(), samples.labels());
    double accuracy = Evaluation.accuracy(said);
    values.put(role + "/" + EpochMetrics.VALIDATION_ACCURACY, accuracy);
    values.put(role + "/" + EpochMetrics.VALIDATION_NLL, Evaluation.nll(said));
    double highest = Double.NEGATIVE_INFINITY;
    for (EpochMetrics past : history) {
      highest = Math.max(highest, past.of(role.toString(), EpochMetrics.VALIDATION_ACCURACY));
    }
    if (accuracy > highest) {
      learner.network.values().forEach((path, w) -> remember(role + "/" + path, w));
    }
    stepSeconds += (System.nanoTime() - before) * 1e-9;
  }

  private void remember(String path, FloatBuffer weights) {
    weights.get(best.computeIfAbsent(path, absent -> new float[weights.remaining()]));
  }

  private void checkBound(Weighted term, double mean, Role role) {
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
  private void check(LiveLearner learner, Weighted term, NDArray value) {
    float plain = value.stopGradient().getFloat();
    if (!Float.isFinite(plain)) {
      Progress p = progress();
      throw new RunException(
          String.format(
              java.util.Locale.ROOT,
              "Phase '%s' diverged: term '%s' of %s became %s at step %d (epoch %d of %d), learning rate %s."
                  + " Lower the learning rate, warm it up, or clip gradients. What was trained before is kept.",
              phase.name(),
              term.name(),
              learner.learner.role(),
              plain,
              p.step() + 1,
              p.epoch() + 1,
              p.epochs(),
              learner.learner.optimizer().rate().at(p)));
    }
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
            + ": its sums are not finite, though each term is. Lower the learning rate or clip gradients."
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

  private SortedMap<String, SafeTensors> networks() {
    SortedMap<String, SafeTensors> networks = new TreeMap<>();
    for (LiveLearner l : cast.learners) {
      Role role = l.learner.role();
      networks.put(
          ResultFiles.name(role, Age.LAST), tensors(l.network, l.network.weights(), role, l));
      SortedMap<String, float[]> chosen = LiveLearner.below(best, role + "/");
      if (!chosen.isEmpty()) {
        networks.put(ResultFiles.name(role, Age.BEST), tensors(l.network, chosen, role, l));
      }
      l.adapters.forEach(
          (name, adapter) ->
              networks.put(
                  role + ".adapter." + name.replace('/', '.'),
                  tensors(adapter.network, adapter.network.weights(), role, l)));
    }
    return networks;
  }

  private static SafeTensors tensors(
      Network network, SortedMap<String, float[]> weights, Role role, LiveLearner learner) {
    SortedMap<String, SafeTensors.Tensor> tensors = new TreeMap<>();
    weights.forEach(
        (path, values) ->
            tensors.put(
                path,
                new SafeTensors.Tensor(
                    network.parameters().get(path).getArray().getShape().getShape(), values)));
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put("network", network.spec().toString());
    texts.put("role", role.toString());
    texts.put("line", learner.learner.start().line());
    return new SafeTensors(tensors, texts);
  }

  @Override
  public void close() {
    cast.close();
    base.close();
  }
}
