package org.kd4j.experiments.study;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kd4j.core.data.MemorySamples;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.AttackedLoss;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Fgsm;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.evaluation.Pgd;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.runner.Session;

/**
 * {@code attacks}: accuracy of the deployed network on the first 1,000 test images, each changed
 * against it by at most a tenth of the range from black to white. By attack, then by what is
 * attacked: {@code fgsm} and {@code pgd} (10 steps), on the cross-entropy at temperature 1 ({@code
 * .1}), 20, 100, and on the margin of the logits ({@code .margin}).
 *
 * <ul>
 *   <li>{@code clean}: on the images as they are
 *   <li>{@code transfer}: on images changed by PGD against the task's student trained from labels
 *       alone, which looks at nothing of the network that is asked
 *   <li>{@code vanished}: share of images whose gradient of the cross-entropy at temperature 1 is
 *       exactly 0 throughout, so that FGSM leaves them as they are
 * </ul>
 */
final class Attacks implements Measurement {
  private static final int MOST = 1_000;
  private static final float EPSILON = 0.1f;
  private static final int STEPS = 10;

  @Override
  public Optional<String> missing(Samples test) {
    return test.range().isPresent() && test.shape().dimension() == 3
        ? Optional.empty()
        : Optional.of("needs images, samples are " + test.shape());
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    Session session = trial.session();
    Knowledge who = trial.deployed();
    Samples some =
        trial.test() instanceof MemorySamples held && held.size() > MOST
            ? held.subset("test", IntStream.range(0, MOST).toArray())
            : trial.test();
    SortedMap<String, Double> numbers = new TreeMap<>();
    numbers.put("clean", Evaluation.accuracy(session.predict(who, some)));
    attacks()
        .forEach(
            (name, attack) ->
                numbers.put(name, accuracy(session, who, session.perturbed(who, some, attack))));
    Phase alone = session.task().phase("student", session.task().freshStudent(), Objective.hard(1));
    Knowledge plain = session.run(alone).network(Role.STUDENT);
    Perturbation against = Pgd.of(EPSILON, STEPS, AttackedLoss.CROSS_ENTROPY);
    numbers.put("transfer", accuracy(session, who, session.perturbed(plain, some, against)));
    numbers.put("vanished", vanished(session, who, some));
    return numbers;
  }

  private static Map<String, Perturbation> attacks() {
    Map<String, AttackedLoss> losses = new LinkedHashMap<>();
    losses.put("1", AttackedLoss.CROSS_ENTROPY);
    losses.put("20", new AttackedLoss.CrossEntropy(20));
    losses.put("100", new AttackedLoss.CrossEntropy(100));
    losses.put("margin", AttackedLoss.MARGIN);
    Map<String, Perturbation> attacks = new LinkedHashMap<>();
    losses.forEach(
        (name, loss) -> {
          attacks.put("fgsm." + name, new Fgsm(EPSILON, loss));
          attacks.put("pgd." + name, Pgd.of(EPSILON, STEPS, loss));
        });
    return attacks;
  }

  private static double accuracy(Session session, Knowledge who, Samples on) {
    Predictions said = session.predict(who, on);
    return Evaluation.accuracy(said);
  }

  private static double vanished(Session session, Knowledge who, Samples on) {
    int[] none = new int[1];
    Perturbation look =
        (inputs, view) -> {
          float[] gradient = view.gradient(AttackedLoss.CROSS_ENTROPY, inputs).toFloatArray();
          int width = gradient.length / view.rows().length;
          // The last batch is filled up with the first rows, which were counted before.
          for (int i = 0; i < view.rows().length && (i == 0 || view.rows()[i] > 0); i++) {
            none[0] += zero(gradient, i * width, width) ? 1 : 0;
          }
          return inputs;
        };
    session.perturbed(who, on, look);
    return (double) none[0] / on.size();
  }

  private static boolean zero(float[] values, int from, int count) {
    return IntStream.range(from, from + count).allMatch(i -> values[i] == 0);
  }
}
