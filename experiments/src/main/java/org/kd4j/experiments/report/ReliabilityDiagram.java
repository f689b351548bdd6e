package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.experiments.study.Portrait;
import org.kd4j.experiments.study.Portraits;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * How often a network is right where it says how sure it is, samples of all seeds together (C. Guo
 * et al., "On Calibration of Modern Neural Networks", ICML 2017, figure 1). On the diagonal it is
 * as right as it is sure; below, too sure.
 */
final class ReliabilityDiagram {
  private static final double SIDE = 190;
  private static final double LEFT = 34;
  private static final double TOP = 6;
  private static final double FLOOR = 34;

  private ReliabilityDiagram() {}

  /** The guide's and those of the best rows, the baseline among them. */
  static List<Chart> of(
      StudyResult study, Summary summary, Map<StrategyChoice, String> palette, int most) {
    List<Chart> charts = new ArrayList<>();
    List<Portrait> guides =
        portraits(study.trials()).stream().flatMap(p -> p.guide().stream()).toList();
    if (!guides.isEmpty()) {
      charts.add(chart("base", "guides", guides));
    }
    Map<StrategyChoice, List<TrialResult>> trials = Summary.byChoice(study);
    for (Summary.Row row : shown(summary, most)) {
      List<Portrait> own =
          portraits(trials.get(row.choice())).stream().map(Portraits::deployed).toList();
      if (!own.isEmpty()) {
        charts.add(chart(palette.get(row.choice()), row.choice().toString(), own));
      }
    }
    return charts;
  }

  /** The best rows by mean accuracy, the baseline in any case, in the order of the table. */
  static List<Summary.Row> shown(Summary summary, int most) {
    List<Summary.Row> best =
        summary.rows().stream()
            .sorted(
                Comparator.comparing((Summary.Row r) -> r.kind() != Summary.Kind.BASELINE)
                    .thenComparing(
                        Comparator.comparingDouble((Summary.Row r) -> r.accuracy().value())
                            .reversed()))
            .limit(most)
            .toList();
    return summary.rows().stream().filter(best::contains).toList();
  }

  private static List<Portraits> portraits(List<TrialResult> trials) {
    return Objects.requireNonNull(trials).stream().flatMap(t -> t.portraits().stream()).toList();
  }

  private static Chart chart(String css, String name, List<Portrait> portraits) {
    double[] samples = new double[Evaluation.BINS];
    double[] sure = new double[Evaluation.BINS];
    double[] right = new double[Evaluation.BINS];
    for (Portrait portrait : portraits) {
      for (Portrait.Bin bin : portrait.bins()) {
        samples[bin.place()] += bin.samples();
        sure[bin.place()] += bin.samples() * bin.confidence();
        right[bin.place()] += bin.samples() * bin.accuracy();
      }
    }
    return new Chart(css, name, draw(name, css, samples, sure, right), "");
  }

  private static String draw(
      String name, String css, double[] samples, double[] sure, double[] right) {
    Svg svg = new Svg(LEFT + SIDE + 12, TOP + SIDE + FLOOR, "reliability of " + name);
    double all = 0;
    for (double s : samples) {
      all += s;
    }
    for (int tick = 0; tick <= 4; tick++) {
      double at = tick / 4.0;
      svg.line("grid", LEFT, y(at), LEFT + SIDE, y(at));
      if (tick % 2 == 0) {
        svg.text("tick end", LEFT - 6, y(at) + 4, Svg.number(100 * at));
        svg.text("tick middle", LEFT + at * SIDE, y(0) + 16, Svg.number(100 * at));
      }
    }
    svg.text("label middle", LEFT + SIDE / 2, y(0) + 30, "confidence, %");
    double width = SIDE / samples.length;
    for (int b = 0; b < samples.length; b++) {
      if (samples[b] > 0) {
        double share = right[b] / samples[b];
        // Few samples, faint bar: their share of right ones says little.
        double ink = 0.12 + 0.78 * Math.min(1, Math.sqrt(15 * samples[b] / all));
        svg.raw(
            "<rect class=\"bin "
                + css
                + "\" x=\""
                + Svg.number(LEFT + b * width + 0.5)
                + "\" y=\""
                + Svg.number(y(share))
                + "\" width=\""
                + Svg.number(width - 1)
                + "\" height=\""
                + Svg.number(share * SIDE)
                + "\" fill-opacity=\""
                + Svg.number(ink)
                + "\"><title>"
                + Svg.number(samples[b])
                + " samples, sure "
                + Numbers.percent(sure[b] / samples[b])
                + " %, right "
                + Numbers.percent(share)
                + " %</title></rect>");
      }
    }
    svg.line("mark", LEFT, y(0), LEFT + SIDE, y(1));
    svg.line("axis", LEFT, y(0), LEFT + SIDE, y(0));
    return svg.end();
  }

  private static double y(double share) {
    return TOP + (1 - share) * SIDE;
  }
}
