package org.kd4j.core.base;

/** Ranges that options and loss terms have in common, refused by one sentence each. */
public final class Ranges {
  private Ranges() {}

  /** Above 0 and finite. */
  public static void temperature(float temperature) {
    UsageException.require(
        temperature > 0 && Float.isFinite(temperature),
        "temperature must be above 0, was %s",
        temperature);
  }

  /**
   * 0 or more and finite.
   *
   * @param name of the option
   * @param weight its value
   */
  public static void weight(String name, float weight) {
    UsageException.require(
        weight >= 0 && Float.isFinite(weight), "%s must be 0 or more, was %s", name, weight);
  }
}
