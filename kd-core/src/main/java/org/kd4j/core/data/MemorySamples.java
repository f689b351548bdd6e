package org.kd4j.core.data;

/**
 * Samples held in memory: some of them can be taken, and their labels replaced. What a {@link
 * DataSource} brings and {@link Splits} cuts.
 */
public interface MemorySamples extends Samples {
  /**
   * Some of these samples.
   *
   * @param newName what people call them
   * @param rows which, in the order given
   */
  MemorySamples subset(String newName, int[] rows);

  /**
   * The same samples with other labels (noisy, hidden): a set of its own, by its fingerprint.
   *
   * @param newName what people call them
   * @param newLabels a label per sample, −1 for none
   */
  MemorySamples relabelled(String newName, int[] newLabels);
}
