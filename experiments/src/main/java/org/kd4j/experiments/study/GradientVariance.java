package org.kd4j.experiments.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.data.Samples;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Start;
import org.kd4j.core.runner.GradientSpread;
import org.kd4j.core.strategy.Task;

/**
 * {@code gradients}: how the student's gradients differ from sample to sample, over the first 200
 * samples it learns from: of hard labels, and of the guide's soft targets T² · KL at several T.
 * Measured where the student begins and where it ended. By place ({@code begin}, {@code end}), then
 * loss ({@code hard}, {@code soft.4}):
 *
 * <ul>
 *   <li>{@code variance}: summed over parameters
 *   <li>{@code noise}: its share of the mean squared length of a gradient, which no factor before
 *       the loss changes; 1 where samples have nothing in common, and above 1 where chance alone
 *       would make the mean longer than it is ({@link GradientSpread#squaredMean} below 0)
 * </ul>
 *
 * Trials without a guide, or whose student is not one network, have none.
 */
final class GradientVariance implements Measurement {
  /** Temperatures of the soft targets. */
  static final List<Integer> TEMPERATURES = List.of(1, 2, 4, 8, 20);

  private static final int MOST = 200;

  @Override
  public Optional<String> missing(Samples test) {
    return Optional.empty();
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    if (trial.guide().isEmpty() || trial.deployed().source().isEmpty()) {
      return numbers;
    }
    Task task = trial.session().task();
    Guide guide = new Guide(Role.TEACHER, trial.guide().get());
    Map<String, Start> places = new LinkedHashMap<>();
    places.put("begin", task.freshStudent());
    places.put("end", Start.resume(trial.deployed().source().get()));
    Map<String, Objective> losses = new LinkedHashMap<>();
    losses.put("hard", Objective.hard(1));
    for (int t : TEMPERATURES) {
      SoftTargets soft = new SoftTargets(Target.of(Role.TEACHER), t);
      losses.put("soft." + t, Objective.of("soft", 1, soft));
    }
    int count = Math.min(MOST, task.transfer().size());
    places.forEach(
        (place, start) ->
            losses.forEach(
                (loss, objective) -> {
                  Guide[] guides = loss.equals("hard") ? new Guide[0] : new Guide[] {guide};
                  GradientSpread spread =
                      trial
                          .session()
                          .gradientSpread(task.phase(loss, start, objective, guides), count);
                  String at = place + "." + loss + ".";
                  numbers.put(at + "variance", spread.variance());
                  double length = spread.variance() + spread.squaredMean();
                  numbers.put(at + "noise", spread.variance() / length);
                }));
    return numbers;
  }
}
