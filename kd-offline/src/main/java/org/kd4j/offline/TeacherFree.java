package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Teacher-free distillation by a virtual teacher: a hand-made distribution that is right with
 * probability a and spreads the rest evenly, softened like a real teacher's. hardWeight · CE(y,
 * z_s) + softWeight · T² · KL(softmax(log p_d/T) ‖ softmax(z_s/T)), p_d = a on the label, (1 −
 * a)/(C − 1) elsewhere (L. Yuan, F. E. H. Tay, G. Li, T. Wang, J. Feng, "Revisiting Knowledge
 * Distillation via Label Smoothing Regularization", CVPR 2020, Tf-KD_reg).
 *
 * <p>The defaults are the authors': a = 0.99, T = 20, weights 0.9 and 0.1. Their published code
 * computes something else, and their figures were made with it: it takes the softmax of the
 * <em>probabilities</em> p_d/T, which is uniform to within 5 % of itself, does not soften the
 * student, has no T², and multiplies by 100/C. That is all but label smoothing with an even spread.
 * {@code mode=code} has it, {@code mode=paper}, the default, has the equations; both are worth a
 * row, because the first teaches a margin between label and rest (at high T the student's centred
 * logits are drawn to log p_d) and the second teaches to be unsure. At T = 1 the paper's soft term
 * has exactly the gradient of label smoothing over the other classes with ε = 1 − a.
 */
public final class TeacherFree implements DistillationStrategy {
  private final Options options;

  /** Whose soft term. */
  public enum Mode {
    /** The paper's equations, with the factor T² of every soft target here. */
    PAPER,
    /** The authors' code. */
    CODE
  }

  /**
   * @param correctProbability a, how sure the virtual teacher is of the label; above 0, below 1
   * @param temperature T, above 0
   * @param softWeight weight of the virtual teacher
   * @param hardWeight weight of the labels
   * @param mode the paper's equations or the authors' code
   */
  public record Options(
      float correctProbability, float temperature, float softWeight, float hardWeight, Mode mode) {
    /** Checks ranges. */
    public Options {
      requireProbability(correctProbability);
      Ranges.temperature(temperature);
      UsageException.require(
          softWeight > 0 && Float.isFinite(softWeight),
          "softWeight must be above 0, was %s",
          softWeight);
      Ranges.weight("hardWeight", hardWeight);
    }
  }

  /** A virtual teacher with these options. */
  public TeacherFree(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    VirtualTeacher teacher =
        new VirtualTeacher(options.correctProbability(), options.temperature(), options.mode());
    Objective objective =
        Objective.hard(options.hardWeight()).and("virtual", options.softWeight(), teacher);
    var trained = session.run(task.phase("student", task.freshStudent(), objective));
    return DistillationResult.of(trained.network(Role.STUDENT));
  }

  private static void requireProbability(float a) {
    UsageException.require(
        a > 0 && a < 1, "correctProbability must be above 0 and below 1, was %s", a);
  }

  /**
   * Soft targets of a virtual teacher: {@link LogitFormulas#virtualTeacherKl}, {@link
   * LogitFormulas#virtualTeacherKlOfCode}; mean over the labelled samples.
   *
   * @param correctProbability a
   * @param temperature T, above 0
   * @param mode the paper's equations or the authors' code
   */
  public record VirtualTeacher(float correctProbability, float temperature, Mode mode)
      implements LossTerm {
    /** Checks ranges. */
    public VirtualTeacher {
      requireProbability(correctProbability);
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray logits = view.own().logits();
      return mode == Mode.PAPER
          ? LogitFormulas.virtualTeacherKl(logits, view.target(), correctProbability, temperature)
          : LogitFormulas.virtualTeacherKlOfCode(
              logits, view.target(), correctProbability, temperature);
    }

    @Override
    public Needs needs() {
      return Needs.NONE.withLabels();
    }

    @Override
    public double lowerBound() {
      return Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "soft(virtual %s%s, T=%s)",
          correctProbability,
          mode == Mode.PAPER ? "" : " as in the authors' code",
          Printing.number(temperature));
    }
  }

  /** Binds {@code teacher-free}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(0.99f, 20, 0.1f, 0.9f, Mode.PAPER);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new TeacherFree(options);
    }

    @Override
    public Description description() {
      return new Description(
          "no teacher: a hand-made distribution around the label stands for one",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(log p_d/T) || softmax(z_s/T)),"
              + " p_d = a on y, (1−a)/(C−1) elsewhere",
          Map.of(
              "correctProbability",
                  "a, how sure the virtual teacher is of the label; 0.99, the published code's",
              "temperature", "T, softens both distributions; 20, the published code's",
              "softWeight", "weight of the virtual teacher; 0.1, the published code's",
              "hardWeight", "weight of the labels; 0.9, the published code's",
              "mode",
                  "paper = the equations;"
                      + " code = the authors' code, (100/C) · KL(softmax(p_d/T) || softmax(z_s))"),
          "L. Yuan, F. E. H. Tay, G. Li, T. Wang, J. Feng,"
              + " Revisiting Knowledge Distillation via Label Smoothing Regularization, CVPR 2020",
          """
          @inproceedings{yuan2020revisiting,
            title={Revisiting Knowledge Distillation via Label Smoothing Regularization},
            author={Yuan, Li and Tay, Francis E. H. and Li, Guilin and Wang, Tao and Feng, Jiashi},
            booktitle={IEEE/CVF Conference on Computer Vision and Pattern Recognition},
            year={2020}
          }""");
    }
  }
}
