package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.experiments.statistics.Mean;

/**
 * A figure over the studies of an experiment: what came out against a size, a temperature, a cost.
 * Each point is a mean over seeds with its interval.
 *
 * @param title above it
 * @param x what lies along it
 * @param y what lies up it
 * @param scale how numbers up it are shown
 * @param series in order; those without a point are left out
 * @param levels lines across, for what hangs on nothing along it, by name
 * @param note below it; may be empty
 */
public record Figure(
    String title,
    String x,
    String y,
    Findings.Scale scale,
    List<Series> series,
    Map<String, Mean> levels,
    String note) {
  /** Copies, without what is missing. */
  public Figure {
    series = series.stream().filter(s -> !s.points().isEmpty()).toList();
    levels = new LinkedHashMap<>(levels);
    levels.values().removeIf(level -> Double.isNaN(level.value()));
  }

  /** A figure without points yet. */
  public static Figure of(String title, String x, String y, Findings.Scale scale) {
    return new Figure(title, x, y, scale, List.of(), Map.of(), "");
  }

  /** With a series more, after the others. */
  public Figure with(Series more) {
    List<Series> all = new ArrayList<>(series);
    all.add(more);
    return new Figure(title, x, y, scale, all, levels, note);
  }

  /** With a line across, after the others. */
  public Figure level(String name, Map<Long, Double> values) {
    Map<String, Mean> more = new LinkedHashMap<>(levels);
    more.put(name, over(values));
    return new Figure(title, x, y, scale, series, more, note);
  }

  /** With words below. */
  public Figure noting(String words) {
    return new Figure(title, x, y, scale, series, levels, words);
  }

  /**
   * Points of one kind.
   *
   * @param name in the key
   * @param joined whether a line runs through them, from the lowest x to the highest
   * @param points in order; those without a number are left out
   */
  public record Series(String name, boolean joined, List<Point> points) {
    /** Copies, without what is missing. */
    public Series {
      points =
          points.stream()
              .filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y().value()))
              .toList();
    }

    /** Points that a line will join, none yet. */
    public static Series curve(String name) {
      return new Series(name, true, List.of());
    }

    /** Points that no line will join, none yet. */
    public static Series cloud(String name) {
      return new Series(name, false, List.of());
    }

    /**
     * With a point more.
     *
     * @param at where it lies
     * @param what it is
     * @param values up it, by seed
     */
    public Series at(double at, String what, Map<Long, Double> values) {
      List<Point> more = new ArrayList<>(points);
      more.add(new Point(at, what, over(values)));
      return new Series(name, joined, more);
    }
  }

  /**
   * A point.
   *
   * @param x where it lies
   * @param what it is
   * @param y mean over seeds
   */
  public record Point(double x, String what, Mean y) {}

  private static Mean over(Map<Long, Double> values) {
    return Mean.of(values.values().stream().mapToDouble(v -> v).toArray());
  }
}
