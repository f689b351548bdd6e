package org.kd4j.core.data;

import java.util.List;
import org.kd4j.core.base.Draws;

/**
 * Writes one character after another: picks a skeleton and a hand (slant, turn, size, place, pen),
 * moves the skeleton's points, and inks the curve through them. Draws are taken in order, so the
 * order of the code is part of the data; a golden test keeps it.
 *
 * <p>How much each thing varies (deviations; the first five in units of the skeleton's box, of
 * which 14 are 19 pixels) was set so that capacity and regularisation show: with more, the classes
 * melt into each other; with less, a linear classifier comes near the best network.
 */
final class Pen {
  private static final double JITTER = 0.55;
  private static final double STRAY = 0.42;
  private static final double BOW = 0.02;
  private static final double UNIT = 19.0 / 14;
  private static final double SLANT = 0.22;
  private static final double TURN = 0.12;
  private static final double WIDTH = 0.12;
  private static final double HEIGHT = 0.072;
  private static final double MOVE_PIXELS = 1.1;
  private static final double PRESSURE = 0.3;
  private static final double GRAIN = 0.06;
  private static final int LINES_PER_SPAN = 6;

  private final int size;
  private final Ink ink;
  private Draws draws = new Draws(0);
  private int drawn;

  // The hand: an affine map of the box to pixels after two gentle bows, and the pen.
  private double xx;
  private double xy;
  private double yx;
  private double yy;
  private double shiftX;
  private double shiftY;
  private double bowX;
  private double bowY;
  private double radius;
  private double pressure;
  private double soft;

  Pen(int size) {
    this.size = size;
    this.ink = new Ink(size);
  }

  /**
   * Writes a character, one of the ways there are, into a square of pixels.
   *
   * @param offset of the square's first pixel
   * @param stride pixels from one of its lines to the next: the width of the whole image
   */
  void write(List<Skeleton> ways, Draws own, byte[] pixels, int offset, int stride) {
    draws = own;
    drawn = 0;
    ink.clear();
    Skeleton skeleton = ways.get(draws.below(drawn++, ways.size()));
    pickHand();
    List<Skeleton.Piece> pieces = skeleton.pieces();
    double lastX = 0;
    double lastY = 0;
    for (int p = 0; p < pieces.size(); p++) {
      Skeleton.Piece piece = pieces.get(p);
      int points = piece.x().length;
      double[] x = new double[points];
      double[] y = new double[points];
      double strayX = piece.joined() ? 0 : STRAY * bell();
      double strayY = piece.joined() ? 0 : STRAY * bell();
      for (int i = 0; i < points; i++) {
        x[i] = piece.x()[i] + strayX + JITTER * bell();
        y[i] = piece.y()[i] + strayY + JITTER * bell();
        place(x, y, i);
      }
      if (piece.joined()) {
        x[0] = lastX;
        y[0] = lastY;
      }
      curve(x, y, p / (double) pieces.size());
      lastX = x[points - 1];
      lastY = y[points - 1];
    }
    develop(pixels, offset, stride);
  }

  private void pickHand() {
    double scaleX = UNIT * (1 + WIDTH * bell());
    double scaleY = UNIT * (1 + HEIGHT * bell());
    double slant = SLANT * bell();
    double angle = TURN * bell();
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    xx = cos * scaleX;
    xy = (-cos * slant - sin) * scaleY;
    yx = sin * scaleX;
    yy = (-sin * slant + cos) * scaleY;
    shiftX = (size - 1) / 2.0 + MOVE_PIXELS * bell();
    shiftY = (size - 1) / 2.0 + MOVE_PIXELS * bell();
    bowX = BOW * bell();
    bowY = BOW * bell();
    radius = 0.7 + 0.9 * uniform();
    pressure = PRESSURE * bell();
    soft = 0.6 + 0.5 * uniform();
  }

  /** From the box to pixels. */
  private void place(double[] x, double[] y, int at) {
    double u = x[at] - Skeleton.CENTRE_X;
    double v = y[at] - Skeleton.CENTRE_Y;
    double bentU = u + bowX * v * v;
    double bentV = v + bowY * u * u;
    x[at] = shiftX + xx * bentU + xy * bentV;
    y[at] = shiftY + yx * bentU + yy * bentV;
  }

  /**
   * A Catmull-Rom spline through the points (E. Catmull, R. Rom, "A class of local interpolating
   * splines", 1974), in short lines. The pen grows or shrinks on its way.
   */
  private void curve(double[] x, double[] y, double begun) {
    int last = x.length - 1;
    double fromX = x[0];
    double fromY = y[0];
    for (int i = 0; i < last; i++) {
      int before = i == 0 ? 0 : i - 1;
      int after = i + 1 == last ? last : i + 2;
      for (int line = 1; line <= LINES_PER_SPAN; line++) {
        double t = line / (double) LINES_PER_SPAN;
        double toX = spline(x[before], x[i], x[i + 1], x[after], t);
        double toY = spline(y[before], y[i], y[i + 1], y[after], t);
        double way = (i + t) / last + begun - 1;
        double here = StrictMath.max(0.4, radius * (1 + pressure * way));
        ink.line(fromX, fromY, toX, toY, here, soft);
        fromX = toX;
        fromY = toY;
      }
    }
  }

  private static double spline(double a, double b, double c, double d, double t) {
    double leave = (c - a) / 2;
    double arrive = (d - b) / 2;
    double t2 = t * t;
    double t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * b
        + (t3 - 2 * t2 + t) * leave
        + (3 * t2 - 2 * t3) * c
        + (t3 - t2) * arrive;
  }

  private void develop(byte[] pixels, int offset, int stride) {
    double black = 0.75 + 0.25 * uniform();
    for (int i = 0; i < size * size; i++) {
      double value = black * ink.at(i, soft) + GRAIN * bell();
      value = value < 0 ? 0 : value > 1 ? 1 : value;
      pixels[offset + i / size * stride + i % size] = (byte) (int) (255 * value + 0.5);
    }
  }

  private double uniform() {
    return draws.uniform(drawn++);
  }

  /** Nearly normal, deviation 1: the sum of four uniforms out of one word, without a logarithm. */
  private double bell() {
    long bits = draws.bits(drawn++);
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum - 131070) / 37837.2;
  }
}
