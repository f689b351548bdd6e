package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Decoupled distillation: the divergence of soft targets falls into two parts, KL = TCKD + (1 −
 * p_t,y)·NCKD per sample, and the second is small exactly where the teacher is sure. Here each has
 * a weight of its own: hardWeight · CE(y, z_s) + w · T² · (targetWeight · TCKD + nonTargetWeight ·
 * NCKD), w rising linearly to 1 over the first epochs, step by step; means over the batch (B. Zhao,
 * Q. Cui, R. Song, Y. Qiu, J. Liang, "Decoupled Knowledge Distillation", CVPR 2022, sections 3.1
 * and 3.3).
 *
 * <p>The defaults are the authors' for CIFAR-100: T = 4, 1 and 8 (they choose the 8 per pair of
 * networks, from 1 to 10: the surer the teacher, the higher), and a warm-up of 20 of their 240
 * epochs. It stays 20 epochs whatever the length of the phase, so a study of 20 epochs never sees
 * the full weight for long; {@code warmupEpochs=1} has the paper's proportion in a study of 12.
 */
public final class Dkd implements DistillationStrategy {
  private final Options options;

  /**
   * @param temperature T, above 0
   * @param targetWeight weight of the target class's part, the paper's α, with its factor T²
   * @param nonTargetWeight weight of the other classes' part, the paper's β, with its factor T²
   * @param hardWeight weight of the labels
   * @param warmupEpochs epochs over which both guided parts rise to their weights; 0 = from the
   *     start
   */
  public record Options(
      float temperature,
      float targetWeight,
      float nonTargetWeight,
      float hardWeight,
      float warmupEpochs) {
    /** Checks ranges. */
    public Options {
      Ranges.temperature(temperature);
      Ranges.weight("targetWeight", targetWeight);
      Ranges.weight("nonTargetWeight", nonTargetWeight);
      Ranges.weight("hardWeight", hardWeight);
      Ranges.weight("warmupEpochs", warmupEpochs);
      UsageException.require(
          targetWeight + nonTargetWeight > 0,
          "targetWeight and nonTargetWeight are both 0: nothing to distil");
    }
  }

  /** Decoupled distillation with these options. */
  public Dkd(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Objective objective =
        Objective.hard(options.hardWeight())
            .and(
                "target",
                warmedUp(options.targetWeight()),
                new Decoupled(Part.TARGET, Role.TEACHER, options.temperature()))
            .and(
                "nonTarget",
                warmedUp(options.nonTargetWeight()),
                new Decoupled(Part.NON_TARGET, Role.TEACHER, options.temperature()));
    return session.taught(objective);
  }

  private Schedule warmedUp(float weight) {
    Schedule full = Schedule.constant(weight);
    return options.warmupEpochs() == 0 || weight == 0
        ? full
        : new Schedule.WarmUp(options.warmupEpochs(), full);
  }

  /** The two parts a divergence of softened distributions falls into. */
  public enum Part {
    /** The target class against all others: {@link LogitFormulas#targetClassKl}. */
    TARGET,
    /** The others among themselves: {@link LogitFormulas#nonTargetClassesKl}. */
    NON_TARGET
  }

  /**
   * One part of the soft targets, T² · KL, mean over the batch.
   *
   * @param part which
   * @param from who teaches
   * @param temperature T, above 0
   */
  public record Decoupled(Part part, Role from, float temperature) implements LossTerm {
    /** Checks the temperature. */
    public Decoupled {
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray student = view.own().logits();
      NDArray teacher = view.of(from).logits();
      return switch (part) {
        case TARGET -> LogitFormulas.targetClassKl(student, teacher, view.target(), temperature);
        case NON_TARGET ->
            LogitFormulas.nonTargetClassesKl(student, teacher, view.target(), temperature);
      };
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS)).withLabels();
    }

    @Override
    public double lowerBound() {
      return Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      String name = part == Part.TARGET ? "tckd" : "nckd";
      return name + "(" + from + ", T=" + Printing.number(temperature) + ")";
    }
  }

  /** Binds {@code dkd}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(4, 1, 8, 1, 20);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Dkd(options);
    }

    /** With two classes there is nothing among the others; the split needs the label throughout. */
    @Override
    public Requirements requirements() {
      return new Requirements(3, true, false);
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets decoupled into the target class and the others",
          "hardWeight · CE(y, z_s) + min(epochs/warmupEpochs, 1) · T² ·"
              + " (targetWeight · KL([p_y, 1−p_y]) + nonTargetWeight · KL(p without y))",
          Map.of(
              "temperature", "T, softens both distributions; 4, the published code's for CIFAR-100",
              "targetWeight",
                  "weight of the target class against all others (the paper's alpha); 1, the paper's",
              "nonTargetWeight",
                  "weight of the others among themselves (the paper's beta); 8, the paper's for a ResNet-32x4, 2 or 6 for other pairs",
              "hardWeight", "weight of the labels; 1, the paper's",
              "warmupEpochs",
                  "epochs over which both parts rise to their weights; the paper's 20 are of 240"),
          "B. Zhao, Q. Cui, R. Song, Y. Qiu, J. Liang, Decoupled Knowledge Distillation, CVPR 2022",
          """
          @inproceedings{zhao2022decoupled,
            title={Decoupled Knowledge Distillation},
            author={Zhao, Borui and Cui, Quan and Song, Renjie and Qiu, Yiyu and Liang, Jiajun},
            booktitle={IEEE/CVF Conference on Computer Vision and Pattern Recognition},
            year={2022}
          }""");
    }
  }
}
