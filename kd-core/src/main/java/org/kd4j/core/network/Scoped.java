package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/**
 * Lets go of all arrays a part of a forward made but its output. What the backward pass needs the
 * graph holds; the memory of everything else is used again at once, while it is still in the
 * processor's caches, instead of after the step.
 */
final class Scoped {
  private Scoped() {}

  /** The output of a part, the one array made in it that stays open. */
  static NDArray output(Supplier<NDArray> part) {
    try (NDScope scope = new NDScope()) {
      NDArray output = part.get();
      NDScope.unregister(output);
      scope.suppressNotUsedWarning();
      return output;
    }
  }
}
