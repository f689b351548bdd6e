package org.kd4j.experiments.study;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kd4j.core.data.MemorySamples;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.GaussianBlur;
import org.kd4j.core.evaluation.GaussianNoise;
import org.kd4j.core.evaluation.Moved;
import org.kd4j.core.evaluation.Perturbation;

/**
 * {@code robustness}: accuracy of the deployed network on the first 2,000 test images, changed in
 * ways that students mostly were not shown: {@code noise}, Gaussian with a deviation of a fifth of
 * black to white; {@code blur}, Gaussian with a deviation of a pixel; {@code moved} by up to two
 * pixels. The changed images are the same for all trials.
 */
final class Robustness implements Measurement {
  private static final int MOST = 2_000;

  private static final Map<String, Perturbation> CHANGES =
      Map.of("noise", new GaussianNoise(0.2f), "blur", new GaussianBlur(1), "moved", new Moved(2));

  @Override
  public Optional<String> missing(Samples test) {
    return test.shape().dimension() == 3
        ? Optional.empty()
        : Optional.of("needs images, samples are " + test.shape());
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    Samples some =
        trial.test() instanceof MemorySamples all && all.size() > MOST
            ? all.subset(all.name(), IntStream.range(0, MOST).toArray())
            : trial.test();
    SortedMap<String, Double> numbers = new TreeMap<>();
    CHANGES.forEach(
        (name, change) -> {
          Samples changed = trial.session().perturbed(trial.deployed(), some, change);
          numbers.put(
              name, Evaluation.accuracy(trial.session().predict(trial.deployed(), changed)));
        });
    return numbers;
  }
}
