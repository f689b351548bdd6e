package org.kd4j.experiments.statistics;

/**
 * A confidence interval.
 *
 * @param low its lower end; NaN where there is no interval
 * @param high its upper end
 */
public record Interval(double low, double high) {
  /** No interval. */
  public static final Interval NONE = new Interval(Double.NaN, Double.NaN);
}
