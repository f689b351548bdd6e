package org.kd4j.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Role;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.testkit.TinyTask;

class EarlyStoppedStudentTests {
  private static final int EPOCHS = 4;

  @ParameterizedTest
  @CsvSource({"4", "400", "100%", "1000%"})
  void aStopBeyondTheEndIsPlainSoftTargetsBitForBit(String untilEpoch) {
    Map<String, float[]> plain =
        Runs.run("assistant", TinyTask.task(EPOCHS), Map.of("sizes", "none")).weights();
    Map<String, float[]> stopped =
        Runs.run("early-stopped-student", TinyTask.task(EPOCHS), Map.of("untilEpoch", untilEpoch))
            .weights();
    assertThat(Runs.sameBits(stopped, plain)).isTrue();
  }

  @Test
  void patienceThatIsNeverSpentIsPlainSoftTargetsBitForBit() {
    Map<String, String> patient = Map.of("untilEpoch", "never", "patience", "5");
    assertThat(
            Runs.sameBits(
                Runs.run("early-stopped-student", TinyTask.task(EPOCHS), patient).weights(),
                Runs.run("assistant", TinyTask.task(EPOCHS), Map.of("sizes", "none")).weights()))
        .isTrue();
  }

  @Test
  void anEarlierStopIsAnotherTrainingThatEndsOnLabelsAlone() {
    Runs.Run run =
        Runs.run("early-stopped-student", TinyTask.task(EPOCHS), Map.of("untilEpoch", "3"));
    List<EpochMetrics> history = run.session().runs().get(1).result().history();
    assertThat(history)
        .extracting(e -> (float) e.of("student", "weight.soft"))
        .containsExactly(0.9f, 0.9f, 0.9f, 0f);
    assertThat(history)
        .extracting(e -> (float) e.of("student", "weight.hard"))
        .containsExactly(0.1f, 0.1f, 0.1f, 1f);
    assertThat(history.get(2).of("student", "soft")).isGreaterThan(0);
    assertThat(history.get(3).of("student", "soft")).isZero();
    assertThat(run.session().runs().get(1).result().phase().learners().get(0).objective())
        .hasToString("(0.1, after epoch 3: 1)·hard + (0.9, after epoch 3: 0)·soft(teacher, T=4)");
    assertThat(
            Runs.sameBits(
                run.weights(),
                Runs.run("assistant", TinyTask.task(EPOCHS), Map.of("sizes", "none")).weights()))
        .isFalse();
  }

  private static Progress progress(double epochs, double... accuracies) {
    List<EpochMetrics> history = new ArrayList<>();
    for (double accuracy : accuracies) {
      history.add(EpochMetrics.of(history.size(), Map.of("student/validationAccuracy", accuracy)));
    }
    return new Progress((long) (epochs * 10), 10, 20, history);
  }

  @Test
  void theClockStopsWithinAnEpochToo() {
    EarlyStop stop = new EarlyStop(0.9f, 0, 2.5, 0, Role.STUDENT);
    assertThat(stop.at(progress(0))).isEqualTo(0.9f);
    assertThat(stop.at(progress(2.4))).isEqualTo(0.9f);
    assertThat(stop.at(progress(2.5))).isZero();
    assertThat(stop.at(progress(9))).isZero();
    assertThat(stop.stretched(2).at(progress(4.9))).isEqualTo(0.9f);
    assertThat(stop.stretched(2).at(progress(5))).isZero();
  }

  @Test
  void patienceIsSpentByEpochsWithoutANewBestAndStaysSpent() {
    EarlyStop stop = new EarlyStop(0.9f, 0, Double.POSITIVE_INFINITY, 2, Role.STUDENT);
    assertThat(stop.at(progress(0))).isEqualTo(0.9f);
    assertThat(stop.at(progress(3, 0.5, 0.6, 0.6))).isEqualTo(0.9f);
    assertThat(stop.at(progress(4, 0.5, 0.6, 0.6, 0.55))).isZero();
    assertThat(stop.at(progress(6, 0.5, 0.6, 0.6, 0.55, 0.9, 0.95)))
        .as("a later gain does not bring the soft term back")
        .isZero();
    assertThat(stop.at(progress(5, 0.5, 0.4, 0.6, 0.5, 0.7)))
        .as("a gain in between begins anew")
        .isEqualTo(0.9f);
    EarlyStop deaf = new EarlyStop(0.9f, 0, Double.POSITIVE_INFINITY, 0, Role.STUDENT);
    assertThat(deaf.at(progress(5, 0.5, 0.4, 0.3, 0.2, 0.1))).isEqualTo(0.9f);
  }

  @Test
  void patienceReadsTheHistoryOfTheRun() {
    Runs.Run run =
        Runs.run(
            "early-stopped-student",
            TinyTask.task(20),
            Map.of("untilEpoch", "never", "patience", "1"));
    List<EpochMetrics> history = run.session().runs().get(1).result().history();
    boolean stopped = false;
    double best = Double.NEGATIVE_INFINITY;
    for (EpochMetrics epoch : history) {
      assertThat(epoch.of("student", "weight.soft") == 0).isEqualTo(stopped);
      double accuracy = epoch.of("student", EpochMetrics.VALIDATION_ACCURACY);
      stopped |= accuracy <= best;
      best = Math.max(best, accuracy);
    }
    assertThat(stopped).as("twenty epochs do not rise without a pause").isTrue();
  }

  @Test
  void stopsPrint() {
    assertThat(new EarlyStop(0.9f, 0, 30, 3, Role.STUDENT))
        .hasToString("(0.9, after epoch 30 or 3 flat epochs: 0)");
    assertThat(new EarlyStop(0.5f, 1, Double.POSITIVE_INFINITY, 2, Role.STUDENT))
        .hasToString("(0.5, after 2 flat epochs: 1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "untilEpoch | 0 | untilEpoch takes epochs, as in 35, or a share of the planned ones, as in 17.5%, above 0; was '0'",
        "untilEpoch | 2.5 | untilEpoch takes epochs, as in 35, or a share of the planned ones, as in 17.5%, above 0; was '2.5'",
        "untilEpoch | -5% | untilEpoch takes epochs, as in 35, or a share of the planned ones, as in 17.5%, above 0; was '-5%'",
        "untilEpoch | never | untilEpoch is 'never' and patience 0: nothing would stop the soft term; that is offline",
        "patience | -1 | patience must be 0 (none) or more, was -1",
        "finalHardWeight | 0 | finalHardWeight must be above 0, was 0.0"
      })
  void badOptionsAreRefused(String option, String value, String message) {
    assertThatThrownBy(
            () -> Runs.REGISTRY.configure("early-stopped-student", Map.of(option, value)))
        .isInstanceOf(UsageException.class)
        .hasMessage("early-stopped-student: " + message);
  }

  @Test
  void onlyPatienceNeedsValidation() {
    var blind = Runs.withoutValidation(TinyTask.task(1));
    assertThat(Runs.REGISTRY.configure("early-stopped-student", Map.of()).missing(blind)).isEmpty();
    assertThat(
            Runs.REGISTRY
                .configure("early-stopped-student", Map.of("patience", "2"))
                .missing(blind))
        .contains("chooses by validation, and the task sets no samples aside for it");
  }
}
