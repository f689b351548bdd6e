package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.ReferenceLosses;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class DkdTests {
  private static final int CLASSES = 7;

  @Test
  void agreesWithThePublishedImplementation() {
    ReferenceLosses.check(
        Distillation.of(new OfflineModule()).formula("dkd"), getClass(), "dkd", 1e-5);
  }

  @Test
  void agreesWithValuesComputedInDoublePrecision() {
    assertThat(Example.value(z -> target(z, 4))).isCloseTo(0.520571, within(1e-5));
    assertThat(Example.value(z -> others(z, 4))).isCloseTo(0.637059, within(1e-5));
    assertThat(Example.value(z -> target(z, 4).add(Scalars.mul(others(z, 4), 8))))
        .isCloseTo(5.617045, within(2e-5));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    Example.gradientAgreesWithDifferences(z -> target(z, 2));
    Example.gradientAgreesWithDifferences(z -> others(z, 2));
  }

  /** KL = TCKD + (1 − p_t,y) · NCKD, sample by sample: what the method is named after. */
  @Test
  void theDivergenceOfSoftTargetsFallsIntoTheTwoParts() {
    for (int sample = 0; sample < 20; sample++) {
      double[] student = logits("student", sample);
      double[] teacher = logits("teacher", sample);
      int label = sample % CLASSES;
      float temperature = 1 + sample % 5;
      double sure = probability(teacher, label, temperature);
      double whole = exact(student, teacher, (s, t) -> Formulas.softTargetsKl(s, t, temperature));
      double first =
          exact(
              student,
              teacher,
              (s, t) -> LogitFormulas.targetClassKl(s, t, Example.labels(s, label), temperature));
      double second =
          exact(
              student,
              teacher,
              (s, t) ->
                  LogitFormulas.nonTargetClassesKl(s, t, Example.labels(s, label), temperature));
      assertThat(first + (1 - sure) * second).isCloseTo(whole, within(1e-9));
      assertThat(second).isGreaterThan(1e-3);
    }
  }

  @Test
  void theOthersPartSaysNothingOfTheLabelsLogit() {
    float[] gradient = Example.gradient(z -> others(z, 4));
    assertThat(gradient[0]).isZero();
    assertThat(gradient[5]).isZero();
    assertThat(Gradients.norm(gradient)).isGreaterThan(0.1);
  }

  @Test
  void identicalNetworksHaveNothingToLearnFromEachOther() {
    Function<NDArray, NDArray> same =
        z ->
            LogitFormulas.targetClassKl(z, z.stopGradient(), Example.labels(z), 4)
                .add(LogitFormulas.nonTargetClassesKl(z, z.stopGradient(), Example.labels(z), 4));
    assertThat(Example.value(same)).isCloseTo(0, within(1e-6));
    assertThat(Gradients.norm(Example.gradient(same))).isLessThan(1e-6);
  }

  /** The logarithm of an underflown softmax is what makes the published code infinite. */
  @Test
  void sureNetworksStayFinite() {
    Example.staysFinite(z -> target(z, 1).add(others(z, 1)));
    Example.staysFinite(
        z -> {
          NDArray sure =
              z.getManager().create(new float[] {-900, 900, 0, 0, 800, -800}, Example.SHAPE);
          return LogitFormulas.targetClassKl(z, sure, Example.labels(z), 1)
              .add(LogitFormulas.nonTargetClassesKl(z, sure, Example.labels(z), 1));
        });
  }

  @Test
  void unlabelledSamplesNeitherCountNorDivide() {
    Function<NDArray, NDArray> half =
        z -> LogitFormulas.targetClassKl(z, Example.teacher(z), Example.labels(z, 0, -1), 4);
    double alone =
        Gradients.of(
                new float[] {1, 2, 3},
                new Shape(1, 3),
                z ->
                    LogitFormulas.targetClassKl(
                        z,
                        z.getManager().create(new float[] {2, 1, 0}, new Shape(1, 3)),
                        Example.labels(z, 0),
                        4))
            .value();
    assertThat(Example.value(half)).isCloseTo(alone, within(1e-6));
    assertThat(Example.gradient(half)[4]).isZero();
  }

  @Test
  void theGuidedPartsRiseOverTheFirstEpochs() {
    Schedule weight = schedule(new Dkd.Factory().defaults(), "nonTarget");
    assertThat(at(weight, 10, 1)).isCloseTo(8 * 1 / 20f, within(1e-6f)); // end of the first epoch
    assertThat(at(weight, 10, 10)).isCloseTo(8 * 10 / 20f, within(1e-6f));
    assertThat(at(weight, 10, 20)).isEqualTo(8);
    assertThat(at(weight, 10, 200)).isEqualTo(8);
    assertThat(at(schedule(new Dkd.Options(4, 1, 8, 1, 0), "nonTarget"), 10, 1)).isEqualTo(8);
    assertThat(at(schedule(new Dkd.Factory().defaults(), "hard"), 10, 1)).isEqualTo(1);
  }

  @Test
  void theObjectiveSaysItAll() {
    Example.Run run = Example.run(new Dkd(new Dkd.Options(4, 1, 8, 1, 2)), TinyTask.task(1));
    assertThat(run.student().learners().get(0).objective())
        .hasToString(
            "1·hard + 1 after warm-up over 2 epochs·tckd(teacher, T=4)"
                + " + 8 after warm-up over 2 epochs·nckd(teacher, T=4)");
  }

  @Test
  void twoClassesAreRefusedBeforeAnythingIsTrained() {
    assertThat(
            Example.value(
                z ->
                    LogitFormulas.nonTargetClassesKl(
                        z.reshape(3, 2),
                        Example.teacher(z).reshape(3, 2),
                        Example.labels(z, 0, 1, 0),
                        4)))
        .isZero();
    Task task = TinyTask.task(1);
    ArraySamples pairs =
        ArraySamples.ofBytes(
            "tiny/pairs",
            task.train().shape(),
            2,
            new byte[72],
            new int[] {0, 1},
            Normalization.by(255));
    assertThat(new Dkd.Factory().requirements().missing(TinyTask.withTransfer(task, pairs)))
        .contains("needs at least 3 classes, tiny/pairs has 2");
    assertThat(new Dkd.Factory().requirements().missing(Example.labelledEvery(2, task)))
        .contains("needs every label, some of tiny/labelled-2 are hidden");
    assertThat(new Dkd.Factory().requirements().missing(task)).isEmpty();
  }

  @Test
  void whatMeansNothingIsRefused() {
    refused(Map.of("temperature", "-1"), "dkd: temperature must be above 0, was -1.0");
    refused(Map.of("nonTargetWeight", "-8"), "dkd: nonTargetWeight must be 0 or more, was -8.0");
    refused(Map.of("warmupEpochs", "-1"), "dkd: warmupEpochs must be 0 or more, was -1.0");
    refused(
        Map.of("nonTargetWeight", "0", "targetWeight", "0"),
        "dkd: targetWeight and nonTargetWeight are both 0: nothing to distil");
  }

  private static void refused(Map<String, String> options, String message) {
    assertThatThrownBy(
            () -> Distillation.of(new OfflineModule()).strategies().configure("dkd", options))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  private static Schedule schedule(Dkd.Options options, String term) {
    return Example.run(new Dkd(options), TinyTask.task(1))
        .student()
        .learners()
        .get(0)
        .objective()
        .terms()
        .stream()
        .filter(t -> t.name().equals(term))
        .findFirst()
        .orElseThrow()
        .weight();
  }

  /** A weight at the last step of an epoch, the first being 1. */
  private static float at(Schedule weight, int stepsPerEpoch, int epoch) {
    return weight.at(new Progress((long) epoch * stepsPerEpoch - 1, stepsPerEpoch, 240, List.of()));
  }

  private static double[] logits(String who, int sample) {
    double[] z = new double[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      z[c] = 3 * Draws.of(5, who, sample).gaussian(c);
    }
    return z;
  }

  private static double probability(double[] z, int label, float temperature) {
    double sum = 0;
    for (double v : z) {
      sum += Math.exp((v - z[label]) / temperature);
    }
    return 1 / sum;
  }

  private static double exact(double[] student, double[] teacher, Example.Exact formula) {
    return Example.inDoubles(student, teacher, new Shape(1, CLASSES), formula)[0];
  }

  private static NDArray target(NDArray z, float temperature) {
    return LogitFormulas.targetClassKl(z, Example.teacher(z), Example.labels(z), temperature);
  }

  private static NDArray others(NDArray z, float temperature) {
    return LogitFormulas.nonTargetClassesKl(z, Example.teacher(z), Example.labels(z), temperature);
  }
}
