package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/** The arithmetic of optimiser steps, in place, outside any graph; it follows PyTorch's. */
public final class Updates {
  private Updates() {}

  /**
   * One step of Adam or AdamW.
   *
   * @param w parameter
   * @param g its gradient; not needed afterwards
   * @param mean first moment
   * @param variance second moment
   * @param rate η
   * @param step t, from 1
   * @param beta1 β₁
   * @param beta2 β₂
   * @param epsilon ε, added after the bias correction
   * @param decay λ
   * @param decoupled whether decay stays out of the moments (AdamW)
   */
  public static void adam(
      NDArray w,
      NDArray g,
      NDArray mean,
      NDArray variance,
      float rate,
      long step,
      float beta1,
      float beta2,
      float epsilon,
      float decay,
      boolean decoupled) {
    double correction1 = 1 - StrictMath.pow(beta1, step);
    double root2 = Math.sqrt(1 - StrictMath.pow(beta2, step));
    // m̂/(√v̂ + ε) = (√c₂/c₁)·m/(√v + ε√c₂): the engine's update takes the right-hand form.
    JniUtils.adamUpdate(
        (PtNDArray) w,
        (PtNDArray) g,
        (PtNDArray) mean,
        (PtNDArray) variance,
        rate,
        (float) (rate * root2 / correction1),
        decay,
        1,
        -1,
        beta1,
        beta2,
        (float) (epsilon * root2),
        decoupled);
  }

  /**
   * One step of gradient descent.
   *
   * @param w parameter
   * @param g its gradient; overwritten
   * @param velocity v, null without momentum
   * @param rate η
   * @param momentum μ
   * @param nesterov whether to look ahead
   * @param decay λ
   */
  public static void sgd(
      NDArray w,
      NDArray g,
      @Nullable NDArray velocity,
      float rate,
      float momentum,
      boolean nesterov,
      float decay) {
    if (decay != 0) {
      g.addi(g.getManager().create(decay).mul(w));
    }
    NDArray direction = g;
    if (velocity != null) {
      velocity.muli(momentum).addi(g);
      direction = nesterov ? g.addi(g.getManager().create(momentum).mul(velocity)) : g.getManager().create(1f).mul(velocity);
    }
    w.subi(direction.muli(rate));
  }

  /** temp */
  public static void clip(java.util.Collection<NDArray> gradients, float maxNorm) {
    throw new IllegalStateException("temp");
  }
}
