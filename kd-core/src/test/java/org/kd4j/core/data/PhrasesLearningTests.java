package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.AdamW;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** What makes phrases worth distilling: their words alone do not tell, their order does. */
class PhrasesLearningTests {
  private static final DataSet SET = Make.load(new PhrasesSource(), "phrases");
  private static final TextSamples TRAIN = (TextSamples) SET.train();
  private static final TextSamples TEST = (TextSamples) SET.test();

  /** Logistic regression on word counts, by gradient descent with momentum until it stands. */
  @Test
  void theWordsAloneDoNotTell() {
    BagOfWords words = new BagOfWords();
    words.descend(300);
    double loss = words.loss();
    assertThat(words.accuracy(TRAIN)).isBetween(0.6, 0.8);
    assertThat(words.accuracy(TEST)).isBetween(0.6, 0.8);
    words.descend(300);
    assertThat(loss - words.loss()).isBetween(0.0, 1e-3);
  }

  /**
   * Rate, warm-up and epochs were chosen on validation, 95.3 and 94.7 % by two seeds; on test the
   * same networks reached 95.5 and 95.1 %.
   */
  @Test
  void twoLayersOfATransformerTell() {
    NetworkSpec network =
        NetworkSpec.of(new Transformer(2, 64, 4, 128, 0, 0), TRAIN.shape(), TRAIN.classes());
    Schedule rate = Schedule.parse("linear,warmup=1", 0.0015f);
    Recipe recipe = new Recipe(Training.of(6, 32), AdamW.of(rate), Augmentation.NONE);
    Task task =
        new Task("phrases", TRAIN, TRAIN, Optional.empty(), network, network, recipe, recipe);
    Session session = new Session(task, 1, TinyTask.context());
    PhaseResult learnt = session.run(task.phase("labels", task.freshStudent(), Objective.hard(1)));
    Predictions predictions = session.predict(learnt.network(Role.STUDENT), TEST);
    assertThat(
            accuracy(
                row -> predictions.logits()[2 * row + 1] - predictions.logits()[2 * row], TEST))
        .isGreaterThanOrEqualTo(0.92);
  }

  private static double accuracy(IntToDoubleFunction score, TextSamples samples) {
    int[] labels = samples.labels();
    return IntStream.range(0, samples.size())
            .filter(row -> (score.applyAsDouble(row) > 0 ? 1 : 0) == labels[row])
            .count()
        / (double) samples.size();
  }

  /** What can be had without the order of words. */
  private static final class BagOfWords {
    private final double[] weights = new double[TRAIN.vocabulary().size()];
    private final double[] speed = new double[weights.length];
    private final int[] labels = TRAIN.labels();

    void descend(int epochs) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        double[] slope = new double[weights.length];
        for (int row = 0; row < TRAIN.size(); row++) {
          double error = labels[row] - 1 / (1 + StrictMath.exp(-score(TRAIN, row)));
          for (int token : TRAIN.tokens(row)) {
            slope[token] += error / TRAIN.size();
          }
        }
        for (int token = 0; token < weights.length; token++) {
          speed[token] = 0.9 * speed[token] + 0.3 * slope[token];
          weights[token] += speed[token];
        }
      }
    }

    private double score(TextSamples samples, int row) {
      double sum = 0; // the token that begins every text is the bias
      for (int token : samples.tokens(row)) {
        sum += weights[token];
      }
      return sum;
    }

    /** The mean cross-entropy of the training sentences. */
    double loss() {
      return IntStream.range(0, TRAIN.size())
          .mapToDouble(row -> (2 * labels[row] - 1) * score(TRAIN, row))
          .map(margin -> StrictMath.log1p(StrictMath.exp(-margin)))
          .average()
          .orElseThrow();
    }

    double accuracy(TextSamples samples) {
      return PhrasesLearningTests.accuracy(row -> score(samples, row), samples);
    }
  }
}
