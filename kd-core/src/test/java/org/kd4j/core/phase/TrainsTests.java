package org.kd4j.core.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyCnn;
import org.kd4j.core.testkit.TinyTask;

class TrainsTests {
  private static final TappedBlock NETWORK =
      new Mlp(List.of(4, 4, 4), 0, 0).build(new Shape(1, 6, 6), 3);

  @Test
  void stagesAreNamedThreeWays() {
    assertThat(Trains.ALL.frozen(NETWORK)).isEmpty();
    assertThat(Trains.allBut("hidden2").frozen(NETWORK)).containsExactly("hidden2");
    assertThat(Trains.only("hidden2").frozen(NETWORK))
        .containsExactly("hidden1", "hidden3", "logits");
    assertThat(Trains.upTo("hidden2").frozen(NETWORK)).containsExactly("hidden3", "logits");
    assertThat(Trains.upTo("logits").frozen(NETWORK)).isEmpty();
    TappedBlock maps = new TinyCnn(List.of(2, 2), 1).build(new Shape(1, 6, 6), 3);
    assertThat(Trains.upTo("stage1.pre").frozen(maps)).containsExactly("logits", "stage2");
    assertThatThrownBy(() -> Trains.only("stage1.pre").frozen(maps))
        .hasMessageContaining("No stage to train or freeze 'stage1.pre'");
  }

  @Test
  void stagesThatAreNotThereAndNothingToTrainAreRefused() {
    assertThatThrownBy(() -> Trains.upTo("hiden2").frozen(NETWORK))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("No stage to train or freeze 'hiden2'. Did you mean 'hidden2'?");
    assertThatThrownBy(
            () -> Trains.allBut("hidden1", "hidden2", "hidden3", "logits").frozen(NETWORK))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a learner trains at least one");
    assertThatThrownBy(Trains::only)
        .isInstanceOf(UsageException.class)
        .hasMessage("a learner that trains no stage learns nothing");
  }

  /** A frozen stage is out of weight decay's reach, and drops nothing. */
  @Test
  void aFrozenStageDoesNotMove() {
    Task task = TinyTask.task(2);
    Learner learner =
        new Learner(
                Role.STUDENT,
                Start.fresh(task.teacher(), "student"), // the network with dropout
                new Sgd(Schedule.constant(0.1f), 0.9f, false, 0.1f, 0),
                Objective.hard(1))
            .training(Trains.allBut("hidden1"));
    Phase phase =
        new Phase(
            "part",
            List.of(learner),
            Feed.of(task.train(), task.recipe().augmentation()),
            task.validation(),
            task.recipe().training(),
            StopRule.NEVER,
            Age.LAST);
    Session session = new Session(task, 5, TinyTask.context());
    Trained trained = session.run(phase).network(Role.STUDENT);
    Map<String, float[]> after = session.weights(trained);
    Session other = new Session(task, 5, TinyTask.context());
    Learner still =
        new Learner(
            Role.STUDENT,
            learner.start(),
            new Sgd(Schedule.constant(0), 0, false, 0, 0),
            Objective.hard(1));
    Phase first =
        new Phase(
            "first",
            List.of(still),
            phase.feed(),
            phase.validation(),
            phase.training(),
            StopRule.NEVER,
            Age.LAST);
    other
        .weights(other.run(first).network(Role.STUDENT))
        .forEach(
            (path, values) -> {
              if (path.startsWith("hidden1/")) {
                assertThat(after.get(path)).as(path).containsExactly(values);
              } else {
                assertThat(after.get(path)).as(path).isNotEqualTo(values);
              }
            });
  }
}
