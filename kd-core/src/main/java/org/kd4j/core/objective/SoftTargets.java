package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.kd4j.core.base.Ranges;

/**
 * Softened divergence from the teacher: T² · KL(p ‖ q), p the target at temperature T (the
 * reference), q = softmax(z_s/T), sum over classes, mean over the batch (G. Hinton, O. Vinyals, J.
 * Dean, "Distilling the Knowledge in a Neural Network", NIPS 2014 deep learning workshop, section
 * 2).
 *
 * @param target whose knowledge, and how combined
 * @param temperature T, above 0
 */
public record SoftTargets(Target target, float temperature) implements LossTerm {
  /** Checks the temperature. */
  public SoftTargets {
    Ranges.temperature(temperature);
  }

  @Override
  public NDArray value(StepView view) {
    return Formulas.softTargetsKlOfLog(
        view.own().logits(), target.logProbabilities(view, temperature), temperature);
  }

  @Override
  public Needs needs() {
    return target.needs();
  }

  @Override
  public void begin(EpochView epoch, Memory memory) {
    target.begin(epoch, memory);
  }

  @Override
  public double lowerBound() {
    return Formulas.leastDivergence(temperature);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "soft(%s, T=%s)", target, Printing.number(temperature));
  }
}
