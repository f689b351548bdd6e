package org.kd4j.experiments.study;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;

/**
 * What a study keeps of its phases while it runs, where the user wants no store: a phase that
 * several trials run, a teacher above all, until the last of them has ended; any other until its
 * own trial has. So a study of many trials takes no more memory than those under way and what they
 * share.
 */
final class StudyMemory {
  private final List<Optional<Store>> stores = new ArrayList<>();

  /**
   * @param keysOfTrials the phases that each trial will ask for; one that is not foretold is its
   *     trial's own
   */
  StudyMemory(List<Set<Fingerprint>> keysOfTrials) {
    Map<Fingerprint, Integer> trials = new HashMap<>();
    keysOfTrials.forEach(keys -> keys.forEach(key -> trials.merge(key, 1, Integer::sum)));
    Map<Fingerprint, Store> all = new HashMap<>();
    for (Set<Fingerprint> keys : keysOfTrials) {
      Map<Fingerprint, Store> shared = new HashMap<>();
      for (Fingerprint key : keys) {
        if (trials.get(key) > 1) {
          shared.put(key, all.computeIfAbsent(key, k -> new MemoryStore()));
        }
      }
      stores.add(Optional.of(new OfTrial(shared, new MemoryStore())));
    }
  }

  /** Hands over a trial's store, once: with the last trial that has it, what is shared goes too. */
  synchronized Store take(int trial) {
    return stores.set(trial, Optional.empty()).orElseThrow();
  }

  /**
   * @param shared by fingerprint, what other trials see as well
   * @param own of everything else
   */
  private record OfTrial(Map<Fingerprint, Store> shared, Store own) implements Store {
    private Store of(Fingerprint key) {
      return shared.getOrDefault(key, own);
    }

    @Override
    public Optional<Map<String, ByteBuffer>> find(Kind kind, Fingerprint key) {
      return of(key).find(kind, key);
    }

    @Override
    public void publish(Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files) {
      of(key).publish(kind, key, label, files);
    }

    @Override
    public Optional<ByteBuffer> checkpoint(Fingerprint key) {
      return of(key).checkpoint(key);
    }

    @Override
    public void checkpoint(Fingerprint key, Optional<ByteBuffer> content) {
      of(key).checkpoint(key, content);
    }

    @Override
    public Lease lease(Kind kind, Fingerprint key) {
      return of(key).lease(kind, key);
    }

    @Override
    public String toString() {
      return "memory";
    }
  }
}
