package org.kd4j.core.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprinted;

/**
 * A set of samples of one shape with class labels: training, transfer, validation or test data. A
 * value: it never changes, and its {@linkplain #fingerprint() fingerprint} is a hash of its
 * content.
 */
public interface Samples extends Fingerprinted {
  /** What people call it: {@code mnist/train}. */
  String name();

  /** How many samples. */
  int size();

  /** How many classes; labels are 0 … classes−1, or −1 where a sample has none. */
  int classes();

  /**
   * The shape of one sample without the batch axis: (channels, height, width), (features), or for
   * text (length, vocabulary): what its one-hot tokens would be.
   */
  Shape shape();

  /** The labels, by row; −1 = unlabelled. A copy. */
  int[] labels();

  /** The inputs that can be; empty where any number can. */
  default Optional<InputRange> range() {
    return Optional.empty();
  }

  /**
   * How long a sample is, where that differs: tokens of a text. Batches are made of samples of like
   * length.
   */
  default int length(int row) {
    return 1;
  }

  /**
   * Puts the samples on a device, for the runner; they are freed with the manager.
   *
   * @param manager whose device and lifetime they take
   * @return rows that can be gathered into batches
   */
  Rows open(NDManager manager);

  /** Samples on a device. */
  interface Rows {
    /**
     * Gathers a batch.
     *
     * @param step the manager of the step the batch lives in
     * @param rows which samples, by row
     * @param augmentation how they are changed
     * @param draws the epoch's draws; augmentation keys them by row, not by place in the batch
     * @return the batch
     */
    Batch gather(NDManager step, int[] rows, Augmentation augmentation, Draws draws);

    /** Gathers a batch as the samples are. */
    default Batch gather(NDManager step, int[] rows) {
      return gather(step, rows, Augmentation.NONE, new Draws(0));
    }
  }
}
