package org.kd4j.experiments.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What benchmarks print: {@code name=value} lines, and the numbers in them. */
final class Figures {
  private Figures() {}

  static String line(String name, double value) {
    return String.format(Locale.ROOT, "%s=%.3f", name, value);
  }

  /** The median over slices of a/b: what ran one after the other met the same machine. */
  static double ratio(List<Double> a, List<Double> b) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      ratios.add(a.get(i) / b.get(i));
    }
    return median(ratios);
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
