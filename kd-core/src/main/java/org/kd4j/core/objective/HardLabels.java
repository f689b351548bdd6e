package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Cross-entropy with the true labels at temperature 1, mean over the labelled samples of a batch:
 * {@link Formulas#crossEntropy}.
 */
public record HardLabels() implements LossTerm {
  @Override
  public NDArray value(StepView view) {
    return Formulas.crossEntropy(view.own().logits(), view.target());
  }

  @Override
  public Needs needs() {
    return new Needs(new TreeSet<>(), new TreeMap<>(), true, 1);
  }

  @Override
  public double lowerBound() {
    return 0;
  }

  @Override
  public String toString() {
    return "hard";
  }
}
