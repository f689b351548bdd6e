package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.features.SequenceFormulas;
import org.kd4j.features.TapPair;

/**
 * How values relate to each other, head by head: KL(R_t ‖ R_s), R = softmax(V·Vᵀ/√d), mean over
 * heads and a text's tokens, then over the batch (MiniLM, equations 7 and 8). Widths may differ.
 * Padding is left out of rows and columns: more of it changes nothing.
 *
 * @param pair of taps (batch, heads, tokens, d) of values, of as many heads on both sides
 */
public record ValueRelations(TapPair pair) implements LossTerm {
  @Override
  public NDArray value(StepView view) {
    return SequenceFormulas.attentionDivergence(
        SequenceFormulas.valueRelations(view.own().tap(pair.student())),
        SequenceFormulas.valueRelations(view.of(Role.TEACHER).tap(pair.teacher())),
        Padding.mask(view));
  }

  @Override
  public Needs needs() {
    return Needs.taps(pair.ofStudent(), pair.ofTeacher());
  }

  @Override
  public double lowerBound() {
    return 0;
  }

  @Override
  public String toString() {
    return "relations[" + pair + "]";
  }
}
