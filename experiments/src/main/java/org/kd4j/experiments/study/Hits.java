package org.kd4j.experiments.study;

import java.util.Base64;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;

/**
 * Which of a split's labelled samples were classified rightly, in a bit each: what a comparison
 * over test samples needs, small enough to keep for every trial.
 *
 * @param samples how many
 * @param bits Base64 of a bit a sample, the first in the lowest bit of the first byte
 */
public record Hits(int samples, String bits) {
  /** Checks the length. */
  public Hits {
    UsageException.require(
        samples >= 0 && BitSet.valueOf(Base64.getDecoder().decode(bits)).length() <= samples,
        "bits for %s samples were expected",
        samples);
  }

  /** The hits of predictions; unlabelled samples are left out. */
  public static Hits of(Predictions predictions) {
    int[] rows =
        IntStream.range(0, predictions.size()).filter(r -> predictions.labels()[r] >= 0).toArray();
    BitSet right = new BitSet();
    for (int i = 0; i < rows.length; i++) {
      right.set(i, predictions.predicted(rows[i]) == predictions.labels()[rows[i]]);
    }
    return new Hits(rows.length, Base64.getEncoder().encodeToString(right.toByteArray()));
  }

  /** By sample, whether it was classified rightly. */
  public boolean[] toArray() {
    BitSet right = BitSet.valueOf(Base64.getDecoder().decode(bits));
    boolean[] array = new boolean[samples];
    right.stream().forEach(i -> array[i] = true);
    return array;
  }
}
