package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.study.PhaseReport;

/**
 * What each loss term weighs in a learner's objective, epoch by epoch: the weight its schedule has
 * at the end of the epoch, and weight times mean value as a share of all of them.
 */
final class TermCharts {
  private static final double WIDTH = 220;
  private static final double HEIGHT = 92;
  private static final double LEFT = 42;
  private static final double TOP = 8;
  private static final double FLOOR = 20;
  private static final String WEIGHT = "weight.";

  private TermCharts() {}

  /** A term over epochs. */
  private record Term(String name, List<Double> weights, List<Double> shares) {}

  /** Charts of a phase's learner with two terms or more; empty otherwise. */
  static String of(PhaseReport phase, String role) {
    List<Term> terms = terms(phase, role);
    if (terms.size() < 2 || phase.history().size() < 2) {
      return "";
    }
    double most = 0;
    for (Term term : terms) {
      most = term.weights().stream().reduce(most, Math::max);
    }
    StringBuilder html = new StringBuilder("<div class=\"terms\">");
    html.append(draw("weight", terms, true, most));
    html.append(draw("share of the objective", terms, false, 1));
    html.append("<p>");
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      html.append("<span><i class=\"swatch term").append(i % 8).append("\"></i>");
      html.append(Svg.escape(term.name())).append(": ");
      double first = term.weights().get(0);
      double last = term.weights().get(term.weights().size() - 1);
      html.append(Svg.number(first));
      html.append(first == last ? "" : " → " + Svg.number(last));
      double share = term.shares().get(term.shares().size() - 1);
      html.append(
          Double.isNaN(share) ? "" : ", at last " + Numbers.fixed("%.0f", 100 * share) + " %");
      html.append("</span> ");
    }
    return html.append("</p></div>").toString();
  }

  private static List<Term> terms(PhaseReport phase, String role) {
    Map<String, Term> terms = new TreeMap<>();
    String prefix = role + "/" + WEIGHT;
    for (EpochMetrics epoch : phase.history()) {
      Map<String, Double> weighted = new TreeMap<>();
      epoch.values().keySet().stream()
          .filter(key -> key.startsWith(prefix))
          .map(key -> key.substring(prefix.length()))
          .forEach(
              name ->
                  weighted.put(
                      name, Math.abs(epoch.of(role, WEIGHT + name) * epoch.of(role, name))));
      double all = weighted.values().stream().filter(Double::isFinite).mapToDouble(v -> v).sum();
      weighted.forEach(
          (name, value) -> {
            Term term =
                terms.computeIfAbsent(name, n -> new Term(n, new ArrayList<>(), new ArrayList<>()));
            term.weights().add(epoch.of(role, WEIGHT + name));
            term.shares().add(all > 0 ? value / all : Double.NaN);
          });
    }
    return List.copyOf(terms.values());
  }

  private static String draw(String title, List<Term> terms, boolean weights, double most) {
    Svg svg = new Svg(WIDTH, HEIGHT, title + " of each loss term by epoch");
    double bottom = HEIGHT - FLOOR;
    double top = most > 0 ? most : 1;
    svg.line("grid", LEFT, TOP, WIDTH - 4, TOP);
    svg.line("axis", LEFT, bottom, WIDTH - 4, bottom);
    svg.text("tick end", LEFT - 5, TOP + 4, weights ? Svg.number(top) : "100 %");
    svg.text("tick end", LEFT - 5, bottom + 4, "0");
    svg.text("tick middle", (LEFT + WIDTH) / 2, HEIGHT - 4, title);
    for (int i = 0; i < terms.size(); i++) {
      List<Double> values = weights ? terms.get(i).weights() : terms.get(i).shares();
      StringBuilder d = new StringBuilder();
      for (int e = 0; e < values.size(); e++) {
        if (Double.isFinite(values.get(e))) {
          double x = LEFT + (WIDTH - 4 - LEFT) * e / Math.max(1, values.size() - 1);
          double y = bottom - (bottom - TOP) * values.get(e) / top;
          d.append(d.isEmpty() ? 'M' : 'L').append(Svg.number(x)).append(' ').append(Svg.number(y));
        }
      }
      svg.path("line term" + i % 8, d.toString());
    }
    return svg.end();
  }
}
