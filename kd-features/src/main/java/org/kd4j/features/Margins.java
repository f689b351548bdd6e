package org.kd4j.features;

import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.TappedBlock;

/** How far below 0 a channel is on average where it is below 0. */
final class Margins {
  /** Less than this share below 0 says nothing of its mean. */
  private static final double RARE = 0.001;

  private Margins() {}

  /**
   * The margins of a map before a rectifier, by the batch normalisation that makes it.
   *
   * @param parameters of the network, by path
   * @param tap before the rectifier
   * @return one a channel, below 0
   */
  static float[] of(Map<String, float[]> parameters, String tap) {
    String stage = tap.substring(0, tap.length() - TappedBlock.beforeRectifier("").length());
    String last = null;
    for (String path : new TreeMap<>(parameters).keySet()) {
      boolean ofStage = path.startsWith(stage + "/") && path.endsWith("/gamma");
      if (ofStage && !path.contains("/shortcut/")) {
        last = path;
      }
    }
    UsageException.require(
        last != null,
        "margins come from the batch normalisation before a rectifier, and '%s' has none",
        stage);
    float[] scale = parameters.get(last);
    float[] shift = parameters.get(last.replaceAll("gamma$", "beta"));
    float[] margins = new float[scale.length];
    for (int c = 0; c < margins.length; c++) {
      margins[c] = (float) of(shift[c], Math.abs(scale[c]));
    }
    return margins;
  }

  /**
   * E[x | x &lt; 0], x normal: μ − σ · φ(μ/σ) / Φ(−μ/σ).
   *
   * @param shift μ
   * @param scale σ, 0 or more
   */
  static double of(double shift, double scale) {
    if (scale == 0) {
      return Math.min(shift, 0);
    }
    NormalDistribution standard = new NormalDistribution(null, 0, 1);
    double below = standard.cumulativeProbability(-shift / scale);
    return below > RARE ? shift - scale * standard.density(shift / scale) / below : -3 * scale;
  }
}
