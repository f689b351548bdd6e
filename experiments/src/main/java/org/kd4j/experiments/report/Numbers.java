package org.kd4j.experiments.report;

import java.util.Locale;
import org.kd4j.experiments.statistics.Mean;

/** Numbers as people read them, the same in every locale; "—" where there is none. */
final class Numbers {
  static final String NONE = "—";

  private Numbers() {}

  /** A share as a percentage with two decimals, without the sign: {@code 97.42}. */
  static String percent(double share) {
    return fixed("%.2f", 100 * share);
  }

  /** {@code 97.42 ± 0.10}, in percent. */
  static String percent(Mean mean) {
    return percent(mean.value()) + " ± " + percent(mean.halfWidth());
  }

  /** A difference of shares in percentage points, always with a sign: {@code +0.52}. */
  static String points(double difference) {
    return fixed("%+.2f", 100 * difference);
  }

  /** {@code +0.52 ± 0.22}, in percentage points. */
  static String points(Mean difference) {
    return points(difference.value()) + " ± " + percent(difference.halfWidth());
  }

  /** A p-value: three decimals, or {@code <0.001}. */
  static String p(double p) {
    return p < 0.001 ? "<0.001" : fixed("%.3f", p);
  }

  /** A count in three or four digits: {@code 109.4k}, {@code 1.20M}. */
  static String count(double count) {
    if (count >= 1e9) {
      return fixed("%.2fG", count / 1e9);
    }
    if (count >= 1e6) {
      return fixed("%.2fM", count / 1e6);
    }
    return count >= 10_000 ? fixed("%.1fk", count / 1e3) : fixed("%.0f", count);
  }

  /** A duration: {@code 8.3 s}, {@code 12 min}, {@code 3.4 h}. */
  static String seconds(double seconds) {
    if (seconds >= 2 * 3600) {
      return fixed("%.1f h", seconds / 3600);
    }
    if (seconds >= 600) {
      return fixed("%.0f min", seconds / 60);
    }
    return seconds >= 100 ? fixed("%.0f s", seconds) : fixed("%.1f s", seconds);
  }

  /** A number after a pattern, "—" for NaN. */
  static String fixed(String pattern, double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, pattern, value);
  }

  /** {@code 1 seed}, {@code 3 seeds}. */
  static String several(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
