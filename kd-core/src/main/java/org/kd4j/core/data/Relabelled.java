package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;

/**
 * The same inputs with other labels and, it may be, another number of classes: a specialist's
 * classes and its dustbin, say.
 *
 * @param of whose inputs
 * @param name what people call the new set
 * @param targets a label for each row, from 0 to classes−1, or −1 for none
 * @param classes how many classes the new labels tell apart
 */
public record Relabelled(Samples of, String name, List<Integer> targets, int classes)
    implements Samples {
  /** Checks the labels. */
  public Relabelled {
    targets = List.copyOf(targets);
    UsageException.require(
        targets.size() == of.size(),
        "%s: %d labels for the %d samples of %s; give one for each",
        name,
        targets.size(),
        of.size(),
        of.name());
    for (int i = 0; i < targets.size(); i++) {
      UsageException.require(
          targets.get(i) >= -1 && targets.get(i) < classes,
          "%s: row %d has label %d; labels are 0 to %d, or -1 for none",
          name,
          i,
          targets.get(i),
          classes - 1);
    }
  }

  @Override
  public int size() {
    return of.size();
  }

  @Override
  public Shape shape() {
    return of.shape();
  }

  @Override
  public int length(int row) {
    return of.length(row);
  }

  @Override
  public Optional<InputRange> range() {
    return of.range();
  }

  @Override
  public int[] labels() {
    return targets.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.ofText("relabelled " + of.fingerprint() + " " + classes + " " + targets);
  }

  @Override
  public Rows open(NDManager manager) {
    Rows inputs = of.open(manager);
    long[] wide = targets.stream().mapToLong(Integer::longValue).toArray();
    NDArray all = manager.create(wide, new Shape(wide.length, 1));
    return (step, rows, augmentation, draws) -> {
      long[] index = new long[rows.length];
      for (int i = 0; i < rows.length; i++) {
        index[i] = rows[i];
      }
      NDArray labels = Native.rows(step, all, step.create(index)).reshape(rows.length);
      return new Batch(inputs.gather(step, rows, augmentation, draws).input(), labels, rows);
    };
  }

  @Override
  public String toString() {
    return name + " (" + size() + " samples, " + classes + " classes)";
  }
}
