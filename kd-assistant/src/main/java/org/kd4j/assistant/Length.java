package org.kd4j.assistant;

import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Printing;

/**
 * A length of training as people write it: epochs, {@code 35}, or a share of the planned ones,
 * {@code 17.5%}.
 *
 * @param value above 0; a whole number of epochs, or percents
 * @param percent which of the two
 */
record Length(float value, boolean percent) {
  /** Reads a length; messages name the option. */
  static Length parse(String option, String text) {
    try {
      boolean percent = text.endsWith("%");
      float value =
          percent ? Float.parseFloat(text.substring(0, text.length() - 1)) : Integer.parseInt(text);
      if (value > 0 && Float.isFinite(value)) {
        return new Length(value, percent);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new UsageException(
        String.format(
            "%s takes epochs, as in 35, or a share of the planned ones, as in 17.5%%, above 0; was"
                + " '%s'",
            option, text));
  }

  /** The length in epochs, perhaps a fraction. */
  double of(int epochs) {
    return percent ? (double) value * epochs / 100 : value;
  }

  /** The length in whole epochs, at least 1. */
  int whole(int epochs) {
    return (int) Math.max(1, Math.round(of(epochs)));
  }

  @Override
  public String toString() {
    return Printing.number(value) + (percent ? "%" : "");
  }
}
