package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.Workers;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.wiring.Distillation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs studies on worker threads, one trial each at a time; a worker for whom no trial is left
 * helps the others with phases that do not need each other. Results are the same with any number of
 * workers; a failed trial does not take the others with it.
 */
public final class StudyRunner implements Studies {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRunner.class);

  private final Distillation distillation;
  private final DataShelf shelf;

  /**
   * @param distillation what there is
   * @param environment variables; {@code KD_DATA} is read
   */
  public StudyRunner(Distillation distillation, Map<String, String> environment) {
    this.distillation = distillation;
    this.shelf = new DataShelf(distillation, environment);
  }

  @Override
  public StudyPlan plan(StudySpec spec, RunSettings settings, StudyListener listener) {
    Ready ready = ready(spec, settings, listener);
    Prepared prepared = ready.prepared;
    prepared.fitting();
    Optional<Store> store = settings.store().map(root -> new FileStore(root, listener::note));
    return new Planner(prepared, spec, settings, ready.engine.fingerprintWords(), store).plan();
  }

  @Override
  public List<Unfit> unfit(StudySpec spec, RunSettings settings, StudyListener listener) {
    return ready(spec, settings, listener).prepared.unfit();
  }

  /** The data, and the engine. */
  private record Ready(Prepared prepared, EngineReport engine) {}

  /** Reads data while the engine starts; says what is not at hand already. */
  private Ready ready(StudySpec spec, RunSettings settings, StudyListener listener) {
    boolean cold = Engines.running().isEmpty();
    if (!shelf.holds(spec.data(), settings)) {
      listener.stage("reading data: " + spec.data());
    }
    try (Engines.Starting engine = Engines.begin(settings(settings))) {
      if (settings.download()) {
        engine.await(); // DJL fetches with its engine, which must have been tuned by then
      }
      Prepared prepared = Prepared.of(distillation, spec, settings, shelf);
      if (cold) {
        listener.stage("starting PyTorch");
      }
      return new Ready(prepared, engine.await());
    }
  }

  private static EngineSettings settings(RunSettings settings) {
    return new EngineSettings(1, settings.nativeTuning(), settings.download(), settings.device());
  }

  @Override
  public StudyResult run(StudySpec spec, RunSettings settings, StudyListener listener) {
    long started = System.nanoTime();
    Ready ready = ready(spec, settings, listener);
    Prepared prepared = ready.prepared;
    EngineReport engine = ready.engine;
    prepared.fitting();
    listener.data(prepared.fingerprints());
    Optional<Store> store = settings.store().map(root -> new FileStore(root, listener::note));
    Optional<Gallery> gallery = Galleries.of(prepared.splits());
    Planner planner = new Planner(prepared, spec, settings, engine.fingerprintWords(), store);
    StudyPlan plan = planner.plan();
    listener.expected(plan.estimatedSeconds());
    listener.planned(plan.trials().size(), plan.steps());
    planner.flags().forEach(listener::note);

    TestPredictions said = new TestPredictions(prepared.splits().test());
    TrialResult[] trials = new TrialResult[prepared.rows().size() * spec.seeds().size()];
    String[] failures = new String[trials.length];
    each(
        prepared,
        spec,
        settings,
        engine,
        stores(store, planner),
        listener,
        (trial, context, relay) -> {
          try {
            TrialResult result =
                TrialRunner.run(
                    prepared,
                    trial.row(),
                    trial.seed(),
                    context,
                    said,
                    gallery,
                    trial.seed() == spec.seeds().get(0),
                    spec.measure(),
                    relay::notes);
            trials[trial.place()] = result;
            listener.trialEnded(result);
          } catch (Exception | LinkageError | AssertionError e) {
            String why = failed(trial, e, listener);
            failures[trial.place()] = StudyResult.failure(trial.row().choice(), trial.seed(), why);
          }
        });
    return new StudyResult(
        spec,
        prepared.fingerprints(),
        Arrays.stream(trials).filter(Objects::nonNull).toList(),
        Arrays.stream(failures).filter(Objects::nonNull).toList(),
        gallery,
        (System.nanoTime() - started) * 1e-9);
  }

  @Override
  public Map<StrategyChoice, Double> validate(
      StudySpec spec, RunSettings settings, StudyListener listener) {
    Ready ready = ready(spec, settings, listener);
    Prepared prepared = ready.prepared;
    EngineReport engine = ready.engine;
    UsageException.require(
        prepared.task().validation().isPresent(),
        "a search chooses by validation accuracy, and there are no validation samples; "
            + "give data.validation 1 or more");
    prepared.fitting();
    Optional<Store> store = settings.store().map(root -> new FileStore(root, listener::note));
    Planner planner = new Planner(prepared, spec, settings, engine.fingerprintWords(), store);
    StudyPlan plan = planner.plan();
    listener.planned(plan.trials().size(), plan.steps());
    double[] accuracies = new double[plan.trials().size()];
    each(
        prepared,
        spec,
        settings,
        engine,
        stores(store, planner),
        listener,
        (trial, context, relay) -> {
          StrategyChoice choice = trial.row().choice();
          try {
            accuracies[trial.place()] =
                TrialRunner.validate(prepared, trial.row(), trial.seed(), context);
            listener.candidateEnded(choice, trial.seed(), accuracies[trial.place()]);
          } catch (Exception | LinkageError | AssertionError e) {
            accuracies[trial.place()] = Double.NaN;
            failed(trial, e, listener);
          }
        });
    Map<StrategyChoice, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < accuracies.length; i++) {
      StrategyChoice choice = plan.trials().get(i).choice();
      means.merge(choice, accuracies[i] / spec.seeds().size(), Double::sum);
    }
    return means;
  }

  /** The store of each trial, by its place: the user's, or what is kept while the study runs. */
  private static IntFunction<Store> stores(Optional<Store> store, Planner planner) {
    if (store.isPresent()) {
      return place -> store.get();
    }
    StudyMemory memory = new StudyMemory(planner.keysOfTrials());
    return memory::take;
  }

  /** What is done with a trial; it fails by no exception. */
  @FunctionalInterface
  private interface Work {
    void on(TrialQueue.Trial trial, RunContext context, Relay relay);
  }

  private static void each(
      Prepared prepared,
      StudySpec spec,
      RunSettings settings,
      EngineReport engine,
      IntFunction<Store> stores,
      StudyListener listener,
      Work work) {
    TrialQueue queue = new TrialQueue(prepared, spec);
    Workers workers = new Workers(settings.workers());
    Consumer<TrialQueue.Trial> one =
        trial -> {
          Relay relay = new Relay(trial.row().choice(), trial.seed(), listener);
          RunContext context =
              new RunContext(
                  stores.apply(trial.place()),
                  engine.device(),
                  engine.fingerprintWords(),
                  spec.teacherSeed().map(OptionalLong::of).orElse(OptionalLong.empty()),
                  relay,
                  workers);
          work.on(trial, context, relay);
        };
    work(queue, workers, settings.workers(), one);
  }

  /** Runs all trials of a queue on some threads, and waits for them. */
  private static void work(
      TrialQueue queue, Workers workers, int threads, Consumer<TrialQueue.Trial> work) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Runnable untilNoneIsLeft =
        () -> {
          while (!Thread.currentThread().isInterrupted()) {
            Optional<TrialQueue.Trial> next = queue.take();
            if (next.isEmpty()) {
              return;
            }
            work.accept(next.get());
            queue.ended(next.get());
          }
        };
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(() -> workers.work(untilNoneIsLeft)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException(
          "Interrupted. What was trained is kept; the same command goes on from there.", e);
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * Tells of a trial that failed; where, the log has.
   *
   * @return why, in a line
   */
  private static String failed(TrialQueue.Trial trial, Throwable cause, StudyListener listener) {
    StrategyChoice choice = trial.row().choice();
    LOG.info("{}, seed {}: failed", choice, trial.seed(), cause);
    String why = reason(cause);
    listener.trialFailed(choice, trial.seed(), why);
    return why;
  }

  /** What is expected explains itself; anything else is a bug, of which the place is told. */
  static String reason(Throwable cause) {
    if (cause instanceof RunException || cause instanceof UsageException) {
      return String.valueOf(cause.getMessage());
    }
    return Arrays.stream(cause.getStackTrace())
        .filter(frame -> !frame.getClassName().startsWith("java."))
        .findFirst()
        .map(frame -> cause + " at " + frame)
        .orElse(cause.toString());
  }
}
