package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.SortedMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Updates;
import org.kd4j.core.schedule.Schedule;

/**
 * Stochastic gradient descent as PyTorch defines it: g ← g + λw; v ← μv + g; w ← w − η(g + μv) with
 * Nesterov's momentum, w ← w − ηv without. The rate stays outside the momentum. Default momentum
 * 0.9, with Nesterov and weight decay 0.
 *
 * @param rate η over the phase
 * @param momentum μ, from 0 to below 1
 * @param nesterov whether to look ahead
 * @param weightDecay λ
 * @param clipNorm largest global gradient norm, 0 = none
 */
public record Sgd(
    Schedule rate, float momentum, boolean nesterov, float weightDecay, float clipNorm)
    implements OptimizerSpec {
  /** Checks ranges. */
  public Sgd {
    UsageException.require(
        momentum >= 0 && momentum < 1, "momentum must be from 0 to below 1, was %s", momentum);
    UsageException.require(!nesterov || momentum > 0, "Nesterov needs momentum above 0, was 0");
    OptimizerSpec.check(weightDecay, clipNorm);
  }

  /** Momentum 0.9 with Nesterov, no decay, no clipping. */
  public static Sgd of(Schedule rate) {
    return new Sgd(rate, 0.9f, true, 0, 0);
  }

  @Override
  public Sgd withRate(Schedule other) {
    return new Sgd(other, momentum, nesterov, weightDecay, clipNorm);
  }

  @Override
  public Optimizer build(SortedMap<String, NDArray> parameters) {
    return new ArrayOptimizer(
        parameters,
        momentum == 0 ? List.of() : List.of("momentum"),
        (w, g, state, eta, step) ->
            Updates.sgd(
                w, g, momentum == 0 ? null : state.get(0), eta, momentum, nesterov, weightDecay));
  }
}
