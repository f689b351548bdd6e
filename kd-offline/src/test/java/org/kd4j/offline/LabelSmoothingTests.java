package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class LabelSmoothingTests {
  @Test
  void overAllClassesItIsPyTorchsConvention() {
    assertThat(Example.value(z -> LogitFormulas.smoothedOverAllClasses(z, Example.labels(z), 0.1f)))
        .isCloseTo(1.349459, within(1e-5));
  }

  /** ε/(C − 1) on each of the others is ε·C/(C − 1) spread over all. */
  @Test
  void overTheOtherClassesItIsTheSameWithMoreSmoothing() {
    double others =
        Example.value(z -> LogitFormulas.smoothedOverOtherClasses(z, Example.labels(z), 0.1f));
    assertThat(others)
        .isCloseTo(
            Example.value(z -> LogitFormulas.smoothedOverAllClasses(z, Example.labels(z), 0.15f)),
            within(1e-5));
    assertThat(others)
        .isNotCloseTo(
            Example.value(z -> LogitFormulas.smoothedOverAllClasses(z, Example.labels(z), 0.1f)),
            within(1e-3));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    Example.gradientAgreesWithDifferences(
        z -> LogitFormulas.smoothedOverAllClasses(z, Example.labels(z), 0.1f));
    Example.gradientAgreesWithDifferences(
        z -> LogitFormulas.smoothedOverOtherClasses(z, Example.labels(z), 0.1f));
  }

  @Test
  void withoutSmoothingItIsTheLabelsAlone() {
    double hard = Example.value(z -> Formulas.crossEntropy(z, Example.labels(z)));
    assertThat(Example.value(z -> LogitFormulas.smoothedOverAllClasses(z, Example.labels(z), 0)))
        .isCloseTo(hard, within(1e-6));
    assertThat(Example.value(z -> LogitFormulas.smoothedOverOtherClasses(z, Example.labels(z), 0)))
        .isCloseTo(hard, within(1e-6));
  }

  @Test
  void unlabelledSamplesDoNotCount() {
    assertThat(
            Example.gradient(
                z -> LogitFormulas.smoothedOverAllClasses(z, Example.labels(z, -1, -1), 0.1f)))
        .containsOnly(0);
    float[] half =
        Example.gradient(
            z -> LogitFormulas.smoothedOverOtherClasses(z, Example.labels(z, 0, -1), 0.1f));
    assertThat(half[0]).isNotZero();
    assertThat(new float[] {half[3], half[4], half[5]}).containsOnly(0);
  }

  @Test
  void nobodyTeaches() {
    Example.Run run =
        Example.run(new LabelSmoothing(new LabelSmoothing.Factory().defaults()), TinyTask.task(1));
    assertThat(run.session().runs()).hasSize(1);
    assertThat(run.student().guides()).isEmpty();
    assertThat(run.student().learners().get(0).objective())
        .hasToString("1·hard(0.1 spread over all classes)");
  }

  @Test
  void smoothingEverythingAwayIsRefused() {
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("label-smoothing", Map.of("smoothing", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("label-smoothing: smoothing must be from 0 to below 1, was 1.0");
  }

  @Test
  void aTransferSetWithoutAnyLabelIsRefused() {
    assertThatThrownBy(
            () ->
                Example.run(
                    new LabelSmoothing(new LabelSmoothing.Factory().defaults()),
                    Example.labelledEvery(0, TinyTask.task(1))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("learns from labels alone, and tiny/labelled-0 has none");
  }
}
