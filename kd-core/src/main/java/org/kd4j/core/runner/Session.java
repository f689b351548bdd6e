package org.kd4j.core.runner;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.Task;

/**
 * A trial's session: runs phases or finds their stored results, and remembers what it ran. Used
 * from one thread, the trial's; phases given to {@link #runAll} are also trained by the study's
 * idle {@link Workers}, each with networks of its own.
 */
public final class Session implements DistillationSession {
  private static final int LATENCY_RUNS = 31;
  private static final int LATENCY_WARM_UP = 5;

  /** Where results without a fingerprint live, for the time of the trial. */
  private final Store unstored = new MemoryStore();

  private final Task task;
  private final long seed;
  private final RunContext context;
  private final Map<Fingerprint, Phase> phases = new ConcurrentHashMap<>();
  private final Map<Fingerprint, Long> seeds = new ConcurrentHashMap<>();

  /** In the order the strategy asked for them, whoever trained them and when. */
  private final Map<Fingerprint, PhaseRun> runs = new LinkedHashMap<>();

  private @Nullable Trained teacher;

  /**
   * A phase that a session ran.
   *
   * @param fingerprint of the phase, or of its outcome where it has none
   * @param result what came out
   * @param notStored why it was not stored; empty where it was
   */
  public record PhaseRun(Fingerprint fingerprint, PhaseResult result, String notStored) {}

  /**
   * @param task what to distil
   * @param seed the trial's
   * @param context where it runs
   */
  public Session(Task task, long seed, RunContext context) {
    this.task = task;
    this.seed = seed;
    this.context = context;
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Trained teacher() {
    Trained known = teacher;
    if (known == null) {
      Phase phase = task.teacherPhase(Task.TEACHER_LINE);
      known = run(phase, context.teacherSeed().orElse(seed)).network(Role.TEACHER);
      teacher = known;
    }
    return known;
  }

  @Override
  public PhaseResult run(Phase phase) {
    return run(phase, seed);
  }

  private PhaseResult run(Phase phase, long phaseSeed) {
    PhaseRun run = perform(phase, phaseSeed, key(phase, phaseSeed));
    runs.putIfAbsent(run.fingerprint(), run);
    return run.result();
  }

  @Override
  public List<PhaseResult> runAll(List<Phase> independent) {
    List<Object> works = new ArrayList<>(); // equal where phases are the same work
    Map<Object, Workers.Job> jobs = new LinkedHashMap<>();
    Map<Object, PhaseRun> done = new ConcurrentHashMap<>();
    for (Phase phase : independent) {
      PhaseKey key = key(phase, seed);
      Object work = key.fingerprint().<Object>map(print -> print).orElse(phase);
      Runnable training = () -> done.put(work, perform(phase, seed, key));
      works.add(work);
      jobs.putIfAbsent(work, new Workers.Job(work, training));
    }
    try {
      context.workers().all(List.copyOf(jobs.values()));
    } finally {
      for (Object work : jobs.keySet()) {
        PhaseRun run = done.get(work);
        if (run == null) {
          break; // as if one after the other: what comes after a failure was not run
        }
        runs.putIfAbsent(run.fingerprint(), run);
      }
    }
    List<PhaseResult> results = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      PhaseRun run = done.get(works.get(i));
      boolean again = works.indexOf(works.get(i)) < i && run.notStored().isEmpty();
      results.add(again ? run(independent.get(i)) : run.result());
    }
    return results;
  }

  private PhaseKey key(Phase phase, long phaseSeed) {
    return PhaseKey.of(phase, phaseSeed, context.environment());
  }

  private PhaseRun perform(Phase phase, long phaseSeed, PhaseKey key) {
    if (key.fingerprint().isEmpty()) {
      return runUnstored(phase, phaseSeed, key.obstacle());
    }
    Fingerprint print = key.fingerprint().get();
    Optional<PhaseRun> known = find(phase, phaseSeed, print);
    if (known.isPresent()) {
      return known.get();
    }
    return context.store().alone(Store.Kind.PHASE, print, () -> train(phase, phaseSeed, print));
  }

  /** Trains unless somebody else did while this trial waited for its turn. */
  private PhaseRun train(Phase phase, long phaseSeed, Fingerprint print) {
    Store store = context.store();
    Optional<PhaseRun> known = find(phase, phaseSeed, print);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<Checkpoint> from = store.checkpoint(print).map(Checkpoint::decode);
    ResultFiles files = train(phase, phaseSeed, from, c -> store.checkpoint(print, Optional.of(c)));
    SortedMap<String, ByteBuffer> encoded = files.encode();
    store.publish(Store.Kind.PHASE, print, label(phase, phaseSeed), encoded);
    store.checkpoint(print, Optional.empty());
    return remember(phase, phaseSeed, print, ResultFiles.result(phase, print, encoded, false), "");
  }

  private ResultFiles train(
      Phase phase, long phaseSeed, Optional<Checkpoint> from, Consumer<ByteBuffer> keep) {
    try (PhaseRunner runner = new PhaseRunner(phase, phaseSeed, context, opening())) {
      return runner.train(from, c -> keepUnlessTold(phase, c, keep));
    } finally {
      context.listener().ended(phase);
    }
  }

  /** Keeps a checkpoint; it is also where a thread that was interrupted stops. */
  private static void keepUnlessTold(Phase phase, ByteBuffer state, Consumer<ByteBuffer> keep) {
    boolean told = Thread.interrupted(); // no file can be written while it is set
    try {
      keep.accept(state);
    } finally {
      if (told) {
        Thread.currentThread().interrupt();
      }
    }
    if (told) {
      throw new RunException(
          "Interrupted in phase '"
              + phase.name()
              + "'. What is stored is kept: the same command goes on from there.");
    }
  }

  private Optional<PhaseRun> find(Phase phase, long phaseSeed, Fingerprint print) {
    return context
        .store()
        .find(Store.Kind.PHASE, print)
        .map(
            files -> {
              context.listener().reused(phase);
              return remember(
                  phase, phaseSeed, print, ResultFiles.result(phase, print, files, true), "");
            });
  }

  /** Trains without a store; what came out is known by the hash of its weights. */
  private PhaseRun runUnstored(Phase phase, long phaseSeed, String obstacle) {
    context.listener().note("phase '" + phase.name() + "' is not stored: " + obstacle);
    ResultFiles files = train(phase, phaseSeed, Optional.empty(), c -> {});
    SortedMap<String, ByteBuffer> encoded = files.encode();
    List<ByteBuffer> weights = new ArrayList<>();
    files.networks().values().forEach(n -> weights.add(n.encode()));
    Fingerprint print = Fingerprint.ofBytes(weights.toArray(ByteBuffer[]::new));
    unstored.publish(Store.Kind.PHASE, print, label(phase, phaseSeed), encoded);
    return remember(
        phase, phaseSeed, print, ResultFiles.result(phase, print, encoded, false), obstacle);
  }

  private static String label(Phase phase, long phaseSeed) {
    List<String> who = new ArrayList<>();
    phase.learners().forEach(l -> who.add(l.start().line() + " = " + l.start().spec()));
    return phase.name() + ", seed " + phaseSeed + ": " + String.join(", ", who);
  }

  private PhaseRun remember(
      Phase phase, long phaseSeed, Fingerprint print, PhaseResult result, String notStored) {
    phases.put(print, phase);
    seeds.put(print, phaseSeed);
    return new PhaseRun(print, result, notStored);
  }

  @Override
  public void note(String message) {
    context.listener().note("seed " + seed + ": " + message);
  }

  /** All phases so far, in order. */
  public List<PhaseRun> runs() {
    return List.copyOf(runs.values());
  }

  /** The phase a network came out of, if this session ran it. */
  public Optional<Phase> origin(Knowledge knowledge) {
    return knowledge.source().map(t -> phases.get(t.phase()));
  }

  /** A copy of a network's parameters and buffers, by path. */
  public SortedMap<String, float[]> weights(Trained trained) {
    try (NDManager base = NDManager.newBaseManager(context.device())) {
      return open(trained, trained.spec(), base).weights();
    }
  }

  /** Opens a trained network, or the stages of it that another spec is made of, in a manager. */
  Network open(Trained trained, NetworkSpec as, NDManager manager) {
    Map<String, ByteBuffer> files = files(trained);
    Network network = Network.blank(as, manager);
    SortedMap<String, float[]> weights = ResultFiles.weights(files, trained);
    if (!as.equals(trained.spec())) {
      weights.keySet().retainAll(network.parameters().keySet());
    }
    network.load(weights);
    return network;
  }

  private Map<String, ByteBuffer> files(Trained trained) {
    return context
        .store()
        .find(Store.Kind.PHASE, trained.phase())
        .or(() -> unstored.find(Store.Kind.PHASE, trained.phase()))
        .orElseGet(() -> again(trained));
  }

  /** How networks and adapters are opened for a phase. */
  private Cast.OpeningIn opening() {
    return new Cast.OpeningIn() {
      @Override
      public Network network(Trained trained, NetworkSpec as, NDManager manager) {
        return open(trained, as, manager);
      }

      @Override
      public SortedMap<String, SortedMap<String, float[]>> adapters(Trained trained) {
        return ResultFiles.adapters(files(trained), trained);
      }
    };
  }

  /**
   * An entry that was there and no longer is (damaged, cleared): the same phase gives the same
   * bits.
   */
  private Map<String, ByteBuffer> again(Trained trained) {
    Phase phase = phases.get(trained.phase());
    if (phase == null) {
      throw new RunException(
          "The network "
              + trained
              + " came out of no phase of this trial, and the store does not have it."
              + " Networks travel from trial to trial only through the store.");
    }
    long phaseSeed = seeds.get(trained.phase());
    perform(phase, phaseSeed, key(phase, phaseSeed));
    return context
        .store()
        .find(Store.Kind.PHASE, trained.phase())
        .orElseThrow(
            () ->
                new RunException(
                    "The store lost the network "
                        + trained
                        + " twice, the second time just after it was trained anew; is it cleared or"
                        + " its disk failing? The same command, started again, goes on."));
  }

  @Override
  public Predictions predict(Knowledge who, Samples on) {
    Autograd.off();
    try (NDManager base = NDManager.newBaseManager(context.device())) {
      Knowledge.Live live = who.open((t, as) -> open(t, as, base));
      return Predictor.predict(live::forward, on, base);
    }
  }

  @Override
  public Samples perturbed(Knowledge victim, Samples on, Perturbation by) {
    Autograd.off();
    try (NDManager base = NDManager.newBaseManager(context.device())) {
      Knowledge.Live live = victim.open((t, as) -> open(t, as, base));
      return new Perturber(live, on, by).samples(base);
    }
  }

  /**
   * How gradients of a phase's objective differ from sample to sample where its learner begins;
   * nothing is trained.
   *
   * @param phase of one learner, without normalisation over a batch
   * @param samples how many of the feed's first, one at a time, inputs as they are
   * @return over all parameters that are trained
   */
  public GradientSpread gradientSpread(Phase phase, int samples) {
    Autograd.off();
    try (NDManager base = NDManager.newBaseManager(context.device());
        Cast cast = new Cast(phase, seed, base, opening())) {
      return new SampleGradients(phase, cast, base).spread(samples);
    }
  }

  /**
   * What knowledge costs to store and to run.
   *
   * @param who deployed, or about to be
   * @param on samples to time a forward on, one at a time
   * @return parameters, multiply-adds and the median time of a forward
   */
  public Inspection inspect(Knowledge who, Samples on) {
    Autograd.off();
    try (NDManager base = NDManager.newBaseManager(context.device())) {
      Knowledge.Live live = who.open((t, as) -> open(t, as, base));
      Samples.Rows rows = on.open(base);
      double[] millis = new double[LATENCY_RUNS];
      for (int i = -LATENCY_WARM_UP; i < LATENCY_RUNS; i++) {
        try (NDManager step = base.newSubManager()) {
          var input = rows.gather(step, new int[] {Math.floorMod(i, on.size())}).input();
          long before = System.nanoTime();
          live.forward(input).logits().toFloatArray();
          millis[Math.max(0, i)] = (System.nanoTime() - before) * 1e-6;
        }
      }
      Arrays.sort(millis);
      return new Inspection(live.complexity(), millis[LATENCY_RUNS / 2]);
    }
  }

  /**
   * What knowledge costs.
   *
   * @param complexity parameters and multiply-adds
   * @param latencyMillis median time of a forward of one sample
   */
  public record Inspection(Complexity complexity, double latencyMillis) {}
}
