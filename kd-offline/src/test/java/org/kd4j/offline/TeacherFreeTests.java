package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class TeacherFreeTests {
  private static final float A = 0.99f;

  @Test
  void thePapersTermAgreesWithItsEquationsWrittenOut() {
    double expected = 0;
    int[] labels = {0, 2};
    for (int row = 0; row < 2; row++) {
      double[] p = new double[3];
      double[] logQ = logSoftmax(row, 20);
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        p[c] = Math.pow(c == labels[row] ? A : (1.0 - A) / 2, 1 / 20.0);
        sum += p[c];
      }
      for (int c = 0; c < 3; c++) {
        expected += 400 * p[c] / sum * (Math.log(p[c] / sum) - logQ[c]) / 2;
      }
    }
    assertThat(Example.value(z -> paper(z, 20))).isCloseTo(expected, within(2e-4));
  }

  @Test
  void theCodesTermAgreesWithTheCodeWrittenOut() {
    double expected = 0;
    int[] labels = {0, 2};
    for (int row = 0; row < 2; row++) {
      double[] p = new double[3];
      double[] logQ = logSoftmax(row, 1);
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        p[c] = Math.exp((c == labels[row] ? A : (1.0 - A) / 2) / 20);
        sum += p[c];
      }
      for (int c = 0; c < 3; c++) {
        // a mean over batch and classes, times 100
        expected += 100 * p[c] / sum * (Math.log(p[c] / sum) - logQ[c]) / (2 * 3);
      }
    }
    assertThat(Example.value(z -> code(z, 20))).isCloseTo(expected, within(1e-4));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    Example.gradientAgreesWithDifferences(z -> paper(z, 4));
    Example.gradientAgreesWithDifferences(z -> code(z, 4));
  }

  /** The KL to p_d differs from the cross-entropy by a constant. */
  @Test
  void atTemperatureOneItIsLabelSmoothingOverTheOtherClasses() {
    float[] virtual =
        Example.gradient(z -> LogitFormulas.virtualTeacherKl(z, Example.labels(z), 0.9f, 1));
    float[] smoothed =
        Example.gradient(z -> LogitFormulas.smoothedOverOtherClasses(z, Example.labels(z), 0.1f));
    assertThat(Gradients.relativeError(virtual, smoothed)).isLessThan(1e-5);
  }

  /**
   * Where the two differ: a student that says p_d has nothing left to learn by the paper's
   * equations at any temperature; by the code it is driven towards an even spread.
   */
  @Test
  void aStudentThatSaysWhatTheVirtualTeacherSaysIsDoneByThePaperAndNotByTheCode() {
    float sure = (float) Math.log(A);
    float rest = (float) Math.log((1.0 - A) / 2);
    float[] told = {sure, rest, rest, rest, rest, sure};
    assertThat(Gradients.norm(Gradients.of(told, Example.SHAPE, z -> paper(z, 20)).gradient()))
        .isLessThan(1e-4);
    float[] byCode = Gradients.of(told, Example.SHAPE, z -> code(z, 20)).gradient();
    assertThat(byCode[0]).isGreaterThan(1); // minimised, it lowers the label's logit
    assertThat(Gradients.norm(byCode)).isGreaterThan(1);

    double even = Math.log(3);
    assertThat(Gradients.of(new float[6], Example.SHAPE, z -> code(z, 20)).value())
        .isLessThan((float) (0.001 * even * 100 / 3));
  }

  @Test
  void unlabelledSamplesDoNotCount() {
    assertThat(
            Example.gradient(
                z -> LogitFormulas.virtualTeacherKl(z, Example.labels(z, -1, -1), A, 20)))
        .containsOnly(0);
    assertThat(
            Example.gradient(
                z -> LogitFormulas.virtualTeacherKlOfCode(z, Example.labels(z, -1, -1), A, 20)))
        .containsOnly(0);
  }

  @Test
  void extremeLogitsStayFinite() {
    Example.staysFinite(z -> paper(z, 1).add(code(z, 1)));
  }

  @Test
  void nobodyTeachesAndTheTwoModesDiffer() {
    Example.Run paper = run(TeacherFree.Mode.PAPER);
    Example.Run code = run(TeacherFree.Mode.CODE);
    assertThat(paper.session().runs()).hasSize(1);
    assertThat(paper.student().learners().get(0).objective())
        .hasToString("0.9·hard + 0.1·soft(virtual 0.99, T=20)");
    assertThat(code.student().learners().get(0).objective())
        .hasToString("0.9·hard + 0.1·soft(virtual 0.99 as in the authors' code, T=20)");
    assertThat(paper.logits()).isNotEqualTo(code.logits());
  }

  @Test
  void aVirtualTeacherThatIsNeverWrongIsRefused() {
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("teacher-free", Map.of("correctProbability", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("teacher-free: correctProbability must be above 0 and below 1, was 1.0");
  }

  private static Example.Run run(TeacherFree.Mode mode) {
    return Example.run(
        new TeacherFree(new TeacherFree.Options(A, 20, 0.1f, 0.9f, mode)), TinyTask.task(1));
  }

  private static double[] logSoftmax(int row, double temperature) {
    double[] z = new double[3];
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      z[c] = Example.STUDENT[row * 3 + c] / temperature;
      sum += Math.exp(z[c]);
    }
    for (int c = 0; c < 3; c++) {
      z[c] -= Math.log(sum);
    }
    return z;
  }

  private static NDArray paper(NDArray z, float temperature) {
    return LogitFormulas.virtualTeacherKl(z, Example.labels(z), A, temperature);
  }

  private static NDArray code(NDArray z, float temperature) {
    return LogitFormulas.virtualTeacherKlOfCode(z, Example.labels(z), A, temperature);
  }
}
