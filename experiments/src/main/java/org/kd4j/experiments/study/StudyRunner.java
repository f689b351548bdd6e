package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.Arrays;
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
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.Workers;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.wiring.Distillation;

/**
 * Runs studies on worker threads, one trial each at a time; a worker for whom no trial is left
 * helps the others with phases that do not need each other. Results are the same with any number of
 * workers; a failed trial does not take the others with it.
 */
public final class StudyRunner implements Studies {
  private final Distillation distillation;
  private final Map<String, String> environment;

  /**
   * @param distillation what there is
   * @param environment variables; {@code KD_DATA} is read
   */
  public StudyRunner(Distillation distillation, Map<String, String> environment) {
    this.distillation = distillation;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public StudyPlan plan(StudySpec spec, RunSettings settings) {
    Prepared prepared = Prepared.of(distillation, spec, settings, environment);
    EngineReport engine = Engines.start(settings(settings));
    prepared.fitting();
    Optional<Store> store = settings.store().map(root -> new FileStore(root, note -> {}));
    return new Planner(prepared, spec, settings, engine.fingerprintWords(), store).plan();
  }

  @Override
  public List<Unfit> unfit(StudySpec spec, RunSettings settings) {
    Prepared prepared = Prepared.of(distillation, spec, settings, environment);
    Engines.start(settings(settings)); // whether sizes fit is a question of parameters
    return prepared.unfit();
  }

  private static EngineSettings settings(RunSettings settings) {
    return new EngineSettings(1, settings.nativeTuning(), settings.download(), settings.device());
  }

  @Override
  public StudyResult run(StudySpec spec, RunSettings settings, StudyListener listener) {
    long started = System.nanoTime();
    listener.stage("reading data: " + spec.data());
    Prepared prepared = Prepared.of(distillation, spec, settings, environment);
    listener.stage("starting PyTorch");
    EngineReport engine = Engines.start(settings(settings));
    prepared.fitting();
    Optional<Store> shared = settings.store().map(root -> new FileStore(root, listener::note));
    Optional<Gallery> gallery = Galleries.of(prepared.splits());
    Planner planner = new Planner(prepared, spec, settings, engine.fingerprintWords(), shared);
    listener.planned(spec.strategies().size() * spec.seeds().size(), planner.steps());
    planner.flags().forEach(listener::note);

    TrialQueue queue = new TrialQueue(prepared, spec);
    Workers workers = new Workers(settings.workers());
    TrialResult[] trials = new TrialResult[prepared.rows().size() * spec.seeds().size()];
    String[] failures = new String[trials.length];
    Consumer<TrialQueue.Trial> work =
        trial -> {
          Relay relay = new Relay(trial.row().choice(), trial.seed(), listener);
          RunContext context =
              new RunContext(
                  shared.orElseGet(MemoryStore::new),
                  engine.device(),
                  engine.fingerprintWords(),
                  spec.teacherSeed().map(OptionalLong::of).orElse(OptionalLong.empty()),
                  relay,
                  workers);
          try {
            TrialResult result =
                TrialRunner.run(
                    prepared,
                    trial.row(),
                    trial.seed(),
                    context,
                    gallery,
                    trial.seed() == spec.seeds().get(0),
                    spec.measure(),
                    relay::notes);
            trials[trial.place()] = result;
            listener.trialEnded(result);
          } catch (RuntimeException e) {
            failures[trial.place()] =
                trial.row().choice() + ", seed " + trial.seed() + ": " + reason(e);
            listener.trialFailed(trial.row().choice(), trial.seed());
          }
        };
    work(queue, workers, settings.workers(), work);
    return new StudyResult(
        spec,
        prepared.fingerprints(),
        Arrays.stream(trials).filter(Objects::nonNull).toList(),
        Arrays.stream(failures).filter(Objects::nonNull).toList(),
        gallery,
        (System.nanoTime() - started) * 1e-9);
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

  /** What is expected explains itself; anything else is a bug, of which the place is told. */
  private static String reason(RuntimeException cause) {
    if (cause instanceof RunException || cause instanceof UsageException) {
      return cause.getMessage();
    }
    StackTraceElement[] trace = cause.getStackTrace();
    return cause + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
