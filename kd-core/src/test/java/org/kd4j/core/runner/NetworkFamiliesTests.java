package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Quantised;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.Adam;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

/** Every family of networks, trained, stored and opened again. */
class NetworkFamiliesTests {
  private static final int SIDE = 8;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet:8,width=0.25",
        "mobilenet:0.2,repeats=0",
        "shufflenet:0.1,groups=2",
        "quantised(resnet:8,width=0.25,bits=4)",
        "quantised(mlp:24,bits=8)",
        "quantised(mlp:24,bits=4)",
        "quantised(mlp:24,bits=2)"
      })
  void everyFamilyLearnsBarsAndIsOpenedAgainWithTheWeightsItHad(String network) {
    Task task = task(network);
    Session session = new Session(task, 1, TinyTask.context());
    PhaseResult result = session.run(task.phase("student", task.freshStudent(), Objective.hard(1)));
    double accuracy = result.history().get(9).of("student", EpochMetrics.VALIDATION_ACCURACY);
    assertThat(accuracy).isGreaterThan(0.9);
    Trained trained = result.network(Role.STUDENT);
    assertThat(session.inspect(trained, task.train()).complexity())
        .isEqualTo(task.student().complexity());
    assertThat(session.weights(trained).values())
        .allSatisfy(
            values -> {
              for (float v : values) {
                assertThat(Float.isFinite(v)).isTrue();
              }
            });
  }

  /** With a rate next to nothing, what was grafted is what is deployed. */
  @Test
  void aQuantisedStudentStartsFromItsTeachersWeightsIfAsked() {
    Task task = TinyTask.task(3);
    Session session = new Session(task, 1, TinyTask.context());
    Trained teacher = session.teacher();
    NetworkSpec spec =
        new NetworkSpec(
            new Quantised(task.teacher().architecture(), 4),
            task.teacher().input(),
            task.teacher().classes());
    Start start = Start.fresh(spec, "student").grafting(teacher, "", "");
    Phase phase = task.phase("student", start, Objective.hard(1));
    Learner learner = phase.learners().get(0);
    Phase still =
        new Phase(
            phase.name(),
            List.of(
                new Learner(
                    learner.role(),
                    start,
                    new Sgd(Schedule.constant(1e-30f), 0, false, 0, 0),
                    learner.objective())),
            phase.feed(),
            phase.validation(),
            Training.of(1, 50),
            phase.stop(),
            phase.keep());
    SortedMap<String, float[]> taught = session.weights(teacher);
    Map<String, float[]> deployed = session.weights(session.run(still).network(Role.STUDENT));
    assertThat(deployed.keySet()).isEqualTo(taught.keySet());
    taught.forEach((path, v) -> assertThat(deployed.get(path)).as(path).containsExactly(v));
  }

  private static Task task(String network) {
    ArraySamples train = bars("families/train", 240);
    Recipe recipe =
        new Recipe(Training.of(10, 20), Adam.of(Schedule.cosine(0.01f)), Augmentation.NONE);
    NetworkSpec spec =
        NetworkSpec.of(Distillation.of().network(network), train.shape(), train.classes());
    return new Task(
        "bars",
        train,
        train,
        Optional.of(bars("families/validation", 120)),
        spec,
        spec,
        recipe,
        recipe);
  }

  /** Vertical, horizontal and diagonal bars in noise. */
  private static ArraySamples bars(String name, int size) {
    byte[] pixels = new byte[size * SIDE * SIDE];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      Draws draws = Draws.of(1, "bars", name, i);
      labels[i] = i % 3;
      int place = 2 * draws.below(0, 4);
      for (int p = 0; p < SIDE * SIDE; p++) {
        int row = p / SIDE;
        int column = p % SIDE;
        boolean ink =
            switch (labels[i]) {
              case 0 -> column == place;
              case 1 -> row == place;
              default -> (row + place) % SIDE == column;
            };
        double value = (ink ? 190 : 40) + 20 * draws.gaussian(p + 1);
        pixels[i * SIDE * SIDE + p] = (byte) Math.max(0, Math.min(255, (int) value));
      }
    }
    return ArraySamples.ofBytes(
        name, new Shape(1, SIDE, SIDE), 3, pixels, labels, Normalization.by(255));
  }
}
