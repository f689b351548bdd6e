package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * A study some rows of which are first searched for.
 *
 * @param first the study with each searched row's first candidate in its place
 * @param candidates of each searched row, by that first one
 * @param search how
 */
public record SearchedStudy(
    StudySpec first, Map<StrategyChoice, List<StrategyChoice>> candidates, Search search) {

  /** The same search for a study of another size. */
  public SearchedStudy within(StudySpec smaller) {
    return new SearchedStudy(smaller, candidates, search);
  }

  /** The rounds for a searched row. */
  public List<Search.Rung> rungs(StrategyChoice row) {
    return search.rungs(candidates.get(row).size(), first.student().epochs());
  }

  /**
   * What a round trains.
   *
   * @param taking part
   * @param epochs of the student
   */
  public StudySpec round(List<StrategyChoice> taking, int epochs) {
    List<Long> seeds = first.seeds().subList(0, Math.min(search.seeds(), first.seeds().size()));
    return first.with(first.student().withEpochs(epochs), taking, seeds);
  }

  /** The study with what was found. */
  public StudySpec with(Map<StrategyChoice, StrategyChoice> found) {
    LinkedHashSet<StrategyChoice> rows = new LinkedHashSet<>();
    first.strategies().forEach(row -> rows.add(found.getOrDefault(row, row)));
    return first.withStrategies(new ArrayList<>(rows));
  }
}
