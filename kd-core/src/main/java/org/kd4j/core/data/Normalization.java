package org.kd4j.core.data;

import java.util.List;
import org.kd4j.core.base.UsageException;

/**
 * Raw values to network inputs, channel by channel: (x − mean) / deviation.
 *
 * @param mean one per channel, or one for all
 * @param deviation likewise; positive
 */
public record Normalization(List<Float> mean, List<Float> deviation) {
  /** Checks lengths and signs. */
  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    UsageException.require(
        mean.size() == deviation.size() && !mean.isEmpty(),
        "normalisation needs as many means as deviations, were %d and %d",
        mean.size(),
        deviation.size());
    for (float d : deviation) {
      UsageException.require(d > 0, "a deviation must be positive, was %s", d);
    }
  }

  /** Only a division: 255 brings bytes to [0, 1]. */
  public static Normalization by(float divisor) {
    return new Normalization(List.of(0f), List.of(divisor));
  }
}
