package org.kd4j.assistant;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Early-stopped distillation: a small student follows its teacher only at first, and ends on the
 * labels alone. Until the stop it minimises hardWeight · CE(y, z_s) + softWeight · T² ·
 * KL(softmax(z_t/T) ‖ softmax(z_s/T)), both means over the batch, from then on finalHardWeight ·
 * CE(y, z_s); the optimiser and the learning rate go on (J. H. Cho, B. Hariharan, "On the Efficacy
 * of Knowledge Distillation", ICCV 2019).
 *
 * <p>The stop comes after {@code untilEpoch} (epochs, or a share of them), or after {@code
 * patience} epochs without a gain in the student's validation accuracy, whichever is first. The
 * paper reads the epoch off its curves; the default, half of the epochs, is ours, as is
 * finalHardWeight = 1. A stop that never comes is {@code offline} bit for bit.
 */
public final class EarlyStoppedStudent implements DistillationStrategy {
  static final String NEVER = "never";
  private static final String ID = "early-stopped-student";

  private final Options options;

  /**
   * @param untilEpoch how long the soft term lasts: epochs, {@code 30}, a share, {@code 50%}, or
   *     {@code never} stopped by the clock
   * @param patience epochs without a new best on validation that stop it too; 0 = none
   * @param temperature T, above 0
   * @param softWeight weight of the soft term before the stop, with its factor T²
   * @param hardWeight weight of the labels before the stop
   * @param finalHardWeight weight of the labels after it
   */
  public record Options(
      String untilEpoch,
      int patience,
      float temperature,
      float softWeight,
      float hardWeight,
      float finalHardWeight) {
    /** Checks ranges. */
    public Options {
      new Hop(temperature, softWeight, hardWeight);
      UsageException.require(patience >= 0, "patience must be 0 (none) or more, was %d", patience);
      UsageException.require(
          finalHardWeight > 0, "finalHardWeight must be above 0, was %s", finalHardWeight);
      if (untilEpoch.equals(NEVER)) {
        UsageException.require(
            patience > 0,
            "untilEpoch is '%s' and patience %d: nothing would stop the soft term; that is offline",
            untilEpoch,
            patience);
      } else {
        Length.parse("untilEpoch", untilEpoch);
      }
    }
  }

  /** Early-stopped distillation with these options. */
  public EarlyStoppedStudent(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return options.patience() > 0 ? Checks.VALIDATION.missing(task) : Optional.empty();
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit(ID, task);
    LossTerm soft = new SoftTargets(Target.of(Role.TEACHER), options.temperature());
    Schedule hardWeight = until(task, options.hardWeight(), options.finalHardWeight());
    Schedule softWeight = until(task, options.softWeight(), 0);
    Objective objective =
        new Objective(
            List.of(
                new Weighted("hard", hardWeight, new HardLabels()),
                new Weighted("soft", softWeight, soft)));
    return session.taught(objective);
  }

  private Schedule until(Task task, float before, float after) {
    int epochs = task.recipe().training().epochs();
    double end =
        options.untilEpoch().equals(NEVER)
            ? Double.POSITIVE_INFINITY
            : Length.parse("untilEpoch", options.untilEpoch()).of(epochs);
    return new EarlyStop(before, after, end, options.patience(), Role.STUDENT);
  }

  /** Binds {@code early-stopped-student}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("50%", 0, 4, 0.9f, 0.1f, 1);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new EarlyStoppedStudent(options);
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets at first, labels alone in the end",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T)) until the"
              + " stop, then finalHardWeight · CE(y, z_s)",
          Map.of(
              "untilEpoch", "how long the soft term lasts: epochs, a share as in 50%, or never",
              "patience", "epochs without a gain on validation that stop it too; 0 = none",
              "temperature", Hop.TEMPERATURE,
              "softWeight",
                  "weight of the soft term before the stop, which keeps its factor T²; 0.9, as offline's",
              "hardWeight", "weight of the labels before the stop; 0.1, as offline's",
              "finalHardWeight", "weight of the labels after it"),
          "J. H. Cho, B. Hariharan, On the Efficacy of Knowledge Distillation, ICCV 2019",
          BIBTEX);
    }
  }

  static final String BIBTEX =
      """
      @inproceedings{cho2019efficacy,
        title={On the Efficacy of Knowledge Distillation},
        author={Cho, Jang Hyun and Hariharan, Bharath},
        booktitle={Proceedings of the IEEE/CVF International Conference on Computer Vision},
        year={2019}
      }""";
}
