package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.features.SequenceFormulas;
import org.kd4j.features.TapPair;

/**
 * The first token's states, each of length 1: Σ over pairs of ‖h_s/‖h_s‖ − h_t/‖h_t‖‖², mean over
 * the batch (PKD, equation 7). No padding is read.
 *
 * @param pairs of taps (batch, tokens, width), of one width
 */
public record PatientStates(List<TapPair> pairs) implements LossTerm {
  /** Copies. */
  public PatientStates {
    pairs = List.copyOf(pairs);
  }

  @Override
  public NDArray value(StepView view) {
    return Pairs.sum(
        pairs,
        pair ->
            SequenceFormulas.patient(
                view.own().tap(pair.student()), view.of(Role.TEACHER).tap(pair.teacher())));
  }

  @Override
  public Needs needs() {
    return TapPair.needs(pairs);
  }

  @Override
  public double lowerBound() {
    return 0;
  }

  @Override
  public String toString() {
    return "first" + Pairs.printed(pairs);
  }
}
