package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Optimiser steps in one pass over the engine's own memory, in plain Java: blocks that fit the L1
 * cache are copied to the heap, moved there by loops the compiler vectorises, and copied back. The
 * same bits on every machine.
 */
final class UpdateKernels {
  private static final int BLOCK = 1024;

  private static final ThreadLocal<float[][]> SCRATCH =
      ThreadLocal.withInitial(() -> new float[4][BLOCK]);

  private UpdateKernels() {}

  /** One step of Adam or AdamW; the constants as in {@link Updates#adam}. */
  static void adam(
      NDArray w,
      NDArray g,
      NDArray mean,
      NDArray variance,
      double rate,
      long step,
      double beta1,
      double beta2,
      double epsilon,
      double decay,
      boolean decoupled) {
    float shrink = decoupled ? (float) (1 - rate * decay) : 1;
    float penalty = decoupled ? 0 : (float) decay;
    float size = (float) (rate / (1 - StrictMath.pow(beta1, step)));
    float root = (float) Math.sqrt(1 - StrictMath.pow(beta2, step));
    FloatBuffer wAll = Native.floats(w);
    FloatBuffer gAll = Native.floats(g);
    FloatBuffer mAll = Native.floats(mean);
    FloatBuffer vAll = Native.floats(variance);
    float[][] scratch = SCRATCH.get();
    int all = wAll.capacity();
    for (int at = 0; at < all; at += BLOCK) {
      int n = Math.min(BLOCK, all - at);
      wAll.get(at, scratch[0], 0, n);
      gAll.get(at, scratch[1], 0, n);
      mAll.get(at, scratch[2], 0, n);
      vAll.get(at, scratch[3], 0, n);
      adamBlock(
          scratch[0],
          scratch[1],
          scratch[2],
          scratch[3],
          n,
          shrink,
          penalty,
          (float) (1 - beta1),
          (float) beta2,
          (float) (1 - beta2),
          root,
          (float) epsilon,
          size);
      wAll.put(at, scratch[0], 0, n);
      mAll.put(at, scratch[2], 0, n);
      vAll.put(at, scratch[3], 0, n);
    }
  }

  private static void adamBlock(
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      int n,
      float shrink,
      float penalty,
      float mix1,
      float beta2,
      float mix2,
      float root,
      float epsilon,
      float size) {
    for (int i = 0; i < n; i++) {
      float wi = w[i] * shrink;
      float gi = g[i] + penalty * wi;
      float mi = m[i] + mix1 * (gi - m[i]);
      float vi = v[i] * beta2 + mix2 * gi * gi;
      m[i] = mi;
      v[i] = vi;
      w[i] = wi - size * mi / ((float) Math.sqrt(vi) / root + epsilon);
    }
  }

  /** One step of gradient descent; the constants as in {@link Updates#sgd}. */
  static void sgd(
      NDArray w,
      NDArray g,
      @Nullable NDArray velocity,
      float rate,
      float momentum,
      boolean nesterov,
      float decay) {
    FloatBuffer wAll = Native.floats(w);
    FloatBuffer gAll = Native.floats(g);
    FloatBuffer vAll = velocity == null ? null : Native.floats(velocity);
    float[][] scratch = SCRATCH.get();
    int all = wAll.capacity();
    for (int at = 0; at < all; at += BLOCK) {
      int n = Math.min(BLOCK, all - at);
      wAll.get(at, scratch[0], 0, n);
      gAll.get(at, scratch[1], 0, n);
      if (vAll == null) {
        plainBlock(scratch[0], scratch[1], n, rate, decay);
      } else {
        vAll.get(at, scratch[2], 0, n);
        momentumBlock(
            scratch[0],
            scratch[1],
            scratch[2],
            n,
            rate,
            momentum,
            nesterov ? 1 : 0,
            nesterov ? momentum : 1,
            decay);
        vAll.put(at, scratch[2], 0, n);
      }
      wAll.put(at, scratch[0], 0, n);
    }
  }

  private static void plainBlock(float[] w, float[] g, int n, float rate, float decay) {
    for (int i = 0; i < n; i++) {
      w[i] = w[i] - rate * (g[i] + decay * w[i]);
    }
  }

  /** v ← μv + g; w ← w − η(ahead·g + share·v). */
  private static void momentumBlock(
      float[] w,
      float[] g,
      float[] v,
      int n,
      float rate,
      float momentum,
      float ahead,
      float share,
      float decay) {
    for (int i = 0; i < n; i++) {
      float gi = g[i] + decay * w[i];
      float vi = momentum * v[i] + gi;
      v[i] = vi;
      w[i] = w[i] - rate * (ahead * gi + share * vi);
    }
  }
}
