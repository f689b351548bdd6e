package org.kd4j.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.Draws;

/** Products and updates of the engine against plain Java, once at the start. */
final class SelfTest {
  private static final Draws DRAWS = new Draws(0x6b64346aL);

  private SelfTest() {}

  /**
   * The largest error of the engine's matrix products, relative to the length of the sums' terms,
   * over shapes that fill vectors and shapes that do not.
   */
  static double productError() {
    double worst = 0;
    int[][] shapes = {{5, 7, 3}, {33, 130, 65}, {128, 256, 96}};
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), Engines.PYTORCH)) {
      for (int[] s : shapes) {
        float[] a = values(s[0] * s[1], s[0]);
        float[] b = values(s[1] * s[2], s[1]);
        float[] c =
            manager
                .create(a, new Shape(s[0], s[1]))
                .matMul(manager.create(b, new Shape(s[1], s[2])))
                .toFloatArray();
        for (int i = 0; i < s[0]; i++) {
          for (int j = 0; j < s[2]; j++) {
            double sum = 0;
            double size = 0;
            for (int k = 0; k < s[1]; k++) {
              double term = (double) a[i * s[1] + k] * b[k * s[2] + j];
              sum += term;
              size += Math.abs(term);
            }
            worst = Math.max(worst, error(c[i * s[2] + j], sum, size));
          }
        }
      }
    }
    return worst;
  }

  /** The largest relative difference of the fused updates from the Java ones. */
  static double updateError() {
    double worst = 0;
    int n = 1003;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), Engines.PYTORCH)) {
      for (int kind = 0; kind < 3; kind++) {
        NDArray[] fused = new NDArray[4];
        NDArray[] plain = new NDArray[4];
        for (int i = 0; i < 4; i++) {
          float[] start = i < 2 ? values(n, 10 + i) : new float[n];
          fused[i] = manager.create(start);
          plain[i] = manager.create(start);
        }
        for (int step = 1; step <= 3; step++) {
          if (kind < 2) {
            FusedUpdates.adam(
                fused[0], fused[1], fused[2], fused[3], 0.01, step, 0.9, 0.999, 1e-8, 0.1,
                kind == 1);
            UpdateKernels.adam(
                plain[0], plain[1], plain[2], plain[3], 0.01, step, 0.9, 0.999, 1e-8, 0.1,
                kind == 1);
          } else {
            FusedUpdates.sgd(fused[0], fused[1], fused[2], 0.01, 0.9, true, 0.1);
            UpdateKernels.sgd(plain[0], plain[1], plain[2], 0.01f, 0.9f, true, 0.1f);
          }
        }
        float[] x = fused[0].toFloatArray();
        float[] y = plain[0].toFloatArray();
        for (int i = 0; i < n; i++) {
          worst = Math.max(worst, error(x[i], y[i], 1));
        }
      }
    }
    return worst;
  }

  /** Not a number counts as infinitely wrong. */
  private static double error(double found, double right, double size) {
    double error = Math.abs(found - right) / Math.max(size, 1e-3);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static float[] values(int n, int key) {
    float[] values = new float[n];
    Draws own = DRAWS.at(key);
    for (int i = 0; i < n; i++) {
      values[i] = (float) own.uniform(i, -1, 1);
    }
    return values;
  }
}
