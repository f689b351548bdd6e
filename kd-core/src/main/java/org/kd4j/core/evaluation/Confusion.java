package org.kd4j.core.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;

/**
 * The confusion matrix: how many samples of which true class were taken for which. Of its cells
 * only those that are not 0 are kept, at most as many as samples, so that it stays small however
 * many classes there are.
 *
 * @param classes how many
 * @param cells that are not 0, by true class, then by predicted
 */
public record Confusion(int classes, List<Cell> cells) {
  private static final Comparator<Cell> ORDER =
      Comparator.comparingInt(Cell::label).thenComparingInt(Cell::predicted);

  /**
   * A cell.
   *
   * @param label the true class
   * @param predicted what its samples were taken for
   * @param count how many, at least 1
   */
  public record Cell(int label, int predicted, int count) {
    /** Whether the two are one: its samples were taken for what they are. */
    public boolean hit() {
      return label == predicted;
    }
  }

  /** Checks the cells. */
  public Confusion {
    cells = List.copyOf(cells);
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      UsageException.require(
          inside(cell.label(), classes) && inside(cell.predicted(), classes) && cell.count() >= 1,
          "a cell must be of the classes 0 to %d and count 1 at least, was %s",
          classes - 1,
          cell);
      UsageException.require(
          i == 0 || ORDER.compare(cells.get(i - 1), cell) < 0,
          "cells must be in the order of true class and predicted, each once; %s came before %s",
          i == 0 ? cell : cells.get(i - 1),
          cell);
    }
  }

  private static boolean inside(int label, int classes) {
    return label >= 0 && label < classes;
  }

  /** Of predictions; rows without a label do not count. */
  public static Confusion of(Predictions predictions) {
    List<Cell> ones = new ArrayList<>();
    for (int r = 0; r < predictions.size(); r++) {
      if (predictions.labels()[r] >= 0) {
        ones.add(new Cell(predictions.labels()[r], predictions.predicted(r), 1));
      }
    }
    return summed(predictions.classes(), ones);
  }

  /** Of counts by [true class][predicted class]. */
  public static Confusion of(int[][] counts) {
    List<Cell> cells = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      for (int c = 0; c < counts[label].length; c++) {
        if (counts[label][c] != 0) {
          cells.add(new Cell(label, c, counts[label][c]));
        }
      }
    }
    return new Confusion(counts.length, cells);
  }

  /** Of several, of the same classes, taken together. */
  public static Confusion sum(int classes, List<Confusion> all) {
    return summed(classes, all.stream().flatMap(one -> one.cells.stream()).toList());
  }

  private static Confusion summed(int classes, List<Cell> cells) {
    SortedMap<Cell, Integer> counts = new TreeMap<>(ORDER);
    cells.forEach(cell -> counts.merge(cell, cell.count(), Integer::sum));
    return new Confusion(
        classes,
        counts.entrySet().stream()
            .map(e -> new Cell(e.getKey().label(), e.getKey().predicted(), e.getValue()))
            .toList());
  }

  /** Counts by [true class][predicted class]. */
  public int[][] counts() {
    int[][] counts = new int[classes][classes];
    cells.forEach(cell -> counts[cell.label()][cell.predicted()] = cell.count());
    return counts;
  }

  /** Samples of each class. */
  public int[] labelled() {
    int[] samples = new int[classes];
    cells.forEach(cell -> samples[cell.label()] += cell.count());
    return samples;
  }

  /** Samples taken for each class. */
  public int[] predicted() {
    int[] samples = new int[classes];
    cells.forEach(cell -> samples[cell.predicted()] += cell.count());
    return samples;
  }

  /** Samples of each class that were taken for it. */
  public int[] right() {
    int[] samples = new int[classes];
    cells.stream().filter(Cell::hit).forEach(cell -> samples[cell.label()] = cell.count());
    return samples;
  }

  /** Samples of a class that were taken for another. */
  public int errorsOn(int label) {
    return cells.stream()
        .filter(cell -> cell.label() == label && !cell.hit())
        .mapToInt(Cell::count)
        .sum();
  }
}
