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
 * Raw attention scores, head by head, before the softmax: Σ over pairs of the mean of (A_s − A_t)²
 * (TinyBERT, equation 7).
 *
 * <p>Padding counted: padded keys carry −10,000, and whatever is at or below −100 counts as 0 on
 * both sides; the mean is over all batch · heads · length² entries. Ignored: the mean is over the
 * heads and the pairs of tokens of which neither is padding.
 *
 * @param pairs of taps (batch, heads, tokens, tokens), of as many heads on both sides
 * @param padding whether the mean is over padded tokens too
 */
public record AttentionScores(List<TapPair> pairs, Padding padding) implements LossTerm {
  /** Copies. */
  public AttentionScores {
    pairs = List.copyOf(pairs);
  }

  @Override
  public NDArray value(StepView view) {
    NDArray mask = Padding.mask(view);
    return Pairs.sum(
        pairs,
        pair -> {
          NDArray own = view.own().tap(pair.student());
          NDArray teacher = view.of(Role.TEACHER).tap(pair.teacher());
          return padding == Padding.COUNTED
              ? SequenceFormulas.attentionScoresMse(
                  SequenceFormulas.masked(own, mask), SequenceFormulas.masked(teacher, mask))
              : SequenceFormulas.attentionScoresMse(own, teacher, mask);
        });
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
    return "scores" + Pairs.printed(pairs, padding);
  }
}
