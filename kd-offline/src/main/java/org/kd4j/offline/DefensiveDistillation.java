package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Distillation between two networks of one kind, meant to make the second hard to attack: the first
 * minimises T² · CE(y, softmax(z/T)), the second T² · KL(softmax(z_1/T) ‖ softmax(z/T)), both means
 * over the batch, and the second is used at temperature 1 (N. Papernot, P. McDaniel, X. Wu, S. Jha,
 * A. Swami, "Distillation as a Defense to Adversarial Perturbations against Deep Neural Networks",
 * IEEE Symposium on Security and Privacy, 2016, section IV-B). The paper's losses lack the factor
 * T², which keeps gradients from shrinking with 1/T and which Adam does not notice.
 *
 * <p>What it does: logits become about T times as far apart, so that at temperature 1 the softmax
 * is 1 and 0 and its gradient vanishes. What it does not: an attack on the loss at temperature T,
 * or on the logits, finds the gradient where it was (N. Carlini, D. Wagner, "Defensive Distillation
 * is Not Robust to Adversarial Examples", 2016).
 *
 * <p>Both networks are the task's student; the standard teacher has no part in it. The first is
 * reported as {@code first}. At T = 1 it is a born-again network without labels.
 */
public final class DefensiveDistillation implements DistillationStrategy {
  private static final String FIRST = "first";

  private final Options options;

  /**
   * @param temperature T, above 0, of both trainings
   */
  public record Options(float temperature) {
    /** Checks the range. */
    public Options {
      Ranges.temperature(temperature);
    }
  }

  /**
   * Hard labels of a softened network: T² · CE(y, softmax(z/T)), mean over the labelled samples of
   * a batch.
   *
   * @param temperature T, above 0
   */
  record TemperedLabels(float temperature) implements LossTerm {
    /** Checks the range. */
    TemperedLabels {
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(StepView view) {
      return LogitFormulas.softenedCrossEntropy(view.own().logits(), view.target(), temperature);
    }

    @Override
    public Needs needs() {
      return new HardLabels().needs();
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "hard(T=%s)", Printing.number(temperature));
    }
  }

  /** Defensive distillation with these options. */
  public DefensiveDistillation(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    float temperature = options.temperature();
    Objective labels = Objective.of("hard", 1, new TemperedLabels(temperature));
    Start fresh = Start.fresh(task.student(), FIRST);
    Trained first = session.run(task.phase(FIRST, fresh, labels)).network(Role.STUDENT);
    Objective soft = Objective.of("soft", 1, new SoftTargets(Target.of(Role.TEACHER), temperature));
    Guide guide = new Guide(Role.TEACHER, first);
    Trained second =
        session.run(task.phase("student", task.freshStudent(), soft, guide)).network(Role.STUDENT);
    return DistillationResult.of(second).with(FIRST, first);
  }

  /** Binds {@code defensive}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(2);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new DefensiveDistillation(options);
    }

    @Override
    public Description description() {
      return new Description(
          "a network from the soft targets of its like, both trained at T and used at 1: a defence that was not",
          "first T² · CE(y, softmax(z/T)), then T² · KL(softmax(z_1/T) || softmax(z_s/T))",
          Map.of(
              "temperature",
              "T, of both trainings (2, with which a few units still learn; 1 to 100 in the paper)"),
          "N. Papernot, P. McDaniel, X. Wu, S. Jha, A. Swami, Distillation as a Defense to"
              + " Adversarial Perturbations against Deep Neural Networks, IEEE Symposium on Security"
              + " and Privacy, 2016",
          """
          @inproceedings{papernot2016distillation,
            title={Distillation as a Defense to Adversarial Perturbations against Deep Neural Networks},
            author={Papernot, Nicolas and McDaniel, Patrick and Wu, Xi and Jha, Somesh and Swami, Ananthram},
            booktitle={IEEE Symposium on Security and Privacy},
            year={2016}
          }""");
    }
  }
}
