package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/**
 * Phases that do not need each other, on idle workers. Times are guards: nothing waits for them.
 */
@Timeout(60)
class WorkersTests {
  private static final long GUARD_SECONDS = 30;
  private static final Task TASK = TinyTask.task(2);

  private static Phase phase(String name) {
    return TASK.phase(name, Start.fresh(TASK.student(), name), Objective.hard(1));
  }

  private static List<Phase> phases(String... names) {
    return Arrays.stream(names).map(WorkersTests::phase).toList();
  }

  private static Session session(Store store, RunListener listener, Workers workers) {
    RunContext plain = TinyTask.context(store);
    return new Session(
        TASK,
        1,
        new RunContext(
            plain.store(),
            plain.device(),
            plain.environment(),
            OptionalLong.empty(),
            listener,
            workers));
  }

  /** Runs some trials on some workers, who are all there before the first trial begins. */
  @SafeVarargs
  private static void study(int count, Consumer<Workers>... trials) {
    Workers workers = new Workers(count);
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Consumer<Workers> trial = i < trials.length ? trials[i] : idle -> {};
        all.add(pool.submit(() -> workers.work(() -> trial.accept(workers))));
      }
      for (Future<?> one : all) {
        one.get(GUARD_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(GUARD_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("nobody else trains meanwhile", e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(GUARD_SECONDS, TimeUnit.SECONDS)).as("others went on").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Calls a function when a phase begins, and knows which began and in which threads. */
  private static class Watcher implements RunListener {
    final ConcurrentLinkedQueue<String> started = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> ended = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> reused = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    final Map<String, Long> from = new ConcurrentHashMap<>();
    private final Consumer<String> onStart;

    Watcher(Consumer<String> onStart) {
      this.onStart = onStart;
    }

    Watcher() {
      this(phase -> {});
    }

    @Override
    public void started(Phase phase, long fromStep, long steps) {
      started.add(phase.name());
      threads.add(Thread.currentThread());
      from.put(phase.name(), fromStep);
      onStart.accept(phase.name());
    }

    @Override
    public void ended(Phase phase) {
      ended.add(phase.name());
    }

    @Override
    public void reused(Phase phase) {
      reused.add(phase.name());
    }

    @Override
    public void note(String message) {
      notes.add(message);
    }
  }

  /** Everything that can be seen of a session's phases, the weights bit by bit. */
  private static List<String> seen(Session session) {
    List<String> seen = new ArrayList<>();
    for (Session.PhaseRun run : session.runs()) {
      StringBuilder line = new StringBuilder(run.result().phase().name());
      line.append(run.fingerprint()).append(run.result().history());
      session
          .weights(run.result().network(Role.STUDENT))
          .forEach((path, values) -> line.append(path).append(Arrays.toString(values)));
      seen.add(line.toString());
    }
    return seen;
  }

  /** Trains four networks that have nothing to do with each other, then one from the third. */
  private static final DistillationStrategy FOUR =
      session -> {
        List<PhaseResult> all = session.runAll(phases("a", "b", "c", "d"));
        Start third = Start.resume(all.get(2).network(Role.STUDENT));
        Phase last = session.task().phase("last", third, Objective.hard(0.5f));
        return DistillationResult.of(session.run(last).network(Role.STUDENT));
      };

  @Test
  void twoWorkersAndThreeGiveTheBitsAndTheOrderOfOne() {
    List<List<String>> seen = new ArrayList<>();
    for (int workers : new int[] {1, 2, 3}) {
      study(
          workers,
          trial -> {
            Session session = session(new MemoryStore(), RunListener.NONE, trial);
            FOUR.distill(session);
            seen.add(seen(session));
          });
    }
    assertThat(seen.get(0)).hasSize(5);
    assertThat(IntStream.range(0, 5).mapToObj(i -> seen.get(0).get(i).substring(0, 1)).toList())
        .containsExactly("a", "b", "c", "d", "l");
    assertThat(seen.get(1)).isEqualTo(seen.get(0));
    assertThat(seen.get(2)).isEqualTo(seen.get(0));
  }

  @Test
  void anIdleWorkerTrainsWhileTheTrialDoes() {
    CyclicBarrier pair = new CyclicBarrier(2);
    Watcher watcher = new Watcher(phase -> meet(pair));
    study(2, w -> session(new MemoryStore(), watcher, w).runAll(phases("a", "b", "c", "d")));
    assertThat(watcher.threads).hasSize(2);
    assertThat(watcher.ended).containsExactlyInAnyOrder("a", "b", "c", "d");
  }

  @Test
  void aWorkerWhoseTrialEndsLaterHelpsFromThenOn() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch helped = new CountDownLatch(1);
    Watcher watcher =
        new Watcher(
            phase -> {
              begun.countDown();
              if (phase.equals("a")) {
                await(helped);
              } else {
                helped.countDown();
              }
            });
    study(
        2,
        w -> session(new MemoryStore(), watcher, w).runAll(phases("a", "b", "c")),
        w -> await(begun));
    assertThat(watcher.threads).hasSize(2);
    assertThat(watcher.started.peek()).isEqualTo("a");
  }

  @Test
  void aTrialOfItsOwnTrainsOneAfterTheOtherInItsThread() {
    Watcher watcher = new Watcher();
    Session session = session(new MemoryStore(), watcher, new Workers(1));
    List<PhaseResult> results = session.runAll(phases("a", "b", "c"));
    assertThat(watcher.threads).containsExactly(Thread.currentThread());
    assertThat(watcher.started).containsExactly("a", "b", "c");
    assertThat(results).extracting(r -> r.phase().name()).containsExactly("a", "b", "c");
    assertThat(session.runAll(List.of())).isEmpty();
  }

  @Test
  void aPhaseThatIsThereTwiceIsTrainedOnce() {
    Watcher watcher = new Watcher();
    study(
        2,
        w -> {
          Session session = session(new MemoryStore(), watcher, w);
          Phase again = TASK.phase("again", phase("a").learners().get(0).start(), hard());
          List<PhaseResult> results = session.runAll(List.of(phase("a"), phase("b"), again));
          assertThat(results).extracting(r -> r.phase().name()).containsExactly("a", "b", "again");
          assertThat(results).extracting(PhaseResult::reused).containsExactly(false, false, true);
          assertThat(results.get(2).last()).isEqualTo(results.get(0).last());
          assertThat(session.runs()).hasSize(2);
        });
    assertThat(watcher.started).containsExactlyInAnyOrder("a", "b");
    assertThat(watcher.reused).containsExactly("again");
  }

  private static Objective hard() {
    return Objective.hard(1);
  }

  @Test
  void aPhaseThatCannotBeStoredIsTrainedOnceToo() {
    LossTerm lambda = view -> view.own().logits().mean();
    Phase phase = TASK.phase("odd", TASK.freshStudent(), Objective.of("odd", 1, lambda));
    Watcher watcher = new Watcher();
    Session session = session(new MemoryStore(), watcher, new Workers(1));
    List<PhaseResult> results = session.runAll(List.of(phase, phase));
    assertThat(results.get(1)).isSameAs(results.get(0));
    assertThat(watcher.started).containsExactly("odd");
    assertThat(watcher.notes).hasSize(1);
    DryRun dry = new DryRun(TASK, 1, OptionalLong.empty(), List.of("test"));
    dry.runAll(List.of(phase, phase, phase("a"), phase("a")));
    assertThat(dry.planned()).extracting(p -> p.phase().name()).containsExactly("odd", "a");
  }

  @Test
  void theFirstFailureInTheListIsThrownWhicheverCameFirst() {
    CountDownLatch later = new CountDownLatch(1);
    Watcher watcher =
        new Watcher(
            phase -> {
              if (phase.equals("broken-1")) {
                await(later);
                throw new IllegalStateException(phase);
              } else if (phase.equals("broken-3")) {
                later.countDown();
                throw new IllegalStateException(phase);
              }
            });
    study(
        2,
        w -> {
          Session session = session(new MemoryStore(), watcher, w);
          assertThatThrownBy(
                  () -> session.runAll(phases("a", "broken-1", "c", "broken-3", "e", "f")))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("broken-1");
          // As if one after the other: of what comes after it, nothing is known to the trial.
          assertThat(session.runs())
              .extracting(r -> r.result().phase().name())
              .containsExactly("a");
          assertThat(session.run(phase("c")).reused()).isTrue();
        });
    assertThat(watcher.started)
        .containsExactlyInAnyOrder("a", "broken-1", "c", "broken-3")
        .doesNotContain("e", "f");
    assertThat(watcher.ended).containsExactlyInAnyOrder("a", "broken-1", "c", "broken-3");
  }

  @Test
  void errorsOfHelpersReachTheTrialAndHelpersGoOn() {
    CyclicBarrier pair = new CyclicBarrier(2);
    Thread[] trial = new Thread[1];
    Watcher watcher =
        new Watcher(
            phase -> {
              meet(pair);
              if (Thread.currentThread() != trial[0]) {
                throw new StackOverflowError("in " + phase);
              }
            });
    study(
        2,
        w -> {
          trial[0] = Thread.currentThread();
          for (List<Phase> both : List.of(phases("a", "b"), phases("c", "d"))) {
            assertThatThrownBy(() -> session(new MemoryStore(), watcher, w).runAll(both))
                .isInstanceOf(StackOverflowError.class);
          }
        });
    assertThat(watcher.threads).hasSize(2);
  }

  @Test
  void trialsThatNeedTheSamePhasesInOppositeOrderShareThem() {
    MemoryStore store = new MemoryStore();
    Watcher watcher = new Watcher();
    for (int round = 0; round < 5; round++) {
      String[] names = new String[4];
      Arrays.setAll(names, i -> "p" + i);
      int seedOfRound = round;
      List<Phase> forth =
          Arrays.stream(names).map(n -> phase(n + "-of-round-" + seedOfRound)).toList();
      List<Phase> back = new ArrayList<>(forth);
      Collections.reverse(back);
      study(
          3,
          w -> session(store, watcher, w).runAll(forth),
          w -> session(store, watcher, w).runAll(back));
    }
    assertThat(watcher.started).hasSize(20);
    assertThat(new HashSet<>(watcher.started)).hasSize(20);
  }

  @Test
  void whatAnotherTrialTrainsIsLeftForLast() {
    CyclicBarrier pair = new CyclicBarrier(2);
    MemoryStore store = new MemoryStore();
    Watcher watcher = new Watcher(phase -> meet(pair));
    Consumer<Workers> trial = w -> session(store, watcher, w).runAll(phases("a", "b"));
    study(2, trial, trial);
    assertThat(watcher.started).containsExactlyInAnyOrder("a", "b");
    assertThat(watcher.reused).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anInterruptedTrialStopsAtACheckpointAndGoesOnFromThere() {
    MemoryStore store = new MemoryStore();
    Watcher watcher =
        new Watcher() {
          @Override
          public void epoch(Phase phase, EpochMetrics metrics) {
            if (metrics.epoch() == 0 && from.get(phase.name()) == 0) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Session session = session(store, watcher, new Workers(1));
    Throwable thrown = catchThrowable(() -> session.runAll(phases("a", "b")));
    assertThat(Thread.interrupted()).isTrue(); // and cleared, for what follows
    assertThat(thrown).isInstanceOf(RunException.class).hasMessageContaining("phase 'a'");
    assertThat(watcher.started).containsExactly("a");
    session.run(phase("a"));
    assertThat(watcher.from.get("a")).isEqualTo(6);
    Session whole = session(new MemoryStore(), RunListener.NONE, new Workers(1));
    whole.run(phase("a"));
    assertThat(seen(session)).isEqualTo(seen(whole));
  }

  @Test
  void aTrialInterruptedWhileItsHelpersTrainDoesNotWaitForThem() {
    CyclicBarrier pair = new CyclicBarrier(2);
    CountDownLatch released = new CountDownLatch(1);
    Thread[] trial = new Thread[1];
    Watcher watcher =
        new Watcher(
            phase -> {
              meet(pair);
              if (Thread.currentThread() != trial[0]) {
                trial[0].interrupt(); // at the latest when it has nothing to do but wait
                await(released);
              } else {
                throw new IllegalStateException("it would wait, if it were not told");
              }
            });
    study(
        2,
        w -> {
          trial[0] = Thread.currentThread();
          Session session = session(new MemoryStore(), watcher, w);
          assertThatThrownBy(() -> session.runAll(phases("a", "b")))
              .isInstanceOf(RunException.class)
              .hasMessageContaining("Interrupted");
          assertThat(Thread.interrupted()).isTrue();
          released.countDown();
        });
  }

  @Test
  void aWorkerThatDiesKeepsNobodyWaiting() {
    assertThatThrownBy(
            () ->
                study(
                    2,
                    w -> {
                      throw new StackOverflowError("a bug");
                    }))
        .isInstanceOf(StackOverflowError.class);
    assertThatThrownBy(() -> new Workers(0))
        .isInstanceOf(UsageException.class)
        .hasMessage("workers must be at least 1, was 0");
  }

  @Test
  void jobsAreDoneOnceEachHoweverManyHelp() {
    Map<Integer, Integer> done = new HashMap<>();
    study(
        4,
        w -> {
          List<Workers.Job> jobs = new ArrayList<>();
          for (int i = 0; i < 500; i++) {
            int job = i;
            Runnable once =
                () -> {
                  synchronized (done) {
                    done.merge(job, 1, Integer::sum);
                  }
                };
            jobs.add(new Workers.Job(i, once));
          }
          w.all(jobs);
          synchronized (done) {
            assertThat(done).hasSize(500).allSatisfy((job, times) -> assertThat(times).isOne());
          }
        });
  }
}
