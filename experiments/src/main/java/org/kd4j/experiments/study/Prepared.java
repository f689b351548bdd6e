package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Splits;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.wiring.Distillation;

/**
 * A study made ready: data read and cut, networks and options parsed and checked against each
 * other. All bad input has been refused when this exists, and nothing has been trained.
 *
 * @param task what strategies see
 * @param splits with the test split, which they do not
 * @param rows the strategies, options bound, by choice in the study's order
 */
record Prepared(Task task, Splits splits, List<Row> rows) {

  /** A row ready to run. */
  record Row(StrategyChoice choice, StrategyRegistry.Configured configured) {}

  static Prepared of(
      Distillation distillation, StudySpec spec, RunSettings settings, DataShelf shelf) {
    // Cheap refusals first: reading data can take a while.
    List<Row> rows = new ArrayList<>();
    for (StrategyChoice choice : spec.strategies()) {
      rows.add(
          new Row(
              choice, distillation.strategies().configure(choice.strategy(), choice.options())));
    }
    var teacher = distillation.network(spec.teacher().network());
    var student =
        distillation.network(Networks.standing(spec.student().network(), spec.teacher().network()));
    // Nobody guides the teacher: whatever is kept of guides, it is one and the same in the store.
    Recipe teacherRecipe = recipe(spec.teacher(), spec.checkpointEverySteps(), Feed.CACHE);
    Recipe recipe = recipe(spec.student(), spec.checkpointEverySteps(), spec.cacheMegabytes());

    Splits splits = Splits.of(shelf.load(spec.data(), settings), spec.split());
    for (String name : spec.measure()) {
      Measurement.named(name)
          .missing(splits.test())
          .ifPresent(
              need -> {
                throw new UsageException("measure: '" + name + "' " + need);
              });
    }
    Samples train = splits.train();
    Task task =
        new Task(
            spec.data(),
            train,
            splits.transfer(),
            splits.validation().map(v -> (Samples) v),
            NetworkSpec.of(teacher, train.shape(), train.classes()),
            NetworkSpec.of(student, train.shape(), train.classes()),
            teacherRecipe,
            recipe);
    // Built once without weights: a network that does not fit the samples says so here.
    teacher.build(train.shape(), train.classes());
    student.build(train.shape(), train.classes());
    return new Prepared(task, splits, rows);
  }

  private static Recipe recipe(NetworkPlan plan, int checkpointEverySteps, int cacheMegabytes) {
    float rate = plan.learningRate().orElse(OptimizerSpec.customaryRate(plan.optimizer()));
    return new Recipe(
        new Training(plan.epochs(), plan.batch(), checkpointEverySteps),
        OptimizerSpec.parse(plan.optimizer(), Schedule.parse(plan.schedule(), rate)),
        Augmentation.parse(plan.augment()),
        cacheMegabytes);
  }

  /** The rows that do not fit the task, and what each is missing. */
  List<Studies.Unfit> unfit() {
    List<Studies.Unfit> unfit = new ArrayList<>();
    for (Row row : rows) {
      row.configured()
          .missing(task)
          .ifPresent(need -> unfit.add(new Studies.Unfit(row.choice(), need)));
    }
    return unfit;
  }

  /** Refuses rows that do not fit. */
  Prepared fitting() {
    List<Studies.Unfit> unfit = unfit();
    if (!unfit.isEmpty()) {
      throw new UsageException(
          String.join(
              "\n",
              unfit.stream()
                  .map(
                      u ->
                          "Strategy '"
                              + u.choice()
                              + "' does not fit this task: it "
                              + u.missing()
                              + ".")
                  .toList()));
    }
    return this;
  }

  /** Hashes of train, transfer, validation and test, where they are there. */
  List<String> fingerprints() {
    List<String> prints = new ArrayList<>();
    prints.add("train " + splits.train().fingerprint());
    if (splits.transfer() != splits.train()) {
      prints.add("transfer " + splits.transfer().fingerprint());
    }
    splits.validation().ifPresent(v -> prints.add("validation " + v.fingerprint()));
    prints.add("test " + splits.test().fingerprint());
    return prints;
  }
}
