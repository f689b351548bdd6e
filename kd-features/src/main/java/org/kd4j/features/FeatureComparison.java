package org.kd4j.features;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.Task;

/**
 * What most methods of this family are: one phase in which the student learns from the labels, from
 * soft targets if asked, and from comparisons of its features with the teacher's.
 *
 * @param id what people call the method
 * @param options layer map, weights of labels and soft targets
 * @param parts the method's own terms; those of weight 0 are left out
 */
record FeatureComparison(String id, Blend options, List<Part> parts)
    implements DistillationStrategy {
  /**
   * A term.
   *
   * @param name what records call it
   * @param weight its weight
   * @param how features are compared
   */
  record Part(String name, float weight, Comparison how) {}

  /** Copies. */
  FeatureComparison {
    parts = List.copyOf(parts);
  }

  /** A method of one term. */
  FeatureComparison(String id, Blend options, String term, float weight, Comparison how) {
    this(id, options, List.of(new Part(term, weight, how)));
  }

  @Override
  public Optional<String> missing(Task task) {
    int batch = used().mapToInt(part -> part.how().minimumBatch()).max().orElse(1);
    Optional<String> smaller = Requirements.NONE.withMinimumBatch(batch).missing(task);
    return smaller.isPresent()
        ? smaller
        : FeatureDistillation.missing(
            () -> used().forEach(p -> FeatureDistillation.pairs(options, p.how(), task)));
  }

  private Stream<Part> used() {
    return parts.stream().filter(part -> part.weight() > 0);
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit(id, session.task());
    Weighted[] own = used().map(part -> weighted(part, session.task())).toArray(Weighted[]::new);
    return FeatureDistillation.together(session, FeatureDistillation.objective(options, own));
  }

  private Weighted weighted(Part part, Task task) {
    return FeatureDistillation.weighted(
        part.name(), part.weight(), FeatureDistillation.term(options, part.how(), task));
  }
}
