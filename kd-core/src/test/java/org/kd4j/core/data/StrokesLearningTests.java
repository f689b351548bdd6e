package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.Adam;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** What makes strokes worth distilling: lines between classes do not tell, a large network does. */
class StrokesLearningTests {
  private static final DataSet SET = Make.load(new StrokesSource(), "strokes");

  @Test
  void aLinearClassifierStaysUnder92Percent() {
    assertThat(accuracy(List.of(), 20, 0.003f)).isBetween(0.8, 0.92);
  }

  @Test
  void twoLayersOf1200UnitsReachOver97Percent() {
    assertThat(accuracy(List.of(1200, 1200), 8, 0.001f)).isGreaterThan(0.97);
  }

  /** On the test split, after training on 10,000 images as {@code kd compare} does by default. */
  private static double accuracy(List<Integer> hidden, int epochs, float rate) {
    Samples train = SET.train();
    NetworkSpec network = NetworkSpec.of(new Mlp(hidden, 0, 0), train.shape(), train.classes());
    Recipe recipe =
        new Recipe(
            Training.of(epochs, 128), Adam.of(Schedule.parse("cosine", rate)), Augmentation.NONE);
    Task task =
        new Task("strokes", train, train, Optional.empty(), network, network, recipe, recipe);
    Session session = new Session(task, 1, TinyTask.context());
    PhaseResult learnt = session.run(task.phase("labels", task.freshStudent(), Objective.hard(1)));
    Predictions predictions = session.predict(learnt.network(Role.STUDENT), SET.test());
    int[] labels = predictions.labels();
    return IntStream.range(0, labels.length)
            .filter(row -> predictions.predicted(row) == labels[row])
            .count()
        / (double) labels.length;
  }
}
