package org.kd4j.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases between processes: a small file per name, made by whoever holds the lease and touched
 * every few seconds. One whose process is gone, or that was not touched for long, has lapsed and is
 * taken over.
 *
 * <p>How long a file was not touched is measured by watching it rather than by comparing its time
 * with ours: the clocks of two machines may differ, and after a machine slept all files look old.
 * Where two nevertheless hold one lease, both compute the same bits, which is a waste but no harm.
 */
final class LeaseFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseFiles.class);

  /** No difference of clocks explains this age of a file that is touched every few seconds. */
  private static final Duration BEYOND_DOUBT = Duration.ofHours(1);

  /** Looks at another's lease before the wait is worth a word. */
  private static final int SILENT_LOOKS = 10;

  private static final AtomicLong COUNT = new AtomicLong();
  private static final ScheduledThreadPoolExecutor HEART = heart();

  /**
   * How often things happen.
   *
   * @param beat between two touches of a lease
   * @param lapse without a touch, after which a lease has lapsed
   * @param poll between two looks at another process's lease
   */
  record Timing(Duration beat, Duration lapse, Duration poll) {
    static final Timing USUAL =
        new Timing(Duration.ofSeconds(4), Duration.ofSeconds(30), Duration.ofMillis(200));
  }

  private final Path folder;
  private final Timing timing;
  private final Consumer<String> notes;

  LeaseFiles(Path folder, Timing timing, Consumer<String> notes) {
    this.folder = folder;
    this.timing = timing;
    this.notes = notes;
  }

  /** Waits until the lease is free or has lapsed, and takes it. */
  Store.Lease await(String name, String described) {
    Watch watch = new Watch();
    for (int look = 1; ; look++) {
      Optional<Store.Lease> lease = attempt(name, watch);
      if (lease.isPresent()) {
        return lease.get();
      }
      if (look == SILENT_LOOKS) {
        notes.accept("waiting for " + described + ", on which " + watch.holder() + " works");
      }
      try {
        Thread.sleep(timing.poll().toMillis());
      } catch (InterruptedException e) {
        throw Turns.interrupted(described, e);
      }
    }
  }

  /** Whether a process holds a lease, as far as one look can tell. */
  boolean isHeld(String name) {
    Path file = file(name);
    return Files.exists(file) && !new Watch().hasLapsed(file);
  }

  private Path file(String name) {
    return folder.resolve(name + ".lease");
  }

  private Optional<Store.Lease> attempt(String name, Watch watch) {
    Path file = file(name);
    Optional<Store.Lease> lease = create(file);
    if (lease.isEmpty() && watch.hasLapsed(file)) {
      LOG.debug("the lease {} of {} has lapsed", file, watch.holder());
      remove(file, watch.content);
      lease = create(file);
    }
    return lease;
  }

  private Optional<Store.Lease> create(Path file) {
    // The count tells apart two stores of one process, and a file from the one it replaced.
    String content = Owner.current() + "\n" + COUNT.incrementAndGet() + "\n";
    try {
      Disk.folder(folder);
      Disk.write(file, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    } catch (IOException e) {
      remove(file, ""); // made, but not filled, on a full disk
      throw Disk.unwritten(file, e);
    }
    long beat = timing.beat().toMillis();
    Future<?> beats =
        HEART.scheduleAtFixedRate(() -> touch(file, content), beat, beat, TimeUnit.MILLISECONDS);
    return Optional.of(
        Turns.once(
            () -> {
              beats.cancel(false);
              remove(file, content);
            }));
  }

  private static void touch(Path file, String content) {
    try {
      if (content.equals(Files.readString(file))) { // else it lapsed, and is another's now
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      }
    } catch (IOException e) {
      LOG.debug("the lease {} could not be touched", file, e);
    }
  }

  /** Removes a lease that still has a content; renamed first, so that two cannot both remove it. */
  private static void remove(Path file, String content) {
    Path aside = file.resolveSibling(Owner.current() + "~" + COUNT.incrementAndGet() + ".gone");
    try {
      if (!content.equals(Files.readString(file))) {
        return;
      }
      Files.move(file, aside);
      if (content.equals(Files.readString(aside))) {
        Files.delete(aside);
      } else {
        Files.move(aside, file); // another took it over within this moment: it is theirs
      }
    } catch (NoSuchFileException e) {
      LOG.trace("the lease {} was removed by another", file, e);
    } catch (IOException e) {
      LOG.debug("the lease {} could not be removed", file, e);
    }
  }

  /** What was seen of a lease file over time. */
  private final class Watch {
    private String content = "";
    private @Nullable FileTime beat;
    private long since;

    boolean hasLapsed(Path file) {
      String now;
      FileTime touched;
      try {
        now = Files.readString(file);
        touched = Files.getLastModifiedTime(file);
      } catch (IOException e) {
        return false; // given back this moment
      }
      boolean lives = !now.equals(content) || !touched.equals(beat);
      content = now;
      beat = touched;
      if (owner().map(Owner::isGone).orElse(false)) {
        return true;
      }
      long age = System.currentTimeMillis() - touched.toMillis();
      if (age > BEYOND_DOUBT.toMillis()) {
        return true;
      }
      if (lives) {
        since = System.nanoTime();
      }
      return System.nanoTime() - since > timing.lapse().toNanos();
    }

    private Optional<Owner> owner() {
      return content.lines().findFirst().flatMap(Owner::parse);
    }

    String holder() {
      return owner().map(Owner::described).orElse("another process");
    }
  }

  private static ScheduledThreadPoolExecutor heart() {
    ScheduledThreadPoolExecutor heart =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "kd4j-leases");
              thread.setDaemon(true);
              return thread;
            });
    heart.setRemoveOnCancelPolicy(true);
    return heart;
  }
}
