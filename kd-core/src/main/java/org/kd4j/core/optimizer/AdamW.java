package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.SortedMap;
import org.kd4j.core.schedule.Schedule;

/**
 * Adam with decoupled weight decay, w ← w − ηλw before the step (I. Loshchilov, F. Hutter,
 * "Decoupled Weight Decay Regularization", ICLR 2019), with PyTorch's defaults: as {@link Adam}, λ
 * 0.01.
 *
 * @param rate η over the phase
 * @param beta1 decay of the mean
 * @param beta2 decay of the uncentred variance
 * @param epsilon added to the root
 * @param weightDecay λ, decoupled
 * @param clipNorm largest global gradient norm, 0 = none
 */
public record AdamW(
    Schedule rate, float beta1, float beta2, float epsilon, float weightDecay, float clipNorm)
    implements OptimizerSpec {
  /** Checks ranges. */
  public AdamW {
    Adam.check(beta1, beta2, epsilon);
    OptimizerSpec.check(weightDecay, clipNorm);
  }

  /** The defaults. */
  public static AdamW of(Schedule rate) {
    return new AdamW(rate, 0.9f, 0.999f, 1e-8f, 0.01f, 0);
  }

  @Override
  public AdamW withRate(Schedule other) {
    return new AdamW(other, beta1, beta2, epsilon, weightDecay, clipNorm);
  }

  @Override
  public Optimizer build(SortedMap<String, NDArray> parameters) {
    return Adam.build(parameters, constants(), true);
  }

  /** All but where the decay goes. */
  Adam constants() {
    return new Adam(rate, beta1, beta2, epsilon, weightDecay, clipNorm);
  }
}
