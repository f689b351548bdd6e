package org.kd4j.experiments.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;

/** The result of a study in a sentence or two, which claims no more than the numbers carry. */
final class Headline {
  private Headline() {}

  static String of(Summary summary) {
    Optional<Summary.Row> best = summary.best();
    if (best.isEmpty()) {
      return "No trial has finished, so there is nothing to compare yet.";
    }
    String teacher =
        summary
            .teacher()
            .map(t -> " The teacher has " + Numbers.percent(t.accuracy().value()) + " %.")
            .orElse("");
    return compared(summary, best.get()) + teacher;
  }

  private static String compared(Summary summary, Summary.Row best) {
    String seeds = Numbers.several(best.accuracy().n(), "seed");
    String name = "“" + best.choice() + "”";
    String accuracy = Numbers.percent(best.accuracy().value()) + " % test accuracy";
    List<Summary.Row> others =
        summary.rows().stream().filter(r -> r.kind() == Summary.Kind.COMPARED).toList();
    if (summary.baseline().isEmpty()) {
      return String.format(
          Locale.ROOT,
          "%s has the highest mean, %s over %s; without a student trained from scratch, nothing here"
              + " says what the teaching added.",
          name,
          accuracy,
          seeds);
    }
    if (others.isEmpty()) {
      return String.format(
          Locale.ROOT, "The student taught by nobody has %s over %s.", accuracy, seeds);
    }
    if (best.kind() == Summary.Kind.BASELINE) {
      return String.format(
          Locale.ROOT,
          "No strategy has a higher mean than the student taught by nobody, which has %s over %s.",
          accuracy,
          seeds);
    }
    return name + " has the highest mean test accuracy: " + ahead(summary, best);
  }

  private static String ahead(Summary summary, Summary.Row best) {
    Mean difference = best.difference().map(PairedDifference::mean).orElse(Mean.of());
    String points = Numbers.percent(best.accuracy().value()) + " %, ";
    if (difference.n() == 0) {
      return points + "over other seeds than the student taught by nobody, so not compared.";
    }
    if (difference.n() == 1) {
      return points
          + Numbers.percent(difference.value())
          + " points above the student taught by nobody; with one seed this may well be chance.";
    }
    points += Numbers.percent(difference) + " points above the student taught by nobody";
    if (Double.isNaN(best.holm())) {
      return points + "; it is the same at every seed, which leaves nothing to test it against.";
    }
    return String.format(
        Locale.ROOT,
        "%s (%s, p %s after correction for %s), which %s.",
        points,
        Numbers.several(difference.n(), "seed"),
        best.holm() < 0.001 ? "< 0.001" : "= " + Numbers.p(best.holm()),
        Numbers.several(summary.comparisons(), "comparison"),
        best.verdict().equals(Optional.of(Verdict.BETTER))
            ? "chance alone would rarely do"
            : "may be chance");
  }
}
