package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

class DefensiveDistillationTests {
  private static final Task TASK =
      TinyTask.task(40, new Mlp(List.of(8), 0, 0), new Mlp(List.of(60), 0, 0));

  /** In double precision: 9 · mean of −log softmax(z/3)_y over the example's two samples. */
  @Test
  void theLossOfTheFirstIsSoftenedAndScaled() {
    double sum = 0;
    int[] labels = {0, 2};
    for (int row = 0; row < 2; row++) {
      double total = 0;
      for (int c = 0; c < 3; c++) {
        total += Math.exp(Example.STUDENT[row * 3 + c] / 3.0);
      }
      sum -= Example.STUDENT[row * 3 + labels[row]] / 3.0 - Math.log(total);
    }
    assertThat(Example.value(z -> LogitFormulas.softenedCrossEntropy(z, Example.labels(z), 3)))
        .isCloseTo(9 * sum / 2, within(1e-5));
    assertThat(Example.value(z -> LogitFormulas.softenedCrossEntropy(z, Example.labels(z), 1)))
        .isCloseTo(1.324459, within(1e-5));
    Example.gradientAgreesWithDifferences(
        z -> LogitFormulas.softenedCrossEntropy(z, Example.labels(z), 3));
    assertThat(Example.gradient(z -> Formulas.crossEntropy(z, Example.labels(z))))
        .isNotEqualTo(
            Example.gradient(z -> LogitFormulas.softenedCrossEntropy(z, Example.labels(z), 3)));
  }

  @Test
  void bothNetworksAreTheStudentAndBothAreTrainedAtTheTemperature() {
    DryRun dry = new DryRun(TASK, 1, OptionalLong.empty(), List.of());
    defensive(20).distill(dry);
    assertThat(dry.planned()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      var learner = dry.planned().get(i).phase().learners().get(0);
      assertThat(learner.start().spec()).isEqualTo(TASK.student());
      assertThat(learner.start().line()).isEqualTo(i == 0 ? "first" : "student");
      assertThat(learner.objective().toString())
          .isEqualTo(i == 0 ? "1·hard(T=20)" : "1·soft(teacher, T=20)");
    }
  }

  /** What the defence does: logits about T times as far apart. */
  @Test
  void logitsSpreadWithTheTemperature() {
    Session session = new Session(TASK, 1, TinyTask.context());
    double plain = spread(session, 1);
    double softened = spread(session, 4);
    assertThat(softened).isGreaterThan(2 * plain);
  }

  private static double spread(Session session, float temperature) {
    var second = defensive(temperature).distill(session).deployed();
    Predictions said = session.predict(second, TASK.validation().orElseThrow());
    double sum = 0;
    for (int row = 0; row < said.size(); row++) {
      float most = said.logits()[row * 3 + said.predicted(row)];
      for (int c = 0; c < 3; c++) {
        sum += most - said.logits()[row * 3 + c];
      }
    }
    return sum / said.size();
  }

  private static DefensiveDistillation defensive(float temperature) {
    return new DefensiveDistillation(new DefensiveDistillation.Options(temperature));
  }

  @Test
  void aTemperatureOfZeroIsRefused() {
    assertThatThrownBy(() -> new DefensiveDistillation.Options(0))
        .isInstanceOf(UsageException.class)
        .hasMessage("temperature must be above 0, was 0.0");
  }
}
