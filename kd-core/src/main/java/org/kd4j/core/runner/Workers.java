package org.kd4j.core.runner;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;

/**
 * The threads of a study. Each runs trials while there are any, and then helps: it takes phases
 * that a trial runs by {@link Session#runAll} and has not begun. A trial that asks for several
 * phases begins with them itself and never waits for a helper to come.
 *
 * <p>Nobody here waits for anything but phases that are being trained, so there is nothing to
 * deadlock: a helper takes what can be begun, and a trial waits only when all its phases are taken.
 */
public final class Workers {
  private final List<Batch> batches = new ArrayList<>();

  /** Keys of the jobs that somebody works on, each as often as somebody does. */
  private final List<Object> underWay = new ArrayList<>();

  private int atTrials;

  /**
   * Workers who all have trials to run, at first.
   *
   * @param count how many; each is to call {@link #work} once. One alone, who need not, works
   *     through everything by itself.
   */
  public Workers(int count) {
    UsageException.require(count >= 1, "workers must be at least 1, was %d", count);
    this.atTrials = count;
  }

  /**
   * The life of one worker, in the thread that calls: its trials, and then the phases of others'
   * trials, until no trial is left.
   *
   * @param trials runs trials until there are none to begin
   */
  public void work(Runnable trials) {
    try {
      trials.run();
    } finally {
      leaveTrials();
    }
    help();
  }

  private synchronized void leaveTrials() {
    atTrials--;
    notifyAll();
  }

  /**
   * Something to do.
   *
   * @param key equal for what is the same work: while somebody does it, others do other things
   *     first rather than wait
   * @param work to do
   */
  record Job(Object key, Runnable work) {}

  private static final class Batch {
    final List<Job> jobs;
    final BitSet waiting = new BitSet();
    final TreeMap<Integer, Throwable> failures = new TreeMap<>();
    int running;

    Batch(List<Job> jobs) {
      this.jobs = List.copyOf(jobs);
      waiting.set(0, jobs.size());
    }
  }

  /** A job that was taken: nobody else takes it. */
  private record Taken(Batch batch, int place) {
    Job job() {
      return batch.jobs.get(place);
    }
  }

  /**
   * Does jobs that do not need each other, in this thread and in those of idle workers, and waits
   * for all of them. After a failure those later in the list are not begun; of several failures the
   * first in the list is thrown.
   *
   * @throws RunException if the thread is interrupted while it waits for helpers
   */
  void all(List<Job> jobs) {
    Batch batch = new Batch(jobs);
    open(batch);
    try {
      for (Taken own = take(batch); own != null; own = take(batch)) {
        perform(own);
      }
      awaitHelpers(batch);
    } finally {
      close(batch);
    }
    Map.Entry<Integer, Throwable> first = batch.failures.firstEntry();
    if (first != null) {
      if (first.getValue() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) first.getValue();
    }
  }

  private synchronized void open(Batch batch) {
    batches.add(batch);
    notifyAll();
  }

  private synchronized void close(Batch batch) {
    batch.waiting.clear();
    batches.remove(batch);
  }

  private synchronized void awaitHelpers(Batch batch) {
    try {
      while (batch.running > 0) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException(
          "Interrupted while others trained phases of this trial. What is finished is kept.", e);
    }
  }

  /** Works for whoever has something to do, until no trial is left that could have. */
  private void help() {
    for (Taken next = takeAny(); next != null; next = takeAny()) {
      perform(next);
    }
  }

  private synchronized @Nullable Taken takeAny() {
    try {
      while (atTrials > 0) {
        for (Batch batch : batches) {
          Taken taken = take(batch);
          if (taken != null) {
            return taken;
          }
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private synchronized @Nullable Taken take(Batch batch) {
    int place = batch.waiting.nextSetBit(0);
    for (int i = place; i >= 0; i = batch.waiting.nextSetBit(i + 1)) {
      if (!underWay.contains(batch.jobs.get(i).key())) {
        place = i;
        break;
      }
    }
    if (place < 0) {
      return null;
    }
    batch.waiting.clear(place);
    batch.running++;
    underWay.add(batch.jobs.get(place).key());
    return new Taken(batch, place);
  }

  private void perform(Taken taken) {
    Throwable failure = null;
    try {
      taken.job().work().run();
    } catch (RuntimeException | Error e) {
      failure = e; // it is the trial's, whoever met it
    }
    ended(taken, failure);
  }

  private synchronized void ended(Taken taken, @Nullable Throwable failure) {
    Batch batch = taken.batch();
    batch.running--;
    underWay.remove(taken.job().key());
    if (failure != null) {
      batch.failures.put(taken.place(), failure);
      batch.waiting.clear(taken.place(), batch.jobs.size());
    }
    notifyAll();
  }
}
