package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;

class ConfusableGroupsTests {
  @Test
  void classesThatAreConfusedAreFoundWhereverKmeansStarts() {
    double[][] covariance = confusing(9, new int[][] {{0, 4, 7}, {1, 2, 8}, {3, 5, 6}}, 0.1);
    for (int start = 0; start < 20; start++) {
      assertThat(ConfusableGroups.of(covariance, 3, 3, Draws.of(start, "start")))
          .containsExactly(List.of(0, 4, 7), List.of(1, 2, 8), List.of(3, 5, 6));
    }
  }

  /** A little confusion stands out against the classes a sure classifier never mixes. */
  @Test
  void aSureClassifiersFewConfusionsAreEnough() {
    double[][] covariance = confusing(10, new int[][] {{4, 9}, {3, 5}, {1, 7}}, 0.05);
    List<List<Integer>> groups = ConfusableGroups.of(covariance, 7, 2, new Draws(1));
    assertThat(groups).contains(List.of(4, 9), List.of(3, 5), List.of(1, 7));
  }

  @Test
  void aClassConfusedOnBothSidesHasTwoSpecialists() {
    double[][] covariance = confusing(7, new int[][] {{0, 1, 2}, {2, 3, 4}, {5, 6}}, 0.2);
    assertThat(ConfusableGroups.of(covariance, 3, 3, new Draws(1)))
        .contains(List.of(0, 1, 2), List.of(2, 3, 4));
  }

  @Test
  void aClusterThatIsTooLargeKeepsWhatIsMostConfused() {
    double[][] covariance = new double[5][5];
    double[][] apart = {{0, 1, 0.5}, {0, 2, 0.4}, {1, 2, 0.3}};
    for (double[] pair : apart) {
      covariance[(int) pair[0]][(int) pair[1]] = pair[2];
      covariance[(int) pair[1]][(int) pair[0]] = pair[2];
    }
    covariance[3][3] = 5;
    covariance[4][4] = 5;
    assertThat(ConfusableGroups.of(covariance, 3, 2, new Draws(1)).get(0)).containsExactly(0, 1);
  }

  @Test
  void theSameDrawsGiveTheSameGroups() {
    double[][] covariance = confusing(10, new int[][] {{0, 1}}, 0.01);
    assertThat(ConfusableGroups.of(covariance, 4, 3, new Draws(5)))
        .isEqualTo(ConfusableGroups.of(covariance, 4, 3, new Draws(5)));
  }

  @Test
  void whereNothingIsConfusedGroupsAreStillDifferentAndWhole() {
    for (int size = 2; size < 5; size++) {
      List<List<Integer>> groups =
          ConfusableGroups.of(new double[5][5], 5, size, Draws.of(size, "start"));
      assertThat(groups).hasSize(5).doesNotHaveDuplicates();
      for (List<Integer> group : groups) {
        assertThat(group).hasSize(size).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  /** As a plan has them, which predicts nothing: in no time, however many. */
  @Test
  void manyClassesThatAreNotConfusedAreTakenInTurn() {
    List<List<Integer>> groups =
        ConfusableGroups.of(new double[1296][1296], 61, 26, Draws.of(1, "start"));
    assertThat(groups).hasSize(61).doesNotHaveDuplicates();
    assertThat(groups.get(3)).hasSize(26).isSorted().contains(3, 64, 125);
    assertThat(groups.stream().flatMap(List::stream).distinct().count()).isEqualTo(1296);
  }

  @Test
  void kmeansIsStartedLessOftenWhereAStepIsLong() {
    assertThat(ConfusableGroups.starts(10, 3)).isEqualTo(50);
    assertThat(ConfusableGroups.starts(100, 61)).isEqualTo(50);
    assertThat(ConfusableGroups.starts(1296, 6)).isEqualTo(9);
    assertThat(ConfusableGroups.starts(15000, 61)).isEqualTo(1);
  }

  /** 61 specialists of 300 classes over 15,000. */
  @Test
  void theCustomarySizeIsInThePapersProportion() {
    assertThat(ConfusableGroups.customarySize(15000, 61)).isEqualTo(300);
    assertThat(ConfusableGroups.customarySize(10, 3)).isEqualTo(4);
    assertThat(ConfusableGroups.customarySize(3, 3)).isEqualTo(2);
    assertThat(ConfusableGroups.customarySize(3, 1)).isEqualTo(2);
  }

  @Test
  void groupsThatCannotBeAreRefusedWithBothNumbers() {
    assertThatThrownBy(() -> ConfusableGroups.of(new double[3][3], 4, 2, new Draws(1)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "grouping needs specialists to be from 1 to the number of classes, 3, since each is a cluster of them; was 4");
    assertThatThrownBy(() -> ConfusableGroups.of(new double[3][3], 2, 4, new Draws(1)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "grouping needs groupSize to be from 2 to 2, so that of the 3 classes some stay outside; was 4");
    assertThatThrownBy(() -> ConfusableGroups.of(new double[5][5], 2, 1, new Draws(1)))
        .hasMessageContaining("from 2 to 4")
        .hasMessageEndingWith("was 1");
  }

  /**
   * The covariance of a classifier that is right but for a share of each group's samples, where it
   * wavers between the true class and another of the group.
   */
  private static double[][] confusing(int classes, int[][] groups, double share) {
    int each = 400;
    float[] logits = new float[classes * each * classes];
    int[] labels = new int[classes * each];
    Draws draws = Draws.of(1, "confusion");
    for (int r = 0; r < labels.length; r++) {
      labels[r] = r % classes;
      logits[r * classes + labels[r]] = 8;
      for (int[] group : groups) {
        for (int c : group) {
          boolean mine = c == labels[r] && draws.at(r).uniform(c) < share;
          if (mine) {
            logits[r * classes + group[draws.at(r).below(99, group.length)]] = 8;
          }
        }
      }
    }
    return ConfusionCovariance.of(new Predictions(logits, classes, labels));
  }
}
