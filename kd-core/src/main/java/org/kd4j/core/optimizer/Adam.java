package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.SortedMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Updates;
import org.kd4j.core.schedule.Schedule;

/**
 * Adam (D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1)
 * with PyTorch's defaults: β₁ 0.9, β₂ 0.999, ε 1e-8 added after the bias correction. Weight decay,
 * if any, is added to the gradient; {@link AdamW} keeps it apart.
 *
 * @param rate η over the phase
 * @param beta1 decay of the mean
 * @param beta2 decay of the uncentred variance
 * @param epsilon added to the root
 * @param weightDecay λ, as a penalty
 * @param clipNorm largest global gradient norm, 0 = none
 */
public record Adam(
    Schedule rate, float beta1, float beta2, float epsilon, float weightDecay, float clipNorm)
    implements OptimizerSpec {
  /** Checks ranges. */
  public Adam {
    check(beta1, beta2, epsilon);
    OptimizerSpec.check(weightDecay, clipNorm);
  }

  static void check(float beta1, float beta2, float epsilon) {
    UsageException.require(
        beta1 >= 0 && beta1 < 1, "beta1 must be from 0 to below 1, was %s", beta1);
    UsageException.require(
        beta2 >= 0 && beta2 < 1, "beta2 must be from 0 to below 1, was %s", beta2);
    UsageException.require(epsilon > 0, "epsilon must be above 0, was %s", epsilon);
  }

  /** The defaults. */
  public static Adam of(Schedule rate) {
    return new Adam(rate, 0.9f, 0.999f, 1e-8f, 0, 0);
  }

  @Override
  public Adam withRate(Schedule other) {
    return new Adam(other, beta1, beta2, epsilon, weightDecay, clipNorm);
  }

  @Override
  public Optimizer build(SortedMap<String, NDArray> parameters) {
    return build(parameters, this, false);
  }

  /** Adam or AdamW: they differ in where the decay goes. */
  static Optimizer build(SortedMap<String, NDArray> parameters, Adam by, boolean decoupled) {
    return new ArrayOptimizer(
        parameters,
        List.of("mean", "variance"),
        (w, g, s, eta, t) ->
            Updates.adam(
                w,
                g,
                s.get(0),
                s.get(1),
                eta,
                t,
                by.beta1,
                by.beta2,
                by.epsilon,
                by.weightDecay,
                decoupled));
  }
}
