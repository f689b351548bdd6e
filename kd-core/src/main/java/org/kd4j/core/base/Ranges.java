package org.kd4j.core.base;

/** Ranges that options and loss terms have in common, refused by one sentence each. */
public final class Ranges {
  private Ranges() {}

  /** Above 0 and finite. */
  public static void temperature(float temperature) {
    positive("temperature", temperature);
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

  /**
   * Above 0 and finite.
   *
   * @param name of the option
   * @param value its value
   */
  public static void positive(String name, float value) {
    UsageException.require(
        value > 0 && Float.isFinite(value), "%s must be above 0, was %s", name, value);
  }

  /**
   * 0 or more.
   *
   * @param name of the option
   * @param value its value
   */
  public static void count(String name, int value) {
    UsageException.require(value >= 0, "%s must be 0 or more, was %d", name, value);
  }
}
