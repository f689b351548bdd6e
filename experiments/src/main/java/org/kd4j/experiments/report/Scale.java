package org.kd4j.experiments.report;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/**
 * Where values lie on an axis, from 0 to 1, and its ticks.
 *
 * @param low at 0
 * @param high at 1
 * @param unit ticks are printed, and round, in it: 100 for percent
 * @param logarithmic whether it is the logarithm that counts
 */
record Scale(double low, double high, double unit, boolean logarithmic) {
  private static final double FINEST = 1e-5;

  static Scale linear(double low, double high, double unit) {
    return new Scale(low, high > low ? high : low + 1, unit, false);
  }

  static Scale logarithmic(double low, double high) {
    return new Scale(low, high, 1, true);
  }

  double at(double value) {
    DoubleUnaryOperator f = logarithmic ? v -> Math.log(Math.max(v, low / 10)) : v -> v;
    return (f.applyAsDouble(value) - f.applyAsDouble(low))
        / (f.applyAsDouble(high) - f.applyAsDouble(low));
  }

  double[] ticks() {
    if (!logarithmic) {
      double step = step((high - low) * unit / 6) / unit;
      double first = Math.ceil(low / step - 1e-9);
      return DoubleStream.iterate(first, k -> k * step <= high + step * 1e-9, k -> k + 1)
          .map(k -> k * step)
          .toArray();
    }
    return DoubleStream.iterate(Math.floor(Math.log10(low)), k -> k + 1)
        .limit(40)
        .flatMap(k -> DoubleStream.of(1, 2, 5).map(m -> m * Math.pow(10, k)))
        .filter(v -> v >= low && v <= high)
        .toArray();
  }

  /** With as many decimals as its ticks need to be told apart. */
  String print(double tick) {
    double value = tick * unit;
    double step = logarithmic ? 1 : step((high - low) * unit / 6);
    if (step < 0.01 && step >= FINEST) {
      int decimals = (int) Math.round(Math.ceil(-Math.log10(step) - 1e-9));
      return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
    return value != 0 && Math.abs(value) < 0.01
        ? String.format(Locale.ROOT, "%.1e", value).replace(".0e", "e")
        : Svg.number(value);
  }

  /** The nearest of 1, 2, 5, 10 … that is not below. */
  static double step(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }
}
