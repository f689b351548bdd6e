package org.kd4j.core.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.schedule.Schedule;

/**
 * What a learner minimises: the weighted sum of its terms. Prints its own formula: {@code 0.1·hard
 * + 0.9·soft(teacher, T=4)}.
 *
 * @param terms at least one, of different names
 */
public record Objective(List<Weighted> terms) {
  /** Checks the names. */
  public Objective {
    terms = List.copyOf(terms);
    UsageException.require(!terms.isEmpty(), "an objective needs at least one term");
    UsageException.require(
        terms.stream().map(Weighted::name).distinct().count() == terms.size(),
        "terms of an objective need different names, were %s",
        terms.stream().map(Weighted::name).toList());
  }

  /** One term with a constant weight. */
  public static Objective of(String name, float weight, LossTerm term) {
    return new Objective(List.of(new Weighted(name, Schedule.constant(weight), term)));
  }

  /** The labels alone. */
  public static Objective hard(float weight) {
    return of("hard", weight, new HardLabels());
  }

  /** The same and a term of constant weight. */
  public Objective and(String name, float weight, LossTerm term) {
    return and(name, Schedule.constant(weight), term);
  }

  /** The same and a term of scheduled weight. */
  public Objective and(String name, Schedule weight, LossTerm term) {
    List<Weighted> more = new ArrayList<>(terms);
    more.add(new Weighted(name, weight, term));
    return new Objective(more);
  }

  /** What all terms need. */
  public Needs needs() {
    return terms.stream().map(t -> t.term().needs()).reduce(Needs.NONE, Needs::and);
  }

  @Override
  public String toString() {
    return terms.stream().map(Weighted::toString).collect(Collectors.joining(" + "));
  }
}
