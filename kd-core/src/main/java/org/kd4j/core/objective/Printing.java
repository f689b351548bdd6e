package org.kd4j.core.objective;

/** Numbers as people write them: 4, not 4.0. */
final class Printing {
  private Printing() {}

  static String number(float value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : Float.toString(value);
  }
}
