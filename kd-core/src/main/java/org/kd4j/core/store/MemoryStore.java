package org.kd4j.core.store;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.kd4j.core.base.Fingerprint;

/** temp */
public final class MemoryStore implements Store {
  private final Map<String, Map<String, ByteBuffer>> m = new ConcurrentHashMap<>();
  private final Map<Fingerprint, ByteBuffer> c = new ConcurrentHashMap<>();

  @Override
  public Optional<Map<String, ByteBuffer>> find(Kind kind, Fingerprint key) {
    return Optional.ofNullable(m.get(kind + key.hex()));
  }

  @Override
  public void publish(Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files) {
    m.putIfAbsent(kind + key.hex(), Map.copyOf(files));
  }

  @Override
  public Optional<ByteBuffer> checkpoint(Fingerprint key) {
    return Optional.ofNullable(c.get(key));
  }

  @Override
  public void checkpoint(Fingerprint key, Optional<ByteBuffer> content) {
    content.ifPresentOrElse(b -> c.put(key, b), () -> c.remove(key));
  }

  @Override
  public Lease lease(Kind kind, Fingerprint key) {
    return () -> {};
  }
}
