package org.kd4j.core.store;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.kd4j.core.base.Fingerprint;

/**
 * A store that ends with whoever holds it, a trial or the trials that share a phase: where the user
 * wants none, and for phases that have no fingerprint. Equal phases are still computed once. Safe
 * for several threads; nothing is dropped before its end.
 */
public final class MemoryStore implements Store {
  private final ConcurrentMap<String, Map<String, ByteBuffer>> entries = new ConcurrentHashMap<>();
  private final ConcurrentMap<Fingerprint, ByteBuffer> checkpoints = new ConcurrentHashMap<>();
  private final Turns turns = new Turns();

  @Override
  public Optional<Map<String, ByteBuffer>> find(Kind kind, Fingerprint key) {
    return Optional.ofNullable(entries.get(name(kind, key))).map(MemoryStore::views);
  }

  @Override
  public void publish(Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files) {
    entries.computeIfAbsent(
        name(kind, key),
        absent -> {
          Map<String, ByteBuffer> copies = new LinkedHashMap<>();
          files.forEach((name, content) -> copies.put(name, copy(content)));
          return copies;
        });
  }

  @Override
  public Optional<ByteBuffer> checkpoint(Fingerprint key) {
    return Optional.ofNullable(checkpoints.get(key)).map(ByteBuffer::asReadOnlyBuffer);
  }

  @Override
  public void checkpoint(Fingerprint key, Optional<ByteBuffer> content) {
    if (content.isPresent()) {
      checkpoints.put(key, copy(content.get()));
    } else {
      checkpoints.remove(key);
    }
  }

  @Override
  public Lease lease(Kind kind, Fingerprint key) {
    return turns.await(name(kind, key), Turns.described(kind, key));
  }

  /** Buffers have positions: each reader gets its own. */
  private static Map<String, ByteBuffer> views(Map<String, ByteBuffer> files) {
    Map<String, ByteBuffer> views = new LinkedHashMap<>();
    files.forEach((name, content) -> views.put(name, content.asReadOnlyBuffer()));
    return Collections.unmodifiableMap(views);
  }

  private static ByteBuffer copy(ByteBuffer content) {
    ByteBuffer copy = ByteBuffer.allocate(content.remaining());
    return copy.put(content.duplicate()).flip();
  }

  private static String name(Kind kind, Fingerprint key) {
    return kind + " " + key.hex();
  }

  @Override
  public String toString() {
    return "memory";
  }
}
