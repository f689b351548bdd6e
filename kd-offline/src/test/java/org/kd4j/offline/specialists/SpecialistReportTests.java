package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.offline.specialists.SpecialistReport.Gain;

class SpecialistReportTests {
  /** Of the classes 0 to 3: class 1 has two specialists, class 3 none. */
  private static final List<List<Integer>> GROUPS = List.of(List.of(0, 1), List.of(1, 2));

  private static final int[] LABELS = {0, 1, 1, 2, 3, -1};

  /** Says 0, 0, 2, 3, 3, 1; second choices 1, 1, 1, 2, 0, 0. */
  private static final Predictions GENERALIST =
      new Predictions(
          new float[] {
            2, 1, 0, 0, /**/ 2, 1, 0, 0, /**/ 0, 1, 2, 0, /**/ 0, 0, 1, 2, /**/ 1, 0, 0, 2, /**/ 1,
            2, 0, 0
          },
          4,
          LABELS);

  /** Says 0, 1, 1, 3, 0, 1. */
  private static final Predictions TOGETHER =
      new Predictions(
          new float[] {
            2, 1, 0, 0, /**/ 1, 2, 0, 0, /**/ 0, 2, 1, 0, /**/ 0, 0, 1, 2, /**/ 2, 0, 0, 1, /**/ 1,
            2, 0, 0
          },
          4,
          LABELS);

  private static final SpecialistReport REPORT =
      SpecialistReport.of(GROUPS, 1, GENERALIST, TOGETHER);

  @Test
  void accuracyIsOverAllLabelledSamples() {
    assertThat(REPORT.all()).isEqualTo(new Gain(5, 2, 3));
    assertThat(REPORT.all().generalistAccuracy()).isEqualTo(0.4);
    assertThat(REPORT.all().wholeAccuracy()).isEqualTo(0.6);
    assertThat(REPORT.all().relativeChange()).isEqualTo(0.5);
  }

  /** Without class 3 to choose, the 2 it hides is seen. */
  @Test
  void conditionalAccuracyChoosesAmongCoveredClassesOnly() {
    assertThat(REPORT.conditional()).isEqualTo(new Gain(4, 2, 4));
    assertThat(REPORT.specialists().get(0).conditional()).isEqualTo(new Gain(3, 2, 3));
    assertThat(REPORT.specialists().get(1).conditional()).isEqualTo(new Gain(3, 2, 3));
  }

  @Test
  void gainIsToldByHowManySpecialistsCoverTheClass() {
    assertThat(REPORT.coverage())
        .containsExactly(new Gain(1, 1, 0), new Gain(2, 1, 1), new Gain(2, 0, 2));
  }

  @Test
  void whoWasActiveWhen() {
    // called: by 0 the first, by 0 the first, by 2 the second, by 3 nobody, by 3 nobody
    assertThat(REPORT.specialists().get(0).active()).isEqualTo(2);
    assertThat(REPORT.specialists().get(0).activeOnGroup()).isEqualTo(2);
    assertThat(REPORT.specialists().get(1).active()).isEqualTo(1);
    assertThat(REPORT.specialists().get(1).activeOnGroup()).isEqualTo(1);
    assertThat(REPORT.called()).containsExactly(2, 3, 0);
    assertThat(REPORT.networksPerSample()).isCloseTo(1.6, within(1e-12));
  }

  @Test
  void predictionsOfOtherSamplesAreRefused() {
    Predictions others = new Predictions(new float[4], 4, new int[] {1});
    assertThatThrownBy(() -> SpecialistReport.of(GROUPS, 1, GENERALIST, others))
        .hasMessage("generalist and whole must predict the same samples");
  }

  @Test
  void itIsToldInSentences() {
    SpecialistReport.Gain all = new SpecialistReport.Gain(8, 4, 6);
    SpecialistReport.Gain some = new SpecialistReport.Gain(4, 2, 3);
    SpecialistReport.Gain none = new SpecialistReport.Gain(0, 0, 0);
    SpecialistReport report =
        new SpecialistReport(
            all,
            some,
            List.of(new SpecialistReport.Specialist(List.of(0, 2), some, 5, 3)),
            List.of(none, all),
            List.of(3, 5));
    assertThat(report.told())
        .containsExactly(
            "all together 75.00 % right (generalist 50.00 %); on the classes that are covered"
                + " 75.00 % right (generalist 50.00 %)",
            "specialist-1 for [0, 2]: 75.00 % right (generalist 50.00 %); called for 5 of 8"
                + " samples, 3 of them its own",
            "classes that 1 cover: +2 right of 8");
  }
}
