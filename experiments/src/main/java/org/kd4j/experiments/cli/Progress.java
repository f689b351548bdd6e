package org.kd4j.experiments.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.TrialResult;

/**
 * How far a study is: one live line where a person watches a terminal, plain lines elsewhere, one
 * for each phase and none too late, so that nobody wonders whether it hangs. One line for all
 * workers and all phases that they train: bars that several threads move fight for the same rows of
 * the screen.
 */
final class Progress implements StudyListener, AutoCloseable {
  private static final long SILENCE = TimeUnit.MILLISECONDS.toNanos(1900);
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(15);
  private static final String ERASE = "\r\u001b[2K";

  private record Trial(StrategyChoice choice, long seed) {
    @Override
    public String toString() {
      return choice + ", seed " + seed;
    }
  }

  private static final class Running {
    final int epochs;
    final long since;
    int epochsDone;
    String measured = "";
    boolean over;

    Running(int epochs, long since) {
      this.epochs = epochs;
      this.since = since;
    }
  }

  private final Console console;
  private final boolean quiet;
  private final LongSupplier clock;
  private final ScheduledExecutorService ticker;

  /** By phase what each trial trains; with nothing to train, what it trained last. */
  private final Map<Trial, Map<String, Running>> running = new LinkedHashMap<>();

  private final Map<String, Long> stepsOf = new HashMap<>();
  private final Deque<long[]> window = new ArrayDeque<>();
  private String stage = "";
  private long stageSince;
  private long lastSaid;
  private int trials;
  private int ended;
  private long expected;
  private long done;
  private boolean drawn;
  private boolean closed;

  Progress(Console console, boolean quiet) {
    this(console, quiet, System::nanoTime, true);
  }

  /** With a clock of its own, and ticks by hand, for tests. */
  Progress(Console console, boolean quiet, LongSupplier clock, boolean ticking) {
    this.console = console;
    this.quiet = quiet;
    this.clock = clock;
    this.lastSaid = clock.getAsLong();
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    if (ticking && !quiet) {
      ticker.scheduleAtFixedRate(
          this::tick, 100, console.live() ? 100 : 250, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public synchronized void stage(String what) {
    stage =
        what.startsWith("starting PyTorch") ? what + " (unpacks some 430 MB on first use)" : what;
    stageSince = clock.getAsLong();
    if (!console.live()) {
      say(stage);
    }
  }

  @Override
  public synchronized void planned(int trialCount, long expectedSteps) {
    stage = "";
    ended = 0; // a search plans several times
    done = 0;
    stepsOf.clear();
    window.clear();
    trials = trialCount;
    expected = expectedSteps;
    window.add(new long[] {clock.getAsLong(), 0});
    if (!console.live()) {
      say(
          Words.several(trialCount, "trial")
              + ", "
              + Words.several(expectedSteps, "step")
              + " to train");
    }
  }

  @Override
  public synchronized void phaseStarted(
      StrategyChoice choice, long seed, String phase, boolean reused, int epochs) {
    Trial trial = new Trial(choice, seed);
    Map<String, Running> phases = running.computeIfAbsent(trial, t -> new LinkedHashMap<>());
    phases.values().removeIf(p -> p.over);
    Running now = new Running(epochs, clock.getAsLong());
    now.over = reused;
    phases.put(phase, now);
    if (reused && !console.live()) {
      say(trial + ": " + phase + " was trained before");
    }
  }

  @Override
  public synchronized void steps(StrategyChoice choice, long seed, String phase, long steps) {
    Long before = stepsOf.put(choice + "\n" + seed + "\n" + phase, steps);
    done += Math.max(0, steps - (before == null ? 0 : before));
    long now = clock.getAsLong();
    window.add(new long[] {now, done});
    while (window.size() > 2 && now - window.peekFirst()[0] > WINDOW) {
      window.removeFirst();
    }
  }

  @Override
  public synchronized void epoch(
      StrategyChoice choice, long seed, String phase, EpochMetrics metrics) {
    Running now = running.getOrDefault(new Trial(choice, seed), Map.of()).get(phase);
    if (now != null) {
      now.epochsDone = metrics.epoch() + 1;
      now.measured = measured(metrics);
    }
  }

  @Override
  public synchronized void phaseEnded(StrategyChoice choice, long seed, String phase) {
    Trial trial = new Trial(choice, seed);
    Running ended = running.getOrDefault(trial, Map.of()).get(phase);
    if (ended == null) {
      return; // it never began
    }
    ended.over = true;
    if (!console.live()) {
      double seconds = (clock.getAsLong() - ended.since) * 1e-9;
      String measured = ended.measured.isEmpty() ? "" : ", " + ended.measured;
      String epochs = Words.several(ended.epochsDone, "epoch");
      say(trial + ": " + phase + ", " + epochs + " in " + Words.duration(seconds) + measured);
    }
  }

  @Override
  public synchronized void trialEnded(TrialResult result) {
    trialEnded(new Trial(result.choice(), result.seed()), "done");
  }

  @Override
  public synchronized void candidateEnded(StrategyChoice choice, long seed, double accuracy) {
    trialEnded(
        new Trial(choice, seed), String.format(Locale.ROOT, "validation %.1f %%", 100 * accuracy));
  }

  @Override
  public synchronized void trialFailed(StrategyChoice choice, long seed, String reason) {
    Trial trial = new Trial(choice, seed);
    ended(trial);
    say(trial + ": failed" + (console.live() ? "" : ", " + count()) + ": " + reason);
  }

  private void trialEnded(Trial trial, String how) {
    ended(trial);
    if (!console.live()) {
      say(trial + ": " + how + ", " + count());
    }
  }

  private void ended(Trial trial) {
    running.remove(trial);
    ended++;
  }

  private String count() {
    return ended + " of " + Words.several(trials, "trial");
  }

  @Override
  public synchronized void note(String message) {
    say("note: " + message);
  }

  private static String measured(EpochMetrics metrics) {
    Optional<Double> accuracy = ending(metrics, "/" + EpochMetrics.VALIDATION_ACCURACY);
    if (accuracy.isPresent()) {
      return String.format(Locale.ROOT, "validation %.1f %%", 100 * accuracy.get());
    }
    Optional<Double> objective = ending(metrics, "/" + EpochMetrics.VALIDATION_LOSS);
    if (objective.isPresent()) {
      return String.format(Locale.ROOT, "validation loss %.4g", objective.get());
    }
    return ending(metrics, "/" + EpochMetrics.LOSS)
        .map(loss -> String.format(Locale.ROOT, "loss %.4g", loss))
        .orElse("");
  }

  /** Of the first role that has it. */
  private static Optional<Double> ending(EpochMetrics metrics, String ending) {
    return metrics.values().entrySet().stream()
        .filter(e -> e.getKey().endsWith(ending) && Double.isFinite(e.getValue()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Looks whether something is to be drawn or said. */
  synchronized void tick() {
    if (closed || quiet || stage.isEmpty() && trials == 0) {
      return;
    }
    if (console.live()) {
      console.err().print(ERASE + Words.cut(line(), console.width() - 1));
      console.err().flush();
      drawn = true;
    } else if (clock.getAsLong() - lastSaid >= SILENCE) {
      say(line());
    }
  }

  /** How far it is, in a line. */
  private String line() {
    long now = clock.getAsLong();
    if (!stage.isEmpty()) {
      return stage + ", " + Words.duration((now - stageSince) * 1e-9);
    }
    StringBuilder line = new StringBuilder();
    if (expected > 0) {
      double share = Math.min(1, done / (double) expected);
      if (console.live()) {
        int full = (int) Math.floor(share * 12);
        line.append("━".repeat(full)).append("╌".repeat(12 - full)).append(' ');
      }
      line.append(String.format(Locale.ROOT, "%.0f %%, ", Math.floor(100 * share)));
    }
    line.append(count());
    double rate = rate(now);
    if (rate > 0) {
      line.append(String.format(Locale.ROOT, ", %s steps/s", Words.count(Math.round(rate))));
      if (expected > done) {
        line.append(", ").append(Words.duration((expected - done) / rate)).append(" left");
      }
    }
    running.forEach((trial, phases) -> line.append("; ").append(trial).append(line(phases)));
    return line.toString();
  }

  /** What a trial trains; with nothing to train, the name of what it trained last. */
  private static String line(Map<String, Running> phases) {
    List<String> words = new ArrayList<>();
    phases.forEach(
        (name, phase) -> {
          if (!phase.over) {
            String measured = phase.measured.isEmpty() ? "" : " " + phase.measured;
            words.add(name + " " + phase.epochsDone + "/" + phase.epochs + measured);
          }
        });
    if (words.isEmpty()) {
      words.addAll(phases.keySet());
      words.subList(0, Math.max(0, words.size() - 1)).clear();
    }
    return words.isEmpty() ? "" : ": " + String.join(", ", words);
  }

  private double rate(long now) {
    long[] first = window.peekFirst();
    return first == null || now <= first[0] ? 0 : (done - first[1]) / ((now - first[0]) * 1e-9);
  }

  private void say(String line) {
    lastSaid = clock.getAsLong();
    if (quiet || closed) {
      return;
    }
    if (drawn) {
      console.err().print(ERASE);
      drawn = false;
    }
    console.say(line);
  }

  /** Ends it, and leaves the terminal clean. */
  @Override
  public synchronized void close() {
    ticker.shutdownNow();
    if (drawn) {
      console.err().print(ERASE);
      console.err().flush();
      drawn = false;
    }
    closed = true;
  }
}
