package org.kd4j.core.strategy;

import java.util.Map;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;

/**
 * Training from scratch: the student learns from the labels alone, by its own recipe. The baseline
 * every comparison includes.
 */
public final class Scratch implements DistillationStrategy {
  /** Nothing to choose. */
  public record Options() {}

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    var trained = session.run(task.phase("student", task.freshStudent(), Objective.hard(1)));
    return DistillationResult.of(trained.network(Role.STUDENT));
  }

  /** Binds {@code scratch}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options();
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Scratch();
    }

    @Override
    public Description description() {
      return new Description(
          "the student alone, from the labels: the baseline", "CE(y, z_s)", Map.of(), "", "");
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE;
    }
  }
}
