package org.kd4j.core.objective;

/** How terms print their numbers. */
public final class Printing {
  private Printing() {}

  /** A number as people write it: 4, not 4.0. */
  public static String number(float value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : Float.toString(value);
  }
}
