package org.kd4j.offline;

import org.kd4j.core.base.UsageException;

/** What the options of this family have in common. */
final class Checks {
  private Checks() {}

  /** Above 0 and finite. */
  static void temperature(float temperature) {
    UsageException.require(
        temperature > 0 && Float.isFinite(temperature),
        "temperature must be above 0, was %s",
        temperature);
  }

  /** 0 or more and finite. */
  static void weight(String option, float value) {
    UsageException.require(
        value >= 0 && Float.isFinite(value), "%s must be 0 or more, was %s", option, value);
  }

  /** As people write it: 4, not 4.0. */
  static String number(float value) {
    return value == Math.rint(value) ? Integer.toString((int) value) : Float.toString(value);
  }
}
