package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Label smoothing, the control for soft targets: the student learns alone, from labels that give
 * away a share ε of their mass, −Σ q log softmax(z_s), mean over the labelled samples. No teacher,
 * no knowledge of which classes are alike; what soft targets gain beyond it came from the teacher
 * (C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception Architecture
 * for Computer Vision", CVPR 2016, section 7, and its ε = 0.1).
 *
 * <p>Two conventions go by one name. {@code spread=all-classes} (the paper's and PyTorch's): q = (1
 * − ε)·onehot + ε/C, so the label keeps 1 − ε + ε/C. {@code spread=other-classes}: 1 − ε on the
 * label, ε/(C − 1) on each other class.
 */
public final class LabelSmoothing implements DistillationStrategy {
  private final Options options;

  /** Where the mass goes that the label gives away. */
  public enum Spread {
    /** Evenly over all classes, the label's own included. */
    ALL_CLASSES,
    /** Evenly over the classes that are not the label's. */
    OTHER_CLASSES
  }

  /**
   * @param smoothing ε, from 0 to below 1
   * @param spread where it goes
   */
  public record Options(float smoothing, Spread spread) {
    /** Checks ranges. */
    public Options {
      requireSmoothing(smoothing);
    }
  }

  /** Label smoothing with these options. */
  public LabelSmoothing(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    Objective objective =
        Objective.of("smoothed", 1, new SmoothedLabels(options.smoothing(), options.spread()));
    var trained = session.run(task.phase("student", task.freshStudent(), objective));
    return DistillationResult.of(trained.network(Role.STUDENT));
  }

  private static void requireSmoothing(float smoothing) {
    UsageException.require(
        smoothing >= 0 && smoothing < 1, "smoothing must be from 0 to below 1, was %s", smoothing);
  }

  /**
   * Cross-entropy with smoothed labels: {@link LogitFormulas#smoothedOverAllClasses}, {@link
   * LogitFormulas#smoothedOverOtherClasses}.
   *
   * @param smoothing ε, from 0 to below 1
   * @param spread where it goes
   */
  public record SmoothedLabels(float smoothing, Spread spread) implements LossTerm {
    /** Checks the range. */
    public SmoothedLabels {
      requireSmoothing(smoothing);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray logits = view.own().logits();
      return spread == Spread.ALL_CLASSES
          ? LogitFormulas.smoothedOverAllClasses(logits, view.target(), smoothing)
          : LogitFormulas.smoothedOverOtherClasses(logits, view.target(), smoothing);
    }

    @Override
    public Needs needs() {
      return Needs.NONE.withLabels();
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      String over = spread == Spread.ALL_CLASSES ? "all classes" : "the other classes";
      return "hard(" + smoothing + " spread over " + over + ")";
    }
  }

  /** Binds {@code label-smoothing}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(0.1f, Spread.ALL_CLASSES);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new LabelSmoothing(options);
    }

    @Override
    public Description description() {
      return new Description(
          "no teacher: labels that give away some of their mass, the control for soft targets",
          "CE(q, z_s), q = (1 − smoothing) · onehot + smoothing/C",
          Map.of(
              "smoothing",
              "the share of mass given away; 0.1, the paper's",
              "spread",
              "over all classes (PyTorch's convention) or over the others alone,"
                  + " smoothing/(C − 1) each"),
          "C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna,"
              + " Rethinking the Inception Architecture for Computer Vision, CVPR 2016",
          """
          @inproceedings{szegedy2016rethinking,
            title={Rethinking the Inception Architecture for Computer Vision},
            author={Szegedy, Christian and Vanhoucke, Vincent and Ioffe, Sergey and Shlens, Jon and Wojna, Zbigniew},
            booktitle={IEEE Conference on Computer Vision and Pattern Recognition},
            year={2016}
          }""");
    }
  }
}
