package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.ReferenceLosses;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class DistTests {
  @Test
  void agreesWithThePublishedImplementation() {
    ReferenceLosses.check(
        Distillation.of(new OfflineModule()).formula("dist"), getClass(), "dist", 1e-5);
  }

  @Test
  void agreesWithValuesComputedInDoublePrecision() {
    assertThat(Example.value(z -> inter(z, 1))).isCloseTo(0.949537, within(1e-5));
    assertThat(Example.value(z -> intra(z, 1))).isCloseTo(0.666667, within(1e-5));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    Example.gradientAgreesWithDifferences(z -> inter(z, 2));
    // Over two samples a correlation is 1 or -1 whatever the logits; six make a gradient.
    float[] six = new float[18];
    for (int i = 0; i < six.length; i++) {
      six[i] = (float) Math.sin(3 * i + 1);
    }
    var shape = new Shape(6, 3);
    Function<NDArray, NDArray> formula =
        z -> {
          float[] teacher = new float[18];
          for (int i = 0; i < teacher.length; i++) {
            teacher[i] = (float) Math.cos(2 * i);
          }
          return LogitFormulas.intraClass(z, z.getManager().create(teacher, shape), 2);
        };
    assertThat(
            Gradients.relativeError(
                Gradients.of(six, shape, formula).gradient(),
                Gradients.differences(six, shape, formula)))
        .isLessThan(2e-3);
  }

  @Test
  void aStudentLikeTheTeacherLosesNothing() {
    Function<NDArray, NDArray> same =
        z ->
            LogitFormulas.interClass(z, z.stopGradient(), 1)
                .add(LogitFormulas.intraClass(z, z.stopGradient(), 1));
    assertThat(Example.value(same)).isCloseTo(0, within(1e-5));
    assertThat(Gradients.norm(Example.gradient(same))).isLessThan(1e-5);
  }

  /** Correlation sees the order and spacing of probabilities, and nothing of their offset. */
  @Test
  void oppositeProbabilitiesLoseTwice() {
    float[] student = {1, 2, 3};
    var shape = new Shape(1, 3);
    // p' = 2/3 − p is a distribution again, and perfectly anticorrelated with p.
    Function<NDArray, NDArray> opposite =
        z -> {
          NDArray p = z.softmax(1).stopGradient();
          NDArray mirrored = Scalars.constant(p, 2 / 3f).sub(p);
          return LogitFormulas.interClass(z, mirrored.log(), 1);
        };
    assertThat(Gradients.of(student, shape, opposite).value()).isCloseTo(2, within(1e-5f));
  }

  /** A class nobody says anything about has no deviation, and must not make the gradient NaN. */
  @Test
  void constantRowsAndColumnsStayFinite() {
    Example.staysFinite(z -> inter(z, 1).add(intra(z, 1)));
    float[] flat = {1, 1, 1, 1, 1, 1};
    Gradients.Evaluated at = Gradients.of(flat, Example.SHAPE, z -> inter(z, 1).add(intra(z, 1)));
    assertThat(at.value()).isCloseTo(2, within(1e-6f));
    for (float g : at.gradient()) {
      assertThat(g).isFinite();
    }
  }

  @Test
  void aBatchOfOneIsRefused() {
    var odd = Example.withBatch(TinyTask.task(1), 299); // 300 samples: the last batch is of one
    assertThat(new Dist.Factory().requirements().missing(odd))
        .contains(
            "needs batches of at least 2, and the last of each epoch has 1"
                + " (300 samples in batches of 299); choose another batch size");
    assertThatThrownBy(() -> Example.run(new Dist(new Dist.Factory().defaults()), odd))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("term 'intraClass' needs batches of at least 2");
    assertThat(new Dist.Factory().requirements().missing(TinyTask.task(1))).isEmpty();
  }

  @Test
  void theObjectiveSaysItAll() {
    Example.Run run = Example.run(new Dist(new Dist.Factory().defaults()), TinyTask.task(1));
    assertThat(run.student().learners().get(0).objective())
        .hasToString("1·hard + 2·interClass(teacher, T=4) + 2·intraClass(teacher, T=4)");
  }

  @Test
  void noRelationsAtAllAreRefused() {
    assertThatThrownBy(
            () ->
                Distillation.of(new OfflineModule())
                    .strategies()
                    .configure("dist", Map.of("interClassWeight", "0", "intraClassWeight", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("dist: interClassWeight and intraClassWeight are both 0: nothing to distil");
  }

  private static NDArray inter(NDArray z, float temperature) {
    return LogitFormulas.interClass(z, Example.teacher(z), temperature);
  }

  private static NDArray intra(NDArray z, float temperature) {
    return LogitFormulas.intraClass(z, Example.teacher(z), temperature);
  }
}
