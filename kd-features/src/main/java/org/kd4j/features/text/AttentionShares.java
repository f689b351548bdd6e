package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.features.SequenceFormulas;
import org.kd4j.features.TapPair;

/**
 * What each token attends to, head by head: KL(A_t ‖ A_s) of the attention distributions, mean over
 * heads and a text's tokens, then over the batch (MiniLM, equation 6). Padding is neither attended
 * to nor asked: more of it changes nothing.
 *
 * @param pair of taps (batch, heads, tokens, tokens) of raw scores, of as many heads on both sides
 */
public record AttentionShares(TapPair pair) implements LossTerm {
  @Override
  public NDArray value(StepView view) {
    return SequenceFormulas.attentionDivergence(
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
    return "shares[" + pair + "]";
  }
}
