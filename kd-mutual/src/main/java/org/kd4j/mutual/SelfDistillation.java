package org.kd4j.mutual;

import java.util.List;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Following.Snapshot;
import org.kd4j.core.phase.Following.Unit;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Shadow;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Self-distillation with progressive refinement of targets: a network's guide is a snapshot of
 * itself at the end of the previous epoch, trusted more with every epoch. In epoch t of E (from 1)
 * it minimises (1 − w_t) · CE(y, z) + w_t · T² · KL(p_{t−1} ‖ p), w_t = softWeight · t/E, p =
 * softmax(z/T), means over the batch; in the first epoch, which has nothing behind it, w is 0. At T
 * = 1 this is the cross-entropy with the target (1 − w_t) · y + w_t · p_{t−1}, less a constant (K.
 * Kim, B. Ji, D. Yoon, S. Hwang, "Self-Knowledge Distillation with Progressive Refinement of
 * Targets", ICCV 2021).
 *
 * <p>The paper sees its gain where labels are over-trusted: what a network has come to believe
 * outvotes a label that is wrong.
 */
public final class SelfDistillation implements DistillationStrategy {
  private final Options options;

  /**
   * @param softWeight what the weight of the network's earlier self comes to in the last epoch,
   *     from 0 to 1; the labels keep the rest
   * @param temperature T, above 0; the soft term keeps its factor T²
   */
  public record Options(float softWeight, float temperature) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          softWeight >= 0 && softWeight <= 1,
          "softWeight must be from 0 to 1, the labels keep the rest; was %s",
          softWeight);
      Ranges.temperature(temperature);
    }
  }

  /** Self-distillation with these options. */
  public SelfDistillation(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    Growing trust = new Growing(options.softWeight());
    Objective objective =
        new Objective(List.of(new Weighted("hard", new Remaining(trust), new HardLabels())))
            .and("soft", trust, new SoftTargets(Target.of(Role.TEACHER), options.temperature()));
    Learner student =
        new Learner(Role.STUDENT, task.freshStudent(), task.recipe().optimizer(), objective);
    Shadow earlier = new Shadow(Role.TEACHER, Role.STUDENT, new Snapshot(1, Unit.EPOCH));
    return DistillationResult.of(
        session.run(task.phase("student", List.of(student, earlier))).network(Role.STUDENT));
  }

  /**
   * Rises by equal steps from epoch to epoch: last · t/E in epoch t of E (from 1), but 0 in the
   * first.
   *
   * @param last the value of the last epoch
   */
  public record Growing(float last) implements Schedule {
    @Override
    public float at(Progress progress) {
      int epoch = progress.epoch();
      return epoch == 0 ? 0 : (float) ((double) last * (epoch + 1) / progress.epochs());
    }

    @Override
    public String toString() {
      return "0→" + last + " by epoch";
    }
  }

  /**
   * What another schedule leaves of 1.
   *
   * @param of the other
   */
  public record Remaining(Schedule of) implements Schedule {
    @Override
    public float at(Progress progress) {
      return 1 - of.at(progress);
    }

    @Override
    public String toString() {
      return "(1 − " + of + ")";
    }
  }

  /** Binds {@code self}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(0.8f, 1);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new SelfDistillation(options);
    }

    @Override
    public Description description() {
      return new Description(
          "taught by itself as it was an epoch ago, trusted more with every epoch",
          "(1 − w_t) · CE(y, z) + w_t · T² · KL(softmax(z_{t−1}/T) || softmax(z/T)),"
              + " w_t = softWeight · t/epochs, 0 in the first epoch",
          Map.of(
              "softWeight", "what w comes to in the last epoch; 0.8, the paper's for CIFAR-100",
              "temperature", "T, softens both distributions; 1 in the paper"),
          "K. Kim, B. Ji, D. Yoon, S. Hwang, Self-Knowledge Distillation with Progressive Refinement"
              + " of Targets, ICCV 2021",
          """
          @inproceedings{kim2021self,
            title={Self-Knowledge Distillation with Progressive Refinement of Targets},
            author={Kim, Kyungyul and Ji, ByeongMoon and Yoon, Doyoung and Hwang, Sangheum},
            booktitle={IEEE/CVF International Conference on Computer Vision},
            year={2021}
          }""");
    }
  }
}
