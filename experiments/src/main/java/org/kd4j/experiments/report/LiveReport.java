package org.kd4j.experiments.report;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the report of a run that goes on up to date, on a thread of its own: workers do not wait
 * for it, and it takes a fiftieth of a core at most.
 */
public final class LiveReport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveReport.class);
  private static final int REST = 49;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "report");
            made.setDaemon(true);
            return made;
          });
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile long restUntil = System.nanoTime();

  /** Makes the report anew, unless one is being made or was just now. */
  public void news(RunDirectory directory, RunRecord record) {
    if (System.nanoTime() - restUntil < 0 || !busy.compareAndSet(false, true)) {
      return;
    }
    thread.execute(
        () -> {
          long before = System.nanoTime();
          try {
            directory.remake(record);
          } catch (RuntimeException e) {
            LOG.warn("the report could not be made while the run goes on", e);
          } finally {
            long now = System.nanoTime();
            restUntil = now + REST * (now - before);
            busy.set(false);
          }
        });
  }

  /** Waits for the one that is being made, and makes no other. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        LOG.warn("the report is still being made");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
