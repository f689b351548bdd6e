package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of optimiser steps, in place, outside any graph; it follows PyTorch's. On the host
 * one pass over the memory: PyTorch's fused kernels where {@link Engines} bound them, otherwise
 * plain Java. On other devices DJL's own update.
 */
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
    double b1 = decimal(beta1);
    double b2 = decimal(beta2);
    if (!Native.onHost(w)) {
      double root = Math.sqrt(1 - StrictMath.pow(b2, step));
      // m̂/(√v̂ + ε) = (√c₂/c₁)·m/(√v + ε√c₂): the engine's update takes the right-hand form.
      JniUtils.adamUpdate(
          (PtNDArray) w,
          (PtNDArray) g,
          (PtNDArray) mean,
          (PtNDArray) variance,
          rate,
          (float) (rate * root / (1 - StrictMath.pow(b1, step))),
          decay,
          1,
          -1,
          beta1,
          beta2,
          (float) (epsilon * root),
          decoupled);
    } else if (FusedUpdates.active()) {
      FusedUpdates.adam(
          w,
          g,
          mean,
          variance,
          decimal(rate),
          step,
          b1,
          b2,
          decimal(epsilon),
          decimal(decay),
          decoupled);
    } else {
      UpdateKernels.adam(
          w,
          g,
          mean,
          variance,
          decimal(rate),
          step,
          b1,
          b2,
          decimal(epsilon),
          decimal(decay),
          decoupled);
    }
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
    if (!Native.onHost(w)) {
      sgdByOperations(w, g, velocity, rate, momentum, nesterov, decay);
    } else if (velocity != null && FusedUpdates.active()) {
      FusedUpdates.sgd(w, g, velocity, decimal(rate), decimal(momentum), nesterov, decimal(decay));
    } else {
      UpdateKernels.sgd(w, g, velocity, rate, momentum, nesterov, decay);
    }
  }

  private static void sgdByOperations(
      NDArray w,
      NDArray g,
      @Nullable NDArray velocity,
      float rate,
      float momentum,
      boolean nesterov,
      float decay) {
    NDManager step = g.getManager();
    if (decay != 0) {
      g.addi(step.create(decay).mul(w));
    }
    NDArray direction = g;
    if (velocity != null) {
      velocity.muli(momentum).addi(g);
      NDArray scaled = step.create(nesterov ? momentum : 1f).mul(velocity);
      direction = nesterov ? g.addi(scaled) : scaled;
    }
    w.subi(direction.muli(rate));
  }

  /**
   * Scales gradients, in place, so that their global norm is at most a bound: g ← g·min(1, c/(‖g‖ +
   * 1e-6)), as PyTorch's {@code clip_grad_norm_}. Nothing is read back from the device.
   *
   * @param gradients of one learner, adapters included
   * @param maxNorm c, above 0
   */
  public static void clip(Collection<NDArray> gradients, float maxNorm) {
    if (gradients.isEmpty()) {
      return;
    }
    try (NDManager local = gradients.iterator().next().getManager().newSubManager()) {
      NDList norms = new NDList(gradients.size());
      for (NDArray gradient : gradients) {
        NDArray norm = gradient.norm();
        norm.attach(local);
        norms.add(norm);
      }
      NDArray total = NDArrays.stack(norms).norm();
      NDArray scale = local.create(maxNorm).div(total.add(1e-6f)).minimum(1f);
      for (NDArray gradient : gradients) {
        gradient.muli(scale);
      }
    }
  }

  /** The decimal number a float was written as: PyTorch computes 1 − 0.999 in double precision. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
