package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;

/**
 * Cross-entropy with the teacher's soft targets, −Σ p log q at temperature T, sum over classes,
 * mean over the batch, <em>without</em> T² (TinyBERT, equation 10). Its least value is the
 * teacher's entropy, not 0.
 *
 * @param temperature T, above 0
 */
public record Prediction(float temperature) implements LossTerm {
  /** Checks the temperature. */
  public Prediction {
    Ranges.temperature(temperature);
  }

  @Override
  public NDArray value(StepView view) {
    return Formulas.softTargetsCrossEntropy(
        view.own().logits(), view.of(Role.TEACHER).logits(), temperature);
  }

  @Override
  public Needs needs() {
    return Needs.taps(new TapRef(Role.TEACHER, TappedBlock.LOGITS));
  }

  @Override
  public double lowerBound() {
    return 0;
  }

  @Override
  public String toString() {
    return "prediction(T=" + Printing.number(temperature) + ")";
  }
}
