package org.kd4j.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
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
   * @param teachers how many teachers, alike but for their seeds; the target is the mean of their
   *     softened distributions
   */
  public record Options(float temperature, float softWeight, float hardWeight, int teachers) {
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
      UsageException.require(
          teachers >= 1 && teachers <= 100, "teachers must be from 1 to 100, was %d", teachers);
    }
  }

  /** Soft targets with these options. */
  public Offline(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    List<Guide> guides = new ArrayList<>(List.of(new Guide(Role.TEACHER, session.teacher())));
    List<Phase> siblings = new ArrayList<>();
    for (int i = 1; i < options.teachers(); i++) {
      siblings.add(task.teacherPhase(Task.TEACHER_LINE + "-" + (i + 1)));
    }
    for (PhaseResult sibling : session.runAll(siblings)) {
      guides.add(new Guide(Role.teacher(guides.size()), sibling.network(Role.TEACHER)));
    }
    Target target =
        guides.size() == 1
            ? Target.of(Role.TEACHER)
            : Target.mean(guides.stream().map(Guide::role).toList());
    Objective objective =
        Objective.hard(options.hardWeight())
            .and("soft", options.softWeight(), new SoftTargets(target, options.temperature()));
    Phase student =
        task.phase("student", task.freshStudent(), objective, guides.toArray(Guide[]::new));
    return DistillationResult.of(session.run(student).network(Role.STUDENT))
        .with("teacher", guides.get(0).knowledge());
  }

  /** Binds {@code offline}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(4, 0.9f, 0.1f, 1);
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
              "hardWeight", "weight of the labels",
              "teachers",
                  "how many teachers, alike but for their seeds; their softened distributions are averaged"),
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
