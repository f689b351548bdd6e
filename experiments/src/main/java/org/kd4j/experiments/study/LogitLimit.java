package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Predictions;

/**
 * {@code logit-limit}: how far the gradient of soft targets is from that of logit matching, by the
 * student's logits, over the first 1,000 test samples: |g_T − m| / |m|, g_T = T · (softmax(z_s/T) −
 * softmax(z_t/T)) of T² · KL, m = (z_s − z_t)/C of half the mean square. By what the logits are,
 * then T ({@code centred.20}):
 *
 * <ul>
 *   <li>{@code centred}: each sample's logits less their mean, as the limit assumes
 *   <li>{@code plain}: as they are
 *   <li>{@code raised}: 5 added to every logit of the guide, which changes no probability
 * </ul>
 *
 * and {@code mean}: the root mean square of the samples' mean logits, over that of all logits, of
 * the student. Trials without a guide have none.
 */
final class LogitLimit implements Measurement {
  /** Temperatures at which both are compared. */
  static final List<Integer> TEMPERATURES = List.of(1, 2, 5, 10, 20, 50, 100, 1000);

  private static final int MOST = 1_000;
  private static final double RAISE = 5;

  @Override
  public Optional<String> missing(Samples test) {
    return Optional.empty();
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    if (trial.guide().isEmpty()) {
      return numbers;
    }
    Predictions student = trial.session().predict(trial.deployed(), trial.test());
    Predictions guide = trial.session().predict(trial.guide().get(), trial.test());
    double[][] zs = rows(student);
    double[][] zt = rows(guide);
    for (int t : TEMPERATURES) {
      numbers.put("centred." + t, distance(centred(zs), centred(zt), t));
      numbers.put("plain." + t, distance(zs, zt, t));
      numbers.put("raised." + t, distance(zs, raised(zt), t));
    }
    numbers.put("mean", meanShare(zs));
    return numbers;
  }

  private static double[][] rows(Predictions said) {
    double[][] rows = new double[Math.min(MOST, said.size())][said.classes()];
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < said.classes(); c++) {
        rows[r][c] = said.logits()[r * said.classes() + c];
      }
    }
    return rows;
  }

  static double[][] centred(double[][] logits) {
    double[][] other = new double[logits.length][];
    for (int r = 0; r < logits.length; r++) {
      double mean = mean(logits[r]);
      other[r] = java.util.Arrays.stream(logits[r]).map(z -> z - mean).toArray();
    }
    return other;
  }

  private static double[][] raised(double[][] logits) {
    double[][] other = new double[logits.length][];
    for (int r = 0; r < logits.length; r++) {
      other[r] = java.util.Arrays.stream(logits[r]).map(z -> z + RAISE).toArray();
    }
    return other;
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElse(Double.NaN);
  }

  /**
   * |T·(softmax(z_s/T) − softmax(z_t/T)) − (z_s − z_t)/C| over |(z_s − z_t)/C|, all rows at once.
   */
  static double distance(double[][] zs, double[][] zt, double temperature) {
    double off = 0;
    double all = 0;
    for (int r = 0; r < zs.length; r++) {
      double[] p = softmax(zs[r], temperature);
      double[] q = softmax(zt[r], temperature);
      for (int c = 0; c < p.length; c++) {
        double matching = (zs[r][c] - zt[r][c]) / p.length;
        double gap = temperature * (p[c] - q[c]) - matching;
        off += gap * gap;
        all += matching * matching;
      }
    }
    return Math.sqrt(off / all);
  }

  private static double[] softmax(double[] logits, double temperature) {
    double most = java.util.Arrays.stream(logits).max().orElse(0);
    double[] p =
        java.util.Arrays.stream(logits).map(z -> Math.exp((z - most) / temperature)).toArray();
    double sum = java.util.Arrays.stream(p).sum();
    return java.util.Arrays.stream(p).map(v -> v / sum).toArray();
  }

  static double meanShare(double[][] logits) {
    double means = 0;
    double all = 0;
    for (double[] row : logits) {
      means += mean(row) * mean(row);
      all += java.util.Arrays.stream(row).map(z -> z * z).average().orElse(Double.NaN);
    }
    return Math.sqrt(means / all);
  }
}
