package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kd4j.experiments.statistics.Interval;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.statistics.WilcoxonSignedRank;
import org.kd4j.experiments.study.StrategyChoice;

/**
 * The report's table of what each difference to scratch rests on, as texts.
 *
 * @param heads of the numbers
 * @param lines a row compared each; empty where nothing is
 * @param notes what the columns are, and why some are not there
 */
record Differences(List<String> heads, List<Line> lines, List<String> notes) {
  private static final List<String> ALWAYS =
      List.of(
          "difference, points",
          "over test samples",
          "p",
          "p (Holm)",
          "effect size",
          "detectable, points",
          "seeds needed");
  private static final List<String> WITH_ENOUGH = List.of("p (signed ranks)", "BCa, points");

  /**
   * A row.
   *
   * @param css its colour
   * @param name strategy and options
   * @param verdict in words, with the reason where there is none
   * @param cells the numbers, in the order of the heads
   */
  record Line(String css, String name, String verdict, List<String> cells) {}

  static Differences of(Summary summary, Map<StrategyChoice, String> palette) {
    List<Summary.Row> rows =
        summary.rows().stream().filter(row -> row.difference().isPresent()).toList();
    int pairs =
        rows.stream().mapToInt(row -> row.difference().orElseThrow().mean().n()).max().orElse(0);
    boolean enough = pairs >= PairedDifference.ENOUGH_PAIRS;
    List<String> heads = new ArrayList<>(ALWAYS);
    if (enough) {
      heads.addAll(WITH_ENOUGH);
    }
    List<Line> lines = new ArrayList<>();
    for (Summary.Row row : rows) {
      PairedDifference difference = row.difference().orElseThrow();
      String why = Verdict.whyNone(difference);
      lines.add(
          new Line(
              palette.getOrDefault(row.choice(), ""),
              row.choice().toString(),
              row.verdict().orElseThrow().words() + (why.isEmpty() ? "" : ": " + why),
              cells(summary, row, difference, enough)));
    }
    return new Differences(heads, lines, notes(summary, pairs, enough));
  }

  private static List<String> cells(
      Summary summary, Summary.Row row, PairedDifference difference, boolean enough) {
    double level = summary.strictestLevel();
    double seeds = difference.seedsNeeded(level);
    List<String> cells = new ArrayList<>();
    cells.add(Numbers.points(difference.mean()));
    cells.add(points(row.overTestSamples()));
    cells.add(Numbers.p(difference.p()));
    cells.add(Numbers.p(row.holm()));
    cells.add(Numbers.fixed("%+.2f", difference.effectSize().hedges()));
    cells.add(Numbers.fixed("%.2f", 100 * difference.detectable(level)));
    cells.add(Double.isInfinite(seeds) ? "> 100,000" : Numbers.fixed("%.0f", seeds));
    if (enough) {
      cells.add(difference.signedRank().map(WilcoxonSignedRank::p).map(Numbers::p).orElse("—"));
      cells.add(points(difference.bootstrap()));
    }
    return cells.stream().map(cell -> cell.replace('-', '−')).toList();
  }

  /** {@code +0.12 to +0.80}, in percentage points. */
  private static String points(Interval interval) {
    return Double.isNaN(interval.low())
        ? Numbers.NONE
        : Numbers.points(interval.low()) + " to " + Numbers.points(interval.high());
  }

  private static List<String> notes(Summary summary, int pairs, boolean enough) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "± and p speak of the randomness of training, on this test set. “Over test samples” is the"
            + " 95 % interval for other test samples of the same kind, with the networks as they"
            + " are (BCa bootstrap).");
    notes.add(
        "A row is called better or worse if its corrected p is below 0.05. No difference detectable"
            + " does not mean that there is none: “detectable” is the true difference that this"
            + " many seeds would find 4 times in 5, and “seeds needed” how many would find one as"
            + " large as the mean seen, both at the strictest level of the correction ("
            + Numbers.fixed("%.4f", summary.strictestLevel())
            + ") and as uncertain as the spread they are taken from.");
    notes.add(
        "The effect size is the mean difference over the standard deviation of the differences,"
            + " corrected for few seeds (Cohen's d for pairs, Hedges' correction); from 3 seeds"
            + " on.");
    notes.add(
        enough
            ? "Beside the t-test that decides stand two that do not assume a normal distribution:"
                + " Wilcoxon's signed ranks (exact; zeros after Pratt; not corrected for several"
                + " comparisons) and a BCa bootstrap interval over seeds."
            : "Wilcoxon's signed ranks and a bootstrap interval over seeds are shown from "
                + PairedDifference.ENOUGH_PAIRS
                + " seeds on: with "
                + Numbers.several(pairs, "seed")
                + " the ranks could not give a p below "
                + Numbers.fixed("%.3f", Math.min(1, Math.pow(2, 1 - pairs)))
                + " whatever the differences, and resamples of so few values make intervals that"
                + " are too narrow.");
    return notes;
  }
}
