package org.kd4j.core.data;

import java.util.ArrayList;
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

  /**
   * Channel by channel (feature by feature for vectors) to mean 0 and deviation 1 over some
   * samples; what never varies is only centred.
   *
   * @param samples the training rows
   */
  static Normalization standard(ArraySamples samples) {
    int channels = Math.toIntExact(samples.shape().get(0));
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    long count = 0;
    // Two passes: sums of squares of values far from 0 would cancel.
    for (int row = 0; row < samples.size(); row++) {
      float[] raw = samples.raw(row);
      int plane = raw.length / channels;
      for (int i = 0; i < raw.length; i++) {
        sum[i / plane] += raw[i];
      }
      count += plane;
    }
    for (int row = 0; row < samples.size(); row++) {
      float[] raw = samples.raw(row);
      int plane = raw.length / channels;
      for (int i = 0; i < raw.length; i++) {
        double off = raw[i] - sum[i / plane] / count;
        squares[i / plane] += off * off;
      }
    }
    List<Float> mean = new ArrayList<>();
    List<Float> deviation = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      mean.add((float) (sum[c] / count));
      float d = (float) StrictMath.sqrt(squares[c] / count);
      deviation.add(d > 0 ? d : 1f);
    }
    return new Normalization(mean, deviation);
  }
}
