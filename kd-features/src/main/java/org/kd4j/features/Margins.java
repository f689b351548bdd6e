package org.kd4j.features;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    String last = scale(parameters.keySet(), tap);
    float[] scale = parameters.get(last);
    float[] shift = parameters.get(last.replaceAll("gamma$", "beta"));
    float[] margins = new float[scale.length];
    for (int c = 0; c < margins.length; c++) {
      margins[c] = (float) of(shift[c], Math.abs(scale[c]));
    }
    return margins;
  }

  /**
   * The scales of the batch normalisation that makes a map before a rectifier; refused where there
   * is none.
   *
   * @param paths of the network's parameters
   * @param tap before the rectifier
   * @return its path
   */
  static String scale(Set<String> paths, String tap) {
    String stage = TappedBlock.stageOf(tap);
    return new TreeSet<>(paths)
        .descendingSet().stream()
            .filter(path -> path.startsWith(stage + "/") && path.endsWith("/gamma"))
            .filter(path -> !path.contains("/shortcut/"))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "needs the teacher's batch normalisation before a rectifier, from which"
                            + " margins come, and '"
                            + stage
                            + "' has none; take a teacher with it, or activation-boundaries"));
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
