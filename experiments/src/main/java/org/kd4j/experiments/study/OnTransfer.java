package org.kd4j.experiments.study;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kd4j.core.data.MemorySamples;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.phase.Knowledge;

/**
 * {@code transfer}: what was reached on the samples the student learnt from, and how soft the
 * targets there were; by which one sees whether a student could not follow or was not told enough
 * (J. H. Cho, B. Hariharan, "On the Efficacy of Knowledge Distillation", ICCV 2019). Over the first
 * 5,000 of them, as they are stored:
 *
 * <ul>
 *   <li>{@code student.accuracy}, {@code student.nll}
 *   <li>{@code guide.accuracy}; {@code kl}, the mean KL(guide ‖ student) at T = 1, nats
 *   <li>{@code entropy.1}, {@code entropy.4}, {@code entropy.20}: mean entropy of softmax(z/T) of
 *       the guide, nats
 * </ul>
 */
final class OnTransfer implements Measurement {
  private static final int MOST = 5_000;
  private static final int[] TEMPERATURES = {1, 4, 20};

  @Override
  public Optional<String> missing(Samples test) {
    return Optional.empty();
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    Samples on = first(trial.transfer());
    Predictions student = trial.session().predict(trial.deployed(), on);
    numbers.put("student.accuracy", Evaluation.accuracy(student));
    numbers.put("student.nll", Evaluation.nll(student));
    if (trial.guide().isPresent()) {
      Knowledge who = trial.guide().get();
      Predictions guide = trial.session().predict(who, on);
      numbers.put("guide.accuracy", Evaluation.accuracy(guide));
      numbers.put("kl", Evaluation.follows(guide, student).kl());
      for (int temperature : TEMPERATURES) {
        numbers.put("entropy." + temperature, entropy(guide, temperature));
      }
    }
    return numbers;
  }

  private static Samples first(Samples samples) {
    return samples instanceof MemorySamples array && array.size() > MOST
        ? array.subset(array.name(), IntStream.range(0, MOST).toArray())
        : samples;
  }

  /** Mean over rows of −Σ p log p, p = softmax(z/T), in nats. */
  static double entropy(Predictions predictions, double temperature) {
    double sum = 0;
    for (int row = 0; row < predictions.size(); row++) {
      for (double log : predictions.logProbabilities(row, temperature)) {
        double p = Math.exp(log);
        sum -= p > 0 ? p * log : 0;
      }
    }
    return sum / predictions.size();
  }
}
