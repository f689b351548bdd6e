package org.kd4j.core.data;

import java.util.Arrays;

/**
 * A small canvas on which a round pen of varying width leaves ink: for each pixel it keeps how deep
 * inside the pen's trace its centre lies. Plain double arithmetic, so the same bytes everywhere.
 */
final class Ink {
  private final int size;
  private final double[] depth;

  Ink(int size) {
    this.size = size;
    this.depth = new double[size * size];
    clear();
  }

  void clear() {
    Arrays.fill(depth, Double.NEGATIVE_INFINITY);
  }

  /** A straight movement of the pen; only pixels within reach of it are visited. */
  void line(double x0, double y0, double x1, double y1, double radius, double reach) {
    double far = radius + reach;
    int left = (int) StrictMath.max(0, StrictMath.floor(StrictMath.min(x0, x1) - far));
    int right = (int) StrictMath.min(size - 1, StrictMath.ceil(StrictMath.max(x0, x1) + far));
    int top = (int) StrictMath.max(0, StrictMath.floor(StrictMath.min(y0, y1) - far));
    int bottom = (int) StrictMath.min(size - 1, StrictMath.ceil(StrictMath.max(y0, y1) + far));
    double dx = x1 - x0;
    double dy = y1 - y0;
    double square = dx * dx + dy * dy;
    double scale = square > 0 ? 1 / square : 0;
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double along = ((x - x0) * dx + (y - y0) * dy) * scale;
        along = along < 0 ? 0 : along > 1 ? 1 : along;
        double ox = x - x0 - along * dx;
        double oy = y - y0 - along * dy;
        double inside = radius - StrictMath.sqrt(ox * ox + oy * oy);
        int at = y * size + x;
        if (inside > depth[at]) {
          depth[at] = inside;
        }
      }
    }
  }

  /** How black a pixel is, 0 to 1: the trace's edge is a ramp, {@code 2 * soft} wide. */
  double at(int pixel, double soft) {
    double black = 0.5 + depth[pixel] / (2 * soft);
    return black < 0 ? 0 : black > 1 ? 1 : black;
  }
}
