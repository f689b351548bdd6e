package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.UsageException;

/**
 * What samples are, told by the axes of one: a vector has one, an image three, and text two, the
 * most tokens and the size of the vocabulary.
 */
final class Inputs {
  private Inputs() {}

  /** Whether samples are texts. */
  static boolean areTexts(Shape sample) {
    return sample.dimension() == 2;
  }

  /** Refuses samples that are no text. */
  static void checkText(Architecture network, Shape sample) {
    UsageException.require(
        areTexts(sample),
        "%s reads text, samples are %s; for vectors and images take mlp, for images cnn or resnet",
        network,
        sample);
  }

  /** Refuses text. */
  static void checkNoText(Architecture network, Shape sample) {
    UsageException.require(
        !areTexts(sample),
        "%s reads no text, and samples are texts of up to %d tokens; take transformer:2x128",
        network,
        areTexts(sample) ? sample.get(0) : 0);
  }
}
