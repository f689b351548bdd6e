package org.kd4j.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Confusion.Cell;

class ConfusionTest {
  private static final int[][] COUNTS = {{5, 2, 0}, {1, 6, 3}, {0, 2, 9}};

  @Test
  void whatIsNotZeroIsKeptInOrder() {
    Confusion confusion = Confusion.of(COUNTS);
    assertThat(confusion.cells())
        .containsExactly(
            new Cell(0, 0, 5),
            new Cell(0, 1, 2),
            new Cell(1, 0, 1),
            new Cell(1, 1, 6),
            new Cell(1, 2, 3),
            new Cell(2, 1, 2),
            new Cell(2, 2, 9));
    assertThat(confusion.counts()).isDeepEqualTo(COUNTS);
    assertThat(confusion.labelled()).containsExactly(7, 10, 11);
    assertThat(confusion.predicted()).containsExactly(6, 10, 12);
    assertThat(confusion.right()).containsExactly(5, 6, 9);
    assertThat(confusion.errorsOn(1)).isEqualTo(4);
  }

  @Test
  void severalAddUpCellByCell() {
    Confusion one = Confusion.of(COUNTS);
    Confusion other = Confusion.of(new int[][] {{0, 0, 1}, {0, 1, 0}, {0, 0, 0}});
    assertThat(Confusion.sum(3, List.of(one, other)).counts())
        .isDeepEqualTo(new int[][] {{5, 2, 1}, {1, 7, 3}, {0, 2, 9}});
    assertThat(Confusion.sum(3, List.of())).isEqualTo(new Confusion(3, List.of()));
  }

  /** Of many classes: the measures of a matrix that holds every cell, and room for few cells. */
  @Test
  void measuresEqualThoseOfTheWholeMatrix() {
    int classes = 1296;
    int rows = 2000;
    float[] logits = new float[rows * classes];
    int[] labels = new int[rows];
    int[][] whole = new int[classes][classes];
    int counted = 0;
    for (int r = 0; r < rows; r++) {
      Draws draws = Draws.of(7, "row").at(r);
      int predicted = draws.below(0, classes);
      logits[r * classes + predicted] = 5;
      labels[r] =
          draws.uniform(1) < 0.1
              ? -1
              : draws.uniform(2) < 0.6 ? predicted : draws.below(3, classes);
      if (labels[r] >= 0) {
        whole[labels[r]][predicted]++;
        counted++;
      }
    }
    Measures measures = Evaluation.measures(new Predictions(logits, classes, labels));
    assertThat(measures.samples()).isEqualTo(counted);
    assertThat(measures.confusion().counts()).isDeepEqualTo(whole);
    assertThat(measures.confusion().cells()).hasSizeLessThanOrEqualTo(counted);
    assertThat(measures.macroF1()).isCloseTo(macroF1(whole), within(1e-12));
    assertThat(measures.matthews()).isCloseTo(matthews(whole, counted), within(1e-12));
  }

  /** The mean of 2PR / (P + R) over the classes that occur, from precision and recall. */
  private static double macroF1(int[][] whole) {
    double sum = 0;
    int present = 0;
    for (int c = 0; c < whole.length; c++) {
      double row = 0;
      double column = 0;
      for (int o = 0; o < whole.length; o++) {
        row += whole[c][o];
        column += whole[o][c];
      }
      present += row + column > 0 ? 1 : 0;
      if (whole[c][c] > 0) {
        double recall = whole[c][c] / row;
        double precision = whole[c][c] / column;
        sum += 2 * precision * recall / (precision + recall);
      }
    }
    return sum / present;
  }

  /** Σ Cov(label is c, prediction is c) / √(Σ Var(label is c) · Σ Var(prediction is c)). */
  private static double matthews(int[][] whole, double n) {
    double both = 0;
    double labels = 0;
    double said = 0;
    for (int c = 0; c < whole.length; c++) {
      double row = 0;
      double column = 0;
      for (int o = 0; o < whole.length; o++) {
        row += whole[c][o] / n;
        column += whole[o][c] / n;
      }
      both += whole[c][c] / n - row * column;
      labels += row - row * row;
      said += column - column * column;
    }
    return both / Math.sqrt(labels * said);
  }

  @Test
  void cellsOutOfPlaceAreRefused() {
    assertThatThrownBy(() -> new Confusion(2, List.of(new Cell(0, 2, 1))))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "a cell must be of the classes 0 to 1 and count 1 at least,"
                + " was Cell[label=0, predicted=2, count=1]");
    assertThatThrownBy(() -> new Confusion(2, List.of(new Cell(1, 1, 0))))
        .hasMessageContaining("count 1 at least");
    assertThatThrownBy(() -> new Confusion(2, List.of(new Cell(1, 0, 1), new Cell(0, 0, 1))))
        .hasMessageContaining("must be in the order");
    assertThatThrownBy(() -> new Confusion(2, List.of(new Cell(1, 0, 1), new Cell(1, 0, 2))))
        .hasMessageContaining("each once");
  }
}
