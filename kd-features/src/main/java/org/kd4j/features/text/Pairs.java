package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kd4j.features.TapPair;

/** What terms over pairs of layers have in common. */
final class Pairs {
  private Pairs() {}

  /** The sum of a loss over pairs. */
  static NDArray sum(List<TapPair> pairs, Function<TapPair, NDArray> loss) {
    NDArray sum = null;
    for (TapPair pair : pairs) {
      NDArray value = loss.apply(pair);
      sum = sum == null ? value : sum.add(value);
    }
    return Objects.requireNonNull(sum);
  }

  /** The pairs as a term prints them. */
  static String printed(List<TapPair> pairs) {
    return pairs.stream().map(TapPair::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  /** The pairs and, where it is not the published one, what is done with padding. */
  static String printed(List<TapPair> pairs, Padding padding) {
    return (padding == Padding.COUNTED ? "" : "(padding " + padding + ")") + printed(pairs);
  }
}
