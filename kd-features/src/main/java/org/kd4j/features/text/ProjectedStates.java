package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.features.SequenceFormulas;
import org.kd4j.features.TapPair;

/**
 * Hidden states, or embeddings, through learned projections: Σ over pairs of the mean of (H_s W −
 * H_t)² (TinyBERT, equations 8 and 9). Each pair has a W of its own, (student's width, teacher's
 * width), without a bias, which learns with the student and stays behind. The authors' code has one
 * for all.
 *
 * @param pairs of taps (batch, tokens, width)
 * @param padding whether the mean is over padded tokens too
 */
public record ProjectedStates(List<TapPair> pairs, Padding padding) implements LossTerm {
  /** Copies. */
  public ProjectedStates {
    pairs = List.copyOf(pairs);
  }

  @Override
  public NDArray value(StepView view) {
    return Pairs.sum(
        pairs,
        pair -> {
          NDArray own = view.adapter(name(pair), view.own().tap(pair.student()));
          NDArray teacher = view.of(Role.TEACHER).tap(pair.teacher());
          return padding == Padding.COUNTED
              ? SequenceFormulas.hiddenMse(own, teacher)
              : SequenceFormulas.hiddenMse(own, teacher, Padding.mask(view));
        });
  }

  @Override
  public Needs needs() {
    Map<String, Adapter> projections = new TreeMap<>();
    pairs.forEach(p -> projections.put(name(p), new Projection(p.ofStudent(), p.ofTeacher())));
    return TapPair.needs(pairs).withAdapters(projections);
  }

  /** The name of a pair's projection. */
  private static String name(TapPair pair) {
    return pair.student() + "-" + pair.teacher();
  }

  @Override
  public double lowerBound() {
    return 0;
  }

  @Override
  public String toString() {
    return "states" + Pairs.printed(pairs, padding);
  }
}
