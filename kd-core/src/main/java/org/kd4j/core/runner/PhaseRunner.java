package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.RunException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.Pass;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Cost;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
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
  private final List<LiveLearner> learners = new ArrayList<>();
  private final SortedMap<Role, LiveGuide> guides = new TreeMap<>();
  private final Samples.Rows rows;
  private final Samples.@Nullable Rows validationRows;
  private final int size;
  private final int stepsPerEpoch;
  private final int firstEpoch;

  private final List<EpochMetrics> history = new ArrayList<>();
  private final SortedMap<String, float[]> best = new TreeMap<>();
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
  PhaseRunner(Phase phase, long seed, RunContext context, OpeningIn opening) {
    this.phase = phase;
    this.seed = seed;
    this.context = context;
    Autograd.off();
    this.base = NDManager.newBaseManager(context.device());
    Samples samples = phase.feed().samples();
    this.size = samples.size();
    this.stepsPerEpoch = (size + phase.training().batchSize() - 1) / phase.training().batchSize();
    this.firstEpoch = phase.learners().get(0).start().from().map(Trained::epochs).orElse(0);
    try {
      this.rows = samples.open(base);
      this.validationRows = phase.validation().map(v -> v.open(base)).orElse(null);
      open(opening);
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  /** Brings a trained network to life in a manager. */
  @FunctionalInterface
  interface OpeningIn {
    Network network(Trained trained, NDManager manager);
  }

  private void open(OpeningIn opening) {
    Map<Role, Map<String, Shape>> taps = new TreeMap<>();
    Map<Role, Network> networks = new TreeMap<>();
    Map<Role, Knowledge.Live> live = new TreeMap<>();
    for (Guide guide : phase.guides()) {
      Preflight.fits(phase, guide.role(), guide.knowledge().spec());
      Knowledge.Live opened = guide.knowledge().open(t -> opening.network(t, base));
      live.put(guide.role(), opened);
      taps.put(guide.role(), opened.networks().get(0).tapShapes());
    }
    for (Learner learner : phase.learners()) {
      Preflight.fits(phase, learner.role(), learner.start().spec());
      Network network =
          learner
              .start()
              .from()
              .map(t -> opening.network(t, base))
              .orElseGet(
                  () -> Network.fresh(learner.start().spec(), base, seed, learner.start().line()));
      networks.put(learner.role(), network);
      taps.put(learner.role(), network.tapShapes());
    }
    Adapter.Shapes shapes = Preflight.shapes(phase.name(), taps);
    Preflight.terms(phase, shapes);
    for (Learner learner : phase.learners()) {
      learners.add(new LiveLearner(learner, networks.get(learner.role()), base, seed, shapes));
    }
    for (Guide guide : phase.guides()) {
      Knowledge.Live opened = live.get(guide.role());
      LiveGuide lively = new LiveGuide(guide, opened); // from here on it must not change
      if (TeacherOutputs.eligible(phase, guide)) {
        lively.read(
            TeacherOutputs.of(
                phase,
                guide,
                opened,
                () -> lively.checkUntouched(phase.name()),
                rows,
                base,
                context.store(),
                seed,
                context.environment(),
                this::augmentDraws));
      }
      guides.put(guide.role(), lively);
    }
  }

  /**
   * Trains to the end.
   *
   * @param from where to go on, if the phase was begun before
   * @param keep takes each checkpoint
   * @return what came out
   */
  ResultFiles train(Optional<Checkpoint> from, Consumer<Checkpoint> keep) {
    from.ifPresent(this::restore);
    long planned = (long) stepsPerEpoch * phase.training().epochs();
    context.listener().started(phase, step, planned);
    Checkpoint good = checkpoint();
    String reason = decideAfterHistory();
    while (reason.isEmpty()) {
      boolean whole = runEpoch(false, keep);
      if (!whole) {
        diagnose(good);
      }
      good = checkpoint();
      keep.accept(good);
      reason = decideAfterHistory();
    }
    guides.values().forEach(g -> g.checkUntouched(phase.name()));
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
  private boolean runEpoch(boolean checking, Consumer<Checkpoint> keep) {
    int epoch = history.size();
    int batchSize = phase.training().batchSize();
    int every = phase.training().checkpointEverySteps();
    int[] order = draws("order").at(firstEpoch + epoch).permutation(size);
    Draws augmentation = augmentDraws(replica(epoch));
    for (int s = (int) (step - (long) epoch * stepsPerEpoch); s < stepsPerEpoch; s++) {
      int from = s * batchSize;
      int[] some = Arrays.copyOfRange(order, from, Math.min(size, from + batchSize));
      long before = System.nanoTime();
      step(some, augmentation, replica(epoch), checking);
      long after = System.nanoTime();
      stepSeconds += (after - before) * 1e-9;
      if (after - lastTold > 200_000_000L) {
        lastTold = after;
        context.listener().steps(phase, step);
      }
      if (every > 0 && s + 1 < stepsPerEpoch && (s + 1) % every == 0) {
        keep.accept(checkpoint());
      }
    }
    return endEpoch(epoch);
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

  /** One update of everybody, together: all read the outputs of before the step. */
  private void step(int[] some, Draws augmentation, int replica, boolean checking) {
    Progress progress = progress();
    try (NDManager m = base.newSubManager()) {
      Batch batch = rows.gather(m, some, phase.feed().augmentation(), augmentation);
      Step view = new Step(m, batch, progress, guides, replica);
      NDArray sum = Autograd.recording(() -> objectives(view, progress, checking));
      if (sum != null) {
        Autograd.backward(sum);
        learners.forEach(l -> l.update(progress));
      }
    }
    step++;
  }

  private @Nullable NDArray objectives(Step view, Progress progress, boolean checking) {
    for (LiveLearner learner : learners) {
      view.forward(learner);
    }
    NDArray all = null;
    for (LiveLearner learner : learners) {
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
        all = all == null ? own : all.add(own);
      }
    }
    return all;
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
    for (LiveLearner learner : learners) {
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
    for (LiveLearner learner : learners) {
      learner.clearSums();
      validate(learner, epoch, values);
    }
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
    Samples samples = phase.validation().orElseThrow();
    Role role = learner.learner.role();
    float[] logits =
        Predictor.logits(
            x -> learner.network.forward(Pass.evaluation(), x),
            validationRows,
            samples.size(),
            samples.classes(),
            base,
            Augmentation.NONE,
            new Draws(0));
    Predictions said = new Predictions(logits, samples.classes(), samples.labels());
    double accuracy = Evaluation.accuracy(said);
    values.put(role + "/" + EpochMetrics.VALIDATION_ACCURACY, accuracy);
    values.put(role + "/" + EpochMetrics.VALIDATION_NLL, Evaluation.nll(said));
    double highest = Double.NEGATIVE_INFINITY;
    for (EpochMetrics past : history) {
      highest = Math.max(highest, past.of(role.toString(), EpochMetrics.VALIDATION_ACCURACY));
    }
    if (accuracy > highest) {
      learner.network.weights().forEach((path, w) -> best.put(role + "/" + path, w));
    }
    stepSeconds += (System.nanoTime() - before) * 1e-9;
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
  private void diagnose(Checkpoint good) {
    restore(good);
    runEpoch(true, ignored -> {});
    throw new RunException(
        "Phase '"
            + phase.name()
            + "' diverged in epoch "
            + (history.size() + 1)
            + ": its sums are not finite, though each term is. Lower the learning rate or clip gradients."
            + " What was trained before is kept.");
  }

  private Checkpoint checkpoint() {
    SortedMap<String, float[]> arrays = new TreeMap<>();
    learners.forEach(l -> l.save(arrays));
    best.forEach((path, values) -> arrays.put("best/" + path, values));
    return new Checkpoint(step, seconds(), stepSeconds, List.copyOf(history), arrays);
  }

  private void restore(Checkpoint saved) {
    step = saved.step();
    secondsBefore = saved.seconds();
    started = System.nanoTime();
    stepSeconds = saved.stepSeconds();
    history.clear();
    history.addAll(saved.history());
    learners.forEach(l -> l.load(saved.arrays()));
    best.clear();
    best.putAll(LiveLearner.below(saved.arrays(), "best/"));
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) * 1e-9;
  }

  private SortedMap<String, SafeTensors> networks() {
    SortedMap<String, SafeTensors> networks = new TreeMap<>();
    for (LiveLearner l : learners) {
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
    learners.forEach(LiveLearner::close);
    base.close();
  }
}
