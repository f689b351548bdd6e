package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;

/**
 * The sum of a comparison over pairs of taps, the teacher's detached. Where the comparison asks for
 * it, each of the student's features goes through an adapter of its own, which learns with the
 * student and is no part of what is deployed; the larger of two maps is pooled first.
 *
 * @param how they are compared
 * @param pairs at least one
 */
public record Compared(Comparison how, List<TapPair> pairs) implements LossTerm {
  /** Copies. */
  public Compared {
    pairs = List.copyOf(pairs);
  }

  @Override
  public NDArray value(StepView view) {
    NDArray sum = null;
    for (TapPair pair : pairs) {
      NDArray student = TextPadding.zeroed(view, pair.student(), view.own().tap(pair.student()));
      NDArray output = view.of(Role.TEACHER).tap(pair.teacher());
      NDArray teacher = how.target(TextPadding.zeroed(view, pair.teacher(), output));
      if (how.adapted()) {
        if (student.getShape().dimension() == 4) {
          NDArray large = teacher;
          teacher = Maps.noLargerThan(teacher, student);
          student = Maps.noLargerThan(student, large);
        }
        student = view.adapter(Channels.name(pair), student);
      }
      NDArray value = how.value(student, teacher);
      sum = sum == null ? value : sum.add(value);
    }
    return java.util.Objects.requireNonNull(sum);
  }

  @Override
  public Needs needs() {
    Map<String, Adapter> adapters = new TreeMap<>();
    if (how.adapted()) {
      pairs.forEach(p -> adapters.put(Channels.name(p), Channels.of(p)));
    }
    return TapPair.needs(pairs).withAdapters(adapters).withMinimumBatch(how.minimumBatch());
  }

  @Override
  public double lowerBound() {
    return 0;
  }

  @Override
  public String toString() {
    return how + pairs.stream().map(TapPair::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
