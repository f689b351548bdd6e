package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.data.Samples;

class DustbinTests {
  private static final int CLASSES = 5;
  private static final int INPUTS = 7;
  private static final List<Integer> GROUP = List.of(1, 3);

  /** p(class) and p(input | class) of some discrete world. */
  private final double[] prior = distribution("prior", 0, CLASSES);

  private final double[][] likelihood = new double[CLASSES][];

  DustbinTests() {
    Arrays.setAll(likelihood, c -> distribution("input", c, INPUTS));
  }

  @Test
  void whatIsSampledAsNatureHasItNeedsNoCorrection() {
    assertThat(Dustbin.correction(0.3, 0.3)).isZero();
    assertThat(Dustbin.correction(0.5, 0.5)).isZero();
  }

  /** A tenth of the samples, half of what was shown: dustbin odds were made 9 times too small. */
  @Test
  void halfOfWhatWasShownIsTheLogOfTheOddsAgainstTheGroup() {
    assertThat(Dustbin.correction(0.1, 0.5)).isCloseTo(Math.log(9), within(1e-15));
  }

  @Test
  void theCorrectedPosteriorIsBayes() {
    double s = GROUP.stream().mapToDouble(c -> prior[c]).sum();
    for (double f : new double[] {0.5, 0.05, 0.9}) {
      double correction = Dustbin.correction(s, f);
      for (int x = 0; x < INPUTS; x++) {
        double[] natural = posterior(x, 1, 1);
        double[] biased = posterior(x, f / s, (1 - f) / (1 - s));
        assertThat(biased[GROUP.size()]).isNotCloseTo(natural[GROUP.size()], within(1e-3));
        assertThat(corrected(biased, correction)).containsExactly(natural, within(1e-14));
      }
    }
  }

  /** So a guide who speaks for nature and labels sampled otherwise can ask for one and the same. */
  @Test
  void takenBackItMakesNaturesPosteriorTheSampledOne() {
    double s = GROUP.stream().mapToDouble(c -> prior[c]).sum();
    double[] natural = posterior(2, 1, 1);
    double[] sampled = posterior(2, 0.5 / s, 0.5 / (1 - s));
    assertThat(corrected(natural, -Dustbin.correction(s, 0.5)))
        .containsExactly(sampled, within(1e-14));
  }

  @Test
  void samplesOfOtherClassesGoToTheDustbin() {
    ArraySamples samples =
        ArraySamples.ofFloats(
            "digits",
            new Shape(1),
            5,
            new float[6],
            new int[] {0, 1, 2, 3, 4, -1},
            Normalization.by(1));
    Samples own = Dustbin.relabelled(samples, GROUP, "specialist-2");
    assertThat(own.labels()).containsExactly(2, 0, 2, 1, 2, -1);
    assertThat(own.classes()).isEqualTo(3);
    assertThat(own.name()).isEqualTo("digits/specialist-2");
  }

  @Test
  void sharesThatLeaveNothingAreRefused() {
    assertThatThrownBy(() -> Dustbin.correction(0, 0.5))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "a group's shares must be above 0 and below 1, were 0.0 of the samples and 0.5 of those shown");
    assertThatThrownBy(() -> Dustbin.correction(0.5, 1)).hasMessageContaining("1.0 of those shown");
  }

  /**
   * p(class of the group or dustbin | x) where group and rest are shown so many times too often.
   */
  private double[] posterior(int x, double groupFactor, double restFactor) {
    double[] p = new double[GROUP.size() + 1];
    for (int c = 0; c < CLASSES; c++) {
      int at = GROUP.indexOf(c);
      double joint = prior[c] * likelihood[c][x];
      p[at < 0 ? GROUP.size() : at] += joint * (at < 0 ? restFactor : groupFactor);
    }
    return normalized(p);
  }

  /** softmax(log p + correction of the last). */
  private static double[] corrected(double[] p, double correction) {
    double[] shifted = p.clone();
    shifted[p.length - 1] *= Math.exp(correction);
    return normalized(shifted);
  }

  private static double[] distribution(String what, int which, int size) {
    double[] p = new double[size];
    Arrays.setAll(p, i -> 0.05 + Draws.of(1, what, which).uniform(i));
    return normalized(p);
  }

  private static double[] normalized(double[] p) {
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(v -> v / sum).toArray();
  }
}
