package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.features.SequenceFormulas;
import org.kd4j.features.TapPair;

/**
 * The directions of hidden states: the mean of 1 − cos(h_s, h_t) over the tokens of a batch that
 * are none of padding, as in DistilBERT's published code. More padding changes nothing.
 *
 * @param pair of taps (batch, tokens, width), of one width
 */
public record StateDirections(TapPair pair) implements LossTerm {
  @Override
  public NDArray value(StepView view) {
    return SequenceFormulas.hiddenCosine(
        view.own().tap(pair.student()),
        view.of(Role.TEACHER).tap(pair.teacher()),
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
    return "directions[" + pair + "]";
  }
}
