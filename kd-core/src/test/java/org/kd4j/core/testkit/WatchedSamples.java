package org.kd4j.core.testkit;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.BiConsumer;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.Samples;

/**
 * Samples that tell of each batch before it is gathered.
 *
 * @param of the samples
 * @param watcher is given the manager that lives as long as the phase, and the rows
 */
public record WatchedSamples(Samples of, BiConsumer<NDManager, int[]> watcher) implements Samples {
  /** Notes, at each batch, how many arrays live as long as the phase. */
  public static WatchedSamples countingArrays(Samples of, List<Integer> arrays) {
    return new WatchedSamples(of, (manager, rows) -> arrays.add(manager.getManagedArrays().size()));
  }

  /** Notes which rows are read together. */
  public static WatchedSamples notingRows(Samples of, List<int[]> batches) {
    return new WatchedSamples(of, (manager, rows) -> batches.add(rows));
  }

  @Override
  public Fingerprint fingerprint() {
    return of.fingerprint();
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public int size() {
    return of.size();
  }

  @Override
  public int classes() {
    return of.classes();
  }

  @Override
  public Shape shape() {
    return of.shape();
  }

  @Override
  public int[] labels() {
    return of.labels();
  }

  @Override
  public int length(int row) {
    return of.length(row);
  }

  @Override
  public Rows open(NDManager manager) {
    Rows rows = of.open(manager);
    return (step, some, augmentation, draws) -> {
      watcher.accept(manager, some);
      return rows.gather(step, some, augmentation, draws);
    };
  }
}
