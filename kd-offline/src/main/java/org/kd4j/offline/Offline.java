package org.kd4j.offline;

import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Soft targets from a fixed teacher: the student minimises hardWeight · CE(y, z_s) + softWeight ·
 * T² · KL(softmax(z_t/T) ‖ softmax(z_s/T)), both means over the batch. The hard term is at
 * temperature 1, and so is the student in use (G. Hinton, O. Vinyals, J. Dean, "Distilling the
 * Knowledge in a Neural Network", NIPS 2014 deep learning workshop, section 2).
 */
public final class Offline implements DistillationStrategy {
  private final Options options;

  /**
   * @param temperature T, above 0
   * @param softWeight weight of the soft term, with its factor T²
   * @param hardWeight weight of the labels, "considerably lower" in the paper
   */
  public record Options(float temperature, float softWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          temperature > 0 && Float.isFinite(temperature),
          "temperature must be above 0, was %s",
          temperature);
      UsageException.require(softWeight >= 0, "softWeight must be 0 or more, was %s", softWeight);
      UsageException.require(hardWeight >= 0, "hardWeight must be 0 or more, was %s", hardWeight);
      UsageException.require(
          softWeight + hardWeight > 0,
          "softWeight and hardWeight are both 0: nothing to learn from");
    }
  }

  /** Soft targets with these options. */
  public Offline(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    Target target = Target.of(Role.TEACHER);
    Objective objective =
        Objective.hard(options.hardWeight())
            .and("soft", options.softWeight(), new SoftTargets(target, options.temperature()));
    Phase student = task.phase("student", task.freshStudent(), objective, teacher);
    return DistillationResult.of(session.run(student).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }

  /** Binds {@code offline}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(4, 0.9f, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Offline(options);
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets from a fixed teacher",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T))",
          Map.of(
              "temperature", "T, softens both distributions",
              "softWeight", "weight of the soft term, which keeps its factor T²",
              "hardWeight", "weight of the labels"),
          "G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network,"
              + " NIPS deep learning workshop, 2014",
          """
          @article{hinton2015distilling,
            title={Distilling the Knowledge in a Neural Network},
            author={Hinton, Geoffrey and Vinyals, Oriol and Dean, Jeff},
            journal={arXiv preprint arXiv:1503.02531},
            year={2015}
          }""");
    }
  }
}
