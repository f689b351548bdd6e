package org.kd4j.core.store;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.kd4j.core.base.Fingerprint;

/**
 * Entries of files under fingerprints: complete or absent, never half. Safe for the threads of a
 * process and for its crash; an entry that does not match its checksums is dropped, said, and
 * counts as absent.
 */
public interface Store {
  /** What an entry holds. */
  enum Kind {
    /** The result of a phase. */
    PHASE,
    /** The outputs of a teacher on samples. */
    OUTPUTS
  }

  /**
   * Reads an entry.
   *
   * @param kind what it holds
   * @param key its fingerprint
   * @return its files by name, checked, as read-only buffers in big-endian order that start at 0;
   *     empty if it is absent or damaged
   * @throws org.kd4j.core.base.RunException if it is there but cannot be read, or is damaged and
   *     cannot be removed
   */
  Optional<Map<String, ByteBuffer>> find(Kind kind, Fingerprint key);

  /**
   * Writes an entry at once. Where one is there already it stays unless it is damaged: equal keys,
   * equal content.
   *
   * @param kind what it holds
   * @param key its fingerprint
   * @param label for people who look at the store
   * @param files by name; the buffers' positions stay
   * @throws org.kd4j.core.base.RunException if it cannot be written: the disk is full; or if what
   *     is there cannot be read
   */
  void publish(Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files);

  /**
   * The last checkpoint of a phase that has no result yet.
   *
   * @param key the phase's fingerprint
   * @return its content, checked, as a read-only buffer that starts at 0; empty if there is none or
   *     it is damaged
   * @throws org.kd4j.core.base.RunException if it is there but cannot be read
   */
  Optional<ByteBuffer> checkpoint(Fingerprint key);

  /**
   * Replaces the checkpoint of a phase, atomically.
   *
   * @param key the phase's fingerprint
   * @param content its state; no content removes it
   * @throws org.kd4j.core.base.RunException if it cannot be written: the disk is full
   */
  void checkpoint(Fingerprint key, Optional<ByteBuffer> content);

  /**
   * Waits until nobody else, in this process or another, works on an entry, and then works on it
   * alone. Held only while training, never while waiting for another entry; a thread that asks for
   * what it holds waits for itself.
   *
   * @param kind what it holds
   * @param key its fingerprint
   * @return to be closed when done, by whichever thread; ask {@link #find} again after getting it
   * @throws org.kd4j.core.base.RunException if the thread is interrupted
   */
  Lease lease(Kind kind, Fingerprint key);

  /** Works on an entry alone: {@link #lease}, the work, and the lease given back. */
  default <T> T alone(Kind kind, Fingerprint key, Supplier<T> work) {
    Lease lease = lease(kind, key);
    try {
      return work.get();
    } finally {
      lease.close();
    }
  }

  /** The right to make an entry. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }
}
