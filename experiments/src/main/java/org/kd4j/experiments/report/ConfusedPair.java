package org.kd4j.experiments.report;

import java.util.Comparator;
import java.util.List;
import org.kd4j.core.evaluation.Confusion;

/**
 * A class and one it is taken for, samples of all seeds together: of so many classes that a grid of
 * them could not be read, the pairs that are confused most.
 *
 * @param label the true class
 * @param predicted what it is taken for
 * @param times how many of its samples
 * @param samples it has
 * @param teacher how many of the same the teacher takes so; empty where nothing is known of one
 */
record ConfusedPair(String label, String predicted, int times, int samples, String teacher) {
  private static final int MOST_PAIRS = 24;

  /** The most frequent errors, the first classes of equals. */
  static List<ConfusedPair> of(List<Confusion> own, List<Confusion> taught, List<String> names) {
    int classes = own.get(0).classes();
    Confusion all = Confusion.sum(classes, own);
    int[] samples = all.labelled();
    Confusion teacher = Confusion.sum(classes, taught);
    return all.cells().stream()
        .filter(cell -> !cell.hit())
        .sorted(Comparator.comparingInt(cell -> -cell.count()))
        .limit(MOST_PAIRS)
        .map(
            cell ->
                new ConfusedPair(
                    ConfusionGrid.name(names, cell.label()),
                    ConfusionGrid.name(names, cell.predicted()),
                    cell.count(),
                    samples[cell.label()],
                    taught.isEmpty() ? "" : Integer.toString(times(teacher, cell))))
        .toList();
  }

  private static int times(Confusion confusion, Confusion.Cell like) {
    return confusion.cells().stream()
        .filter(c -> c.label() == like.label() && c.predicted() == like.predicted())
        .mapToInt(Confusion.Cell::count)
        .sum();
  }
}
