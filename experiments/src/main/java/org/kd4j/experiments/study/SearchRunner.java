package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kd4j.core.base.RunException;

/**
 * Finds the options of searched rows by validation accuracy. The test split is not read: what is
 * found goes into the study, whose trials read it once.
 */
public final class SearchRunner {
  private SearchRunner() {}

  /**
   * A candidate in a round.
   *
   * @param choice strategy and options
   * @param epochs of the student
   * @param accuracy on validation samples, mean over seeds; NaN where it failed
   * @param kept whether it took part in what came next
   */
  public record Tried(StrategyChoice choice, int epochs, double accuracy, boolean kept) {}

  /**
   * What came out.
   *
   * @param study with what was found
   * @param found by the first candidate of each searched row
   * @param tried in the order of rows and rounds, within them the best first
   */
  public record Outcome(
      StudySpec study, Map<StrategyChoice, StrategyChoice> found, List<Tried> tried) {

    /** As CSV. */
    public String csv() {
      StringBuilder csv = new StringBuilder("strategy,options,epochs,validation_accuracy,kept\n");
      for (Tried one : tried) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%s,\"%s\",%d,%s,%s%n",
                one.choice().strategy(),
                one.choice().optionsText().replace("\"", "\"\""),
                one.epochs(),
                Double.isNaN(one.accuracy()) ? "" : Double.toString(one.accuracy()),
                one.kept()));
      }
      return csv.toString().replace(System.lineSeparator(), "\n");
    }
  }

  /** Searches, row after row. */
  public static Outcome run(
      Studies studies, SearchedStudy searched, RunSettings settings, StudyListener listener) {
    Map<StrategyChoice, StrategyChoice> found = new LinkedHashMap<>();
    List<Tried> tried = new ArrayList<>();
    searched
        .candidates()
        .forEach(
            (row, candidates) -> {
              List<StrategyChoice> left = candidates;
              List<Search.Rung> rungs = searched.rungs(row);
              for (int r = 0; r < rungs.size(); r++) {
                StudySpec round = searched.round(left, rungs.get(r).epochs());
                int keep = r + 1 < rungs.size() ? rungs.get(r + 1).candidates() : 1;
                List<Tried> ranked =
                    ranked(studies.validate(round, settings, listener), round, keep);
                tried.addAll(ranked);
                left = ranked.stream().filter(Tried::kept).map(Tried::choice).toList();
                if (left.isEmpty()) {
                  throw new RunException(
                      "No candidate of '" + row.strategy() + "' could be trained; see the notes");
                }
              }
              found.put(row, left.get(0));
            });
    return new Outcome(searched.with(found), found, tried);
  }

  /** The best first; of equals, the one drawn first. What failed is kept by no means. */
  private static List<Tried> ranked(
      Map<StrategyChoice, Double> accuracies, StudySpec round, int keep) {
    List<StrategyChoice> order = new ArrayList<>(round.strategies());
    order.sort(Comparator.comparingDouble(c -> -orLast(accuracies.getOrDefault(c, Double.NaN))));
    List<Tried> ranked = new ArrayList<>();
    for (StrategyChoice choice : order) {
      double accuracy = accuracies.getOrDefault(choice, Double.NaN);
      boolean kept = ranked.size() < keep && !Double.isNaN(accuracy);
      ranked.add(new Tried(choice, round.student().epochs(), accuracy, kept));
    }
    return ranked;
  }

  private static double orLast(double accuracy) {
    return Double.isNaN(accuracy) ? Double.NEGATIVE_INFINITY : accuracy;
  }
}
