package org.kd4j.core.runner;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.store.Store;

/** A store that writes some checkpoints and then takes the process down. */
final class DyingStore implements Store {
  private final Store kept;
  private int left;

  /**
   * @param kept what outlives the process
   * @param checkpoints written before it dies
   */
  DyingStore(Store kept, int checkpoints) {
    this.kept = kept;
    this.left = checkpoints;
  }

  /** What a killed process shows to those around it. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public Optional<Map<String, ByteBuffer>> find(Kind kind, Fingerprint key) {
    return kept.find(kind, key);
  }

  @Override
  public void publish(Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files) {
    kept.publish(kind, key, label, files);
  }

  @Override
  public Optional<ByteBuffer> checkpoint(Fingerprint key) {
    return kept.checkpoint(key);
  }

  @Override
  public void checkpoint(Fingerprint key, Optional<ByteBuffer> content) {
    kept.checkpoint(key, content);
    if (content.isPresent() && --left == 0) {
      throw new Killed();
    }
  }

  @Override
  public Lease lease(Kind kind, Fingerprint key) {
    return kept.lease(kind, key);
  }
}
