package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.kd4j.experiments.study.Portraits;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * Accuracy against what the deployed network costs: parameters, multiply-adds, latency; and which
 * rows no other beats in both (the Pareto front).
 */
final class CostCharts {
  private static final int MOST_NAMES = 6;

  private CostCharts() {}

  /** A row's place. */
  record Point(String name, String css, double cost, double accuracy) {}

  static List<Chart> of(StudyResult study, Summary summary, Map<StrategyChoice, String> palette) {
    List<Chart> charts = new ArrayList<>();
    add(
        charts,
        "parameters",
        points(
            study,
            summary,
            palette,
            t -> t.complexity().parameters(),
            c -> c.complexity().parameters()));
    add(
        charts,
        "multiply-adds a sample",
        points(
            study,
            summary,
            palette,
            t -> t.complexity().multiplyAdds(),
            c -> c.complexity().multiplyAdds()));
    add(
        charts,
        "latency, ms a sample",
        points(study, summary, palette, TrialResult::latencyMillis, Portraits.Cost::latencyMillis));
    return charts;
  }

  /** Rows that none beats: no other is as accurate for less, nor more accurate for as much. */
  static List<Point> front(List<Point> points) {
    List<Point> front = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    List<Point> order = new ArrayList<>(points);
    order.sort(
        Comparator.comparingDouble(Point::cost)
            .thenComparing(Comparator.comparingDouble(Point::accuracy).reversed()));
    for (Point point : order) {
      if (point.accuracy() > best) {
        front.add(point);
        best = point.accuracy();
      }
    }
    return front;
  }

  private static List<Point> points(
      StudyResult study,
      Summary summary,
      Map<StrategyChoice, String> palette,
      ToDoubleFunction<TrialResult> ofRow,
      ToDoubleFunction<Portraits.Cost> ofTeacher) {
    Map<StrategyChoice, List<TrialResult>> trials = Summary.byChoice(study);
    List<Point> points = new ArrayList<>();
    OptionalDouble teacher =
        study.trials().stream()
            .flatMap(t -> t.portraits().stream())
            .flatMap(p -> p.teacher().stream())
            .mapToDouble(ofTeacher)
            .average();
    if (summary.teacher().isPresent() && teacher.isPresent()) {
      double accuracy = summary.teacher().get().accuracy().value();
      points.add(new Point("teacher", "base hollow", teacher.getAsDouble(), accuracy));
    }
    for (Summary.Row row : summary.rows()) {
      double cost =
          trials.get(row.choice()).stream().mapToDouble(ofRow).average().orElse(Double.NaN);
      points.add(
          new Point(
              row.choice().toString(), palette.get(row.choice()), cost, row.accuracy().value()));
    }
    points.removeIf(p -> !(p.cost() > 0) || Double.isNaN(p.accuracy()));
    return points;
  }

  private static void add(List<Chart> charts, String cost, List<Point> points) {
    double low = points.stream().mapToDouble(Point::cost).min().orElse(1);
    double high = points.stream().mapToDouble(Point::cost).max().orElse(1);
    if (points.size() < 2 || high - low < 1e-9 * high) {
      return; // all cost the same: nothing to weigh
    }
    charts.add(new Chart("", "Accuracy against " + cost, draw(cost, points, low, high), ""));
  }

  private static String draw(String cost, List<Point> points, double low, double high) {
    boolean logarithmic = high / low > 5;
    double room = 0.06 * (high - low);
    Scale x =
        logarithmic
            ? Scale.logarithmic(low / 1.3, high * 1.3)
            : Scale.linear(Math.max(0, low - room), high + room, 1);
    double bottom = accuracies(points).min().orElse(0);
    double top = accuracies(points).max().orElse(1);
    double margin = Math.max(0.002, 0.12 * (top - bottom));
    Scale y = Scale.linear(Math.max(0, bottom - margin), Math.min(1, top + margin), 100);
    Frame frame =
        new Frame(
            x,
            y,
            cost + (logarithmic ? " (log)" : ""),
            "test accuracy, %",
            v -> v >= 10_000 ? Numbers.count(v) : Svg.number(v));
    Svg svg = frame.begin("accuracy against " + cost);
    List<Point> front = front(points);
    StringBuilder steps = new StringBuilder();
    for (Point point : front) {
      double px = frame.xAt(point.cost());
      double py = frame.yAt(point.accuracy());
      steps.append(
          steps.isEmpty()
              ? "M" + Svg.number(px) + " " + Svg.number(py)
              : "H" + Svg.number(px) + "V" + Svg.number(py));
    }
    svg.path("front", steps.toString());
    for (Point point : points) {
      svg.named(point.css(), point.name() + ", " + Numbers.percent(point.accuracy()) + " %");
      svg.circle("dot " + point.css(), frame.xAt(point.cost()), frame.yAt(point.accuracy()), 4.5);
      svg.raw("</g>");
    }
    double free = Double.POSITIVE_INFINITY;
    int from = Math.max(0, front.size() - MOST_NAMES);
    for (Point point : front.subList(from, front.size())) {
      boolean left = x.at(point.cost()) > 0.5;
      double px = frame.xAt(point.cost()) + (left ? -9 : 9);
      double py = Math.min(frame.yAt(point.accuracy()) - 8, free - 15);
      free = py;
      svg.named(point.css().replace("hollow", ""), point.name());
      svg.text("name " + (left ? "end" : "start"), px, py, shortened(point.name()));
      svg.raw("</g>");
    }
    return svg.end();
  }

  private static DoubleStream accuracies(List<Point> points) {
    return points.stream().mapToDouble(Point::accuracy);
  }

  private static String shortened(String name) {
    return name.length() <= 34 ? name : name.substring(0, 33) + "…";
  }
}
