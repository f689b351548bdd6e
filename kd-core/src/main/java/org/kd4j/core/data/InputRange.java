package org.kd4j.core.data;

import java.util.List;

/**
 * The inputs that can be: the lowest and highest value of each channel after normalisation. Black
 * and white of an image, say; a change of an image that leaves it is no image any more.
 *
 * @param low one per channel, or one for all
 * @param high likewise
 */
public record InputRange(List<Float> low, List<Float> high) {
  /** Checks lengths and order. */
  public InputRange {
    low = List.copyOf(low);
    high = List.copyOf(high);
    if (low.size() != high.size() || low.isEmpty()) {
      throw new IllegalArgumentException(low + " and " + high + " are not bounds of one input");
    }
    for (int c = 0; c < low.size(); c++) {
      if (!(low.get(c) < high.get(c))) {
        throw new IllegalArgumentException("nothing is between " + low + " and " + high);
      }
    }
  }

  /** Of raw values from a lowest to a highest, as they are after normalisation. */
  static InputRange of(float lowest, float highest, Normalization by) {
    List<Float> low = new java.util.ArrayList<>();
    List<Float> high = new java.util.ArrayList<>();
    for (int c = 0; c < by.mean().size(); c++) {
      low.add((lowest - by.mean().get(c)) / by.deviation().get(c));
      high.add((highest - by.mean().get(c)) / by.deviation().get(c));
    }
    return new InputRange(low, high);
  }
}
