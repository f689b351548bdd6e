package org.kd4j.core.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;

/**
 * Leases between the threads of a process: one at a time per name, first come, first served. Names
 * nobody wants are forgotten.
 */
final class Turns {
  private final ConcurrentMap<String, Queue> queues = new ConcurrentHashMap<>();

  /** The threads that have or want a name. */
  private static final class Queue {
    final Semaphore turn = new Semaphore(1, true);
    int members;
  }

  /** Waits for a turn, to be closed by whichever thread. */
  Store.Lease await(String name, String described) {
    Queue queue = join(name);
    try {
      queue.turn.acquire();
    } catch (InterruptedException e) {
      leave(name);
      throw interrupted(described, e);
    }
    return once(() -> release(name, queue));
  }

  /** Whether some thread has a name or waits for it. */
  boolean inUse(String name) {
    return queues.containsKey(name);
  }

  private Queue join(String name) {
    return queues.compute(
        name,
        (n, known) -> {
          Queue queue = known == null ? new Queue() : known;
          queue.members++;
          return queue;
        });
  }

  private void leave(String name) {
    queues.computeIfPresent(name, (n, queue) -> --queue.members == 0 ? null : queue);
  }

  private void release(String name, Queue queue) {
    queue.turn.release();
    leave(name);
  }

  /** An entry, for people. */
  static String described(Store.Kind kind, Fingerprint key) {
    return (kind == Store.Kind.PHASE ? "phase " : "teacher outputs ") + key.brief();
  }

  /** A lease that gives back only once, however often it is closed. */
  static Store.Lease once(Runnable back) {
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        back.run();
      }
    };
  }

  /** The error of a thread told to stop while it waited. */
  static RunException interrupted(String described, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RunException(
        "Interrupted while waiting for "
            + described
            + ". Everything finished so far is kept: the same command goes on from there.",
        e);
  }
}
