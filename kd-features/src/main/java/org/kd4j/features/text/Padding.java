package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.kd4j.core.objective.StepView;
import org.kd4j.features.TextPadding;

/** What stands beyond a text's end in a batch of longer ones, and what a mean does with it. */
public enum Padding {
  /**
   * It counts in the mean, as in TinyBERT's published code: a padded token's states are compared as
   * any other's, and so are its scores; the scores of padded keys count as 0 on both sides. More
   * padding changes the loss.
   */
  COUNTED,
  /** The mean is over tokens, and over pairs of tokens. More padding changes nothing. */
  IGNORED;

  /** The batch's mask, FLOAT32 (batch, tokens): 1 = a token, 0 = padding. */
  static NDArray mask(StepView view) {
    return TextPadding.mask(view);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
