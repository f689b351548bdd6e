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
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * DIST: the student keeps the teacher's <em>relations</em> rather than its probabilities, by
 * Pearson's correlation ρ, which scale and offset do not touch: hardWeight · CE(y, z_s) + T² ·
 * (interClassWeight · (1 − mean over samples of ρ between the rows of softmax(z/T)) +
 * intraClassWeight · (1 − mean over classes of ρ between its columns)) (T. Huang, S. You, F. Wang,
 * C. Qian, C. Xu, "Knowledge Distillation from A Stronger Teacher", NeurIPS 2022).
 *
 * <p>The defaults are the authors': weights 1, 2 and 2, T = 4 as for CIFAR-100 (1 for ImageNet). A
 * column of a batch of one has no correlation, so a batch size that leaves one sample over is
 * refused.
 */
public final class Dist implements DistillationStrategy {
  private final Options options;

  /**
   * @param temperature T, above 0
   * @param interClassWeight weight of the relations between classes, the paper's β, with T²
   * @param intraClassWeight weight of the relations between samples, the paper's γ, with T²
   * @param hardWeight weight of the labels
   */
  public record Options(
      float temperature, float interClassWeight, float intraClassWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      Ranges.temperature(temperature);
      Ranges.weight("interClassWeight", interClassWeight);
      Ranges.weight("intraClassWeight", intraClassWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          interClassWeight + intraClassWeight > 0,
          "interClassWeight and intraClassWeight are both 0: nothing to distil");
    }
  }

  /** DIST with these options. */
  public Dist(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Objective objective =
        Objective.hard(options.hardWeight())
            .and(
                "interClass",
                options.interClassWeight(),
                new Correlation(Relation.INTER_CLASS, Role.TEACHER, options.temperature()))
            .and(
                "intraClass",
                options.intraClassWeight(),
                new Correlation(Relation.INTRA_CLASS, Role.TEACHER, options.temperature()));
    return session.taught(objective);
  }

  /** What is related to what. */
  public enum Relation {
    /** Classes, within a sample: {@link LogitFormulas#interClass}. */
    INTER_CLASS,
    /** Samples, within a class: {@link LogitFormulas#intraClass}. */
    INTRA_CLASS
  }

  /**
   * How far the student's relations are from the teacher's.
   *
   * @param relation of what
   * @param from who teaches
   * @param temperature T, above 0
   */
  public record Correlation(Relation relation, Role from, float temperature) implements LossTerm {
    /** Checks the temperature. */
    public Correlation {
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray student = view.own().logits();
      NDArray teacher = view.of(from).logits();
      return switch (relation) {
        case INTER_CLASS -> LogitFormulas.interClass(student, teacher, temperature);
        case INTRA_CLASS -> LogitFormulas.intraClass(student, teacher, temperature);
      };
    }

    @Override
    public Needs needs() {
      Needs logits = Needs.taps(new TapRef(from, TappedBlock.LOGITS));
      return relation == Relation.INTRA_CLASS ? logits.withMinimumBatch(2) : logits;
    }

    @Override
    public double lowerBound() {
      return Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      String name = relation == Relation.INTER_CLASS ? "interClass" : "intraClass";
      return name + "(" + from + ", T=" + Printing.number(temperature) + ")";
    }
  }

  /** Binds {@code dist}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(4, 2, 2, 1);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Dist(options);
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE.withMinimumBatch(2);
    }

    @Override
    public Description description() {
      return new Description(
          "correlation with the teacher's probabilities, by sample and by class",
          "hardWeight · CE(y, z_s) + T² · (interClassWeight · (1 − mean ρ over rows)"
              + " + intraClassWeight · (1 − mean ρ over columns)), ρ of softmax(z/T)",
          Map.of(
              "temperature", "T, softens both distributions; 4, the paper's for CIFAR-100",
              "interClassWeight",
                  "weight of the relations between classes (the paper's beta); 2, the paper's",
              "intraClassWeight",
                  "weight of the relations between samples (the paper's gamma); 2, the paper's",
              "hardWeight", "weight of the labels; 1, the paper's"),
          "T. Huang, S. You, F. Wang, C. Qian, C. Xu,"
              + " Knowledge Distillation from A Stronger Teacher, NeurIPS 2022",
          """
          @inproceedings{huang2022knowledge,
            title={Knowledge Distillation from A Stronger Teacher},
            author={Huang, Tao and You, Shan and Wang, Fei and Qian, Chen and Xu, Chang},
            booktitle={Advances in Neural Information Processing Systems},
            year={2022}
          }""");
    }
  }
}
