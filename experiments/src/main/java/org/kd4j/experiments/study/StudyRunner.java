package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.RunListener;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.wiring.Distillation;

/**
 * Runs studies on worker threads, one trial each at a time. Results are the same with any number of
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
    Prepared prepared = Prepared.of(distillation, spec, settings, environment).fitting();
    EngineReport engine = Engines.start(settings(settings));
    Optional<Store> store = settings.store().map(root -> new FileStore(root, note -> {}));
    return new Planner(prepared, spec, settings, engine.fingerprintWords(), store).plan();
  }

  @Override
  public List<Unfit> unfit(StudySpec spec, RunSettings settings) {
    return Prepared.of(distillation, spec, settings, environment).unfit();
  }

  private static EngineSettings settings(RunSettings settings) {
    return new EngineSettings(1, settings.nativeTuning(), settings.download(), settings.device());
  }

  @Override
  public StudyResult run(StudySpec spec, RunSettings settings, StudyListener listener) {
    long started = System.nanoTime();
    listener.stage("reading data: " + spec.data());
    Prepared prepared = Prepared.of(distillation, spec, settings, environment).fitting();
    listener.stage("starting PyTorch");
    EngineReport engine = Engines.start(settings(settings));
    Optional<Store> shared = settings.store().map(root -> new FileStore(root, listener::note));
    Optional<Gallery> gallery = Galleries.of(prepared.splits());
    listener.planned(
        spec.strategies().size() * spec.seeds().size(),
        new Planner(prepared, spec, settings, engine.fingerprintWords(), shared).steps());

    List<Slot> slots = slots(prepared, spec);
    ExecutorService workers = Executors.newFixedThreadPool(settings.workers());
    try {
      for (Slot slot : slots) {
        slot.future =
            workers.submit(
                () -> {
                  RunContext context =
                      new RunContext(
                          shared.orElseGet(MemoryStore::new),
                          engine.device(),
                          engine.fingerprintWords(),
                          spec.teacherSeed().map(OptionalLong::of).orElse(OptionalLong.empty()),
                          new Relay(slot, listener));
                  TrialResult result =
                      TrialRunner.run(prepared, slot.row, slot.seed, context, gallery);
                  listener.trialEnded(result);
                  return result;
                });
      }
      return gather(spec, prepared, slots, gallery, started);
    } finally {
      workers.shutdownNow();
    }
  }

  /** A trial to run, and where its result will be. */
  private static final class Slot {
    final Prepared.Row row;
    final long seed;
    final int place;
    @Nullable Future<TrialResult> future;

    Slot(Prepared.Row row, long seed, int place) {
      this.row = row;
      this.seed = seed;
      this.place = place;
    }
  }

  /**
   * Trials in the order they are begun: those of different seeds first, the baseline last, so that
   * workers do not wait for each other's teachers.
   */
  private static List<Slot> slots(Prepared prepared, StudySpec spec) {
    List<Slot> taught = new ArrayList<>();
    List<Slot> baseline = new ArrayList<>();
    int place = 0;
    for (Prepared.Row row : prepared.rows()) {
      boolean scratch = row.choice().strategy().equals("scratch");
      for (long seed : spec.seeds()) {
        (scratch ? baseline : taught).add(new Slot(row, seed, place++));
      }
    }
    taught.addAll(baseline);
    return taught;
  }

  private static StudyResult gather(
      StudySpec spec,
      Prepared prepared,
      List<Slot> slots,
      Optional<Gallery> gallery,
      long started) {
    TrialResult[] trials = new TrialResult[slots.size()];
    List<String> failures = new ArrayList<>();
    for (Slot slot : slots) {
      try {
        trials[slot.place] = slot.future.get();
      } catch (ExecutionException e) {
        failures.add(slot.row.choice() + ", seed " + slot.seed + ": " + reason(e.getCause()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunException(
            "Interrupted. What was trained is kept; the same command goes on from there.", e);
      }
    }
    List<TrialResult> done = new ArrayList<>();
    for (TrialResult trial : trials) {
      if (trial != null) {
        done.add(trial);
      }
    }
    return new StudyResult(
        spec,
        prepared.fingerprints(),
        done,
        failures,
        gallery,
        (System.nanoTime() - started) * 1e-9);
  }

  /** What is expected explains itself; anything else is a bug, of which the place is told. */
  private static String reason(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RunException || cause instanceof UsageException) {
      return cause.getMessage();
    }
    StackTraceElement[] trace = cause.getStackTrace();
    return cause + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** Tells a study's listener what a trial's session says. */
  private record Relay(Slot slot, StudyListener listener) implements RunListener {
    @Override
    public void started(Phase phase, long fromStep, long steps) {
      listener.phaseStarted(
          slot.row.choice(), slot.seed, phase.name(), false, phase.training().epochs());
    }

    @Override
    public void reused(Phase phase) {
      listener.phaseStarted(
          slot.row.choice(), slot.seed, phase.name(), true, phase.training().epochs());
    }

    @Override
    public void steps(Phase phase, long done) {
      listener.steps(slot.row.choice(), slot.seed, phase.name(), done);
    }

    @Override
    public void epoch(Phase phase, EpochMetrics metrics) {
      listener.epoch(slot.row.choice(), slot.seed, phase.name(), metrics);
    }

    @Override
    public void note(String message) {
      listener.note(message);
    }
  }
}
