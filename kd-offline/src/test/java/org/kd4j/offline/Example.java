package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.TinyTask;

/** Two samples of three classes, whose losses are known in double precision, and small tasks. */
final class Example {
  static final Shape SHAPE = new Shape(2, 3);
  static final float[] STUDENT = {1, 2, 3, 0.5f, -1, 2};
  static final float[] TEACHER = {2, 1, 0, 0, 1, 3};

  private Example() {}

  static NDArray teacher(NDArray like) {
    return like.getManager().create(TEACHER, SHAPE);
  }

  /** The labels of the two samples, 0 and 2. */
  static NDArray labels(NDArray like) {
    return labels(like, 0, 2);
  }

  static NDArray labels(NDArray like, long... labels) {
    return like.getManager().create(labels);
  }

  static double value(Function<NDArray, NDArray> formula) {
    return Gradients.of(STUDENT, SHAPE, formula).value();
  }

  static float[] gradient(Function<NDArray, NDArray> formula) {
    return Gradients.of(STUDENT, SHAPE, formula).gradient();
  }

  static void gradientAgreesWithDifferences(Function<NDArray, NDArray> formula) {
    assertThat(
            Gradients.relativeError(
                gradient(formula), Gradients.differences(STUDENT, SHAPE, formula)))
        .isLessThan(2e-3);
  }

  /** Value and gradient at logits so far apart that probabilities under- and overflow. */
  static void staysFinite(Function<NDArray, NDArray> formula) {
    float[] huge = {1000, -1000, 0, -1000, 1000, 0};
    Gradients.Evaluated far = Gradients.of(huge, SHAPE, formula);
    assertThat(far.value()).isFinite();
    for (float g : far.gradient()) {
      assertThat(g).isFinite();
    }
  }

  /** A formula's values in double precision. */
  static double[] inDoubles(double[] student, double[] teacher, Shape shape, Exact formula) {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    try (NDManager manager = NDManager.newBaseManager()) {
      return formula
          .value(manager.create(student, shape), manager.create(teacher, shape))
          .toDoubleArray();
    }
  }

  /** A formula's values in single precision. */
  static float[] inSingles(double[] x, Shape shape, Function<NDArray, NDArray> formula) {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    float[] singles = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      singles[i] = (float) x[i];
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      return formula.apply(manager.create(singles, shape)).toFloatArray();
    }
  }

  /** A formula of two arrays. */
  interface Exact {
    NDArray value(NDArray student, NDArray teacher);
  }

  /** The same task without validation samples. */
  static Task withoutValidation(Task task) {
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        Optional.empty(),
        task.teacher(),
        task.student(),
        task.teacherRecipe(),
        task.recipe());
  }

  /** The same task with other batches for students. */
  static Task withBatch(Task task, int size) {
    Training training = Training.of(task.recipe().training().epochs(), size);
    Recipe recipe = new Recipe(training, task.recipe().optimizer(), task.recipe().augmentation());
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        task.teacher(),
        task.student(),
        task.teacherRecipe(),
        recipe);
  }

  /** The same task where only every n-th transfer sample shows its label; 0 = none does. */
  static Task labelledEvery(int n, Task task) {
    ArraySamples all = (ArraySamples) task.transfer();
    int[] labels = all.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = n > 0 && i % n == 0 ? labels[i] : -1;
    }
    return TinyTask.withTransfer(task, all.relabelled("tiny/labelled-" + n, labels));
  }

  /** The same task whose transfer set lacks a class. */
  static Task without(int omitted, Task task) {
    ArraySamples all = (ArraySamples) task.transfer();
    int[] labels = all.labels();
    int[] rows = IntStream.range(0, labels.length).filter(i -> labels[i] != omitted).toArray();
    return TinyTask.withTransfer(task, all.subset("tiny/without-" + omitted, rows));
  }

  /** What a strategy did and ended with. */
  record Run(Session session, DistillationResult result) {
    /** The phase of the student, the last that was run. */
    Phase student() {
      return session.runs().get(session.runs().size() - 1).result().phase();
    }

    float[] logits() {
      return session.predict(result.deployed(), session.task().validation().orElseThrow()).logits();
    }
  }

  static Run run(DistillationStrategy strategy, Task task) {
    Session session = new Session(task, 3, TinyTask.context());
    return new Run(session, strategy.distill(session));
  }
}
