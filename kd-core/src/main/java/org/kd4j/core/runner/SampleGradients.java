package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Native;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.schedule.Progress;

/**
 * Gradients of a phase's objective, one sample at a time, where its only learner begins: nothing is
 * moved. Forwards as a step of training does, dropout included, on inputs as they are.
 */
final class SampleGradients {
  private final Phase phase;
  private final Cast cast;
  private final NDManager base;
  private final LiveLearner learner;

  SampleGradients(Phase phase, Cast cast, NDManager base) {
    this.phase = phase;
    this.cast = cast;
    this.base = base;
    UsageException.require(
        cast.learners.size() == 1 && cast.shadows.isEmpty(),
        "gradients are looked at of one learner, phase '%s' has %d and followers",
        phase.name(),
        cast.learners.size());
    this.learner = cast.learners.get(0);
    learner
        .network
        .parameters()
        .forEach(
            (path, parameter) ->
                UsageException.require(
                    parameter.requiresGradient(),
                    "a sample alone has no gradient where networks normalise over a batch; %s is %s",
                    path,
                    "a running statistic"));
  }

  /** Their spread over the first samples of the phase's feed. */
  GradientSpread spread(int count) {
    Samples samples = phase.feed().samples();
    UsageException.require(
        count >= 2 && count <= samples.size(),
        "a spread is over 2 samples at least and %d at most, asked was %d",
        samples.size(),
        count);
    Samples.Rows rows = samples.open(base);
    SortedMap<String, double[]> sums = new TreeMap<>();
    double squares = 0;
    for (int row = 0; row < count; row++) {
      for (Map.Entry<String, float[]> part : of(rows, row).entrySet()) {
        float[] gradient = part.getValue();
        double[] sum = sums.computeIfAbsent(part.getKey(), p -> new double[gradient.length]);
        for (int i = 0; i < gradient.length; i++) {
          sum[i] += gradient[i];
          squares += (double) gradient[i] * gradient[i];
        }
      }
    }
    double ofMean = 0;
    for (double[] sum : sums.values()) {
      for (double total : sum) {
        ofMean += total / count * (total / count);
      }
    }
    double variance = (squares - count * ofMean) / (count - 1);
    return new GradientSpread(ofMean - variance / count, variance);
  }

  /** The gradient of one sample, by path. */
  private SortedMap<String, float[]> of(Samples.Rows rows, int row) {
    Progress begin = new Progress(0, phase.stepsPerEpoch(), phase.training().epochs(), List.of());
    try (NDManager step = base.newSubManager()) {
      Step view = new Step(step, rows.gather(step, new int[] {row}), Map.of(), begin, cast, 0);
      Autograd.backward(
          Autograd.recording(
              () -> {
                view.forward(learner);
                NDArray sum = null;
                for (Weighted term : learner.learner.objective().terms()) {
                  NDArray value = term.term().value(view.view(learner, term.name()));
                  NDArray weighted = Scalars.mul(value, term.weight().at(begin));
                  sum = sum == null ? weighted : sum.add(weighted);
                }
                return sum;
              }));
      SortedMap<String, float[]> gradients = new TreeMap<>();
      learner.gradients().forEach((path, g) -> gradients.put(path, Native.read(g)));
      return gradients;
    }
  }
}
