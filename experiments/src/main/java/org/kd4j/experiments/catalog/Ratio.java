package org.kd4j.experiments.catalog;

import java.util.Locale;
import java.util.Map;
import org.kd4j.experiments.statistics.Mean;

/**
 * A share of something that is itself measured, formed seed by seed, so that it has an interval: a
 * ratio of two means alone says more than the seeds do.
 *
 * @param mean over the seeds both have
 */
record Ratio(Mean mean) {
  /** What is above, over what is below, by seed. */
  static Ratio of(Map<Long, Double> above, Map<Long, Double> below) {
    return new Ratio(
        Mean.of(
            above.keySet().stream()
                .filter(below::containsKey)
                .mapToDouble(seed -> above.get(seed) / below.get(seed))
                .toArray()));
  }

  /** By how much less what is above is, as a share of what is below. */
  static Ratio less(Map<Long, Double> above, Map<Long, Double> below) {
    Mean of = of(above, below).mean();
    return new Ratio(new Mean(of.n(), 1 - of.value(), of.halfWidth()));
  }

  /** {@code 54 ± 3 %}; in words where there is none, or its interval holds 0. */
  String told() {
    if (Double.isNaN(mean.value())) {
      return "an unknown share";
    }
    if (mean.n() < 2) {
      return String.format(Locale.ROOT, "%.0f %% (one seed)", 100 * mean.value());
    }
    String percent =
        100 * mean.halfWidth() < 0.5
            ? String.format(Locale.ROOT, "%.0f %%", 100 * mean.value())
            : String.format(
                Locale.ROOT, "%.0f ± %.0f %%", 100 * mean.value(), 100 * mean.halfWidth());
    return mean.halfWidth() < Math.abs(mean.value())
        ? percent
        : "a share that cannot be told with these seeds (" + percent + ")";
  }
}
