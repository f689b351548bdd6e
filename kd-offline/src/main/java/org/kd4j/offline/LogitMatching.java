package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Logit matching: the student regresses the teacher's logits, mean over batch and classes of (z_s −
 * z_t)², and sees no label (J. Ba, R. Caruana, "Do Deep Nets Really Need to be Deep?", NeurIPS
 * 2014). With zero-mean logits it is the limit of soft targets at high temperature: T² · KL tends
 * to half the mean square (Hinton, Vinyals and Dean 2015, section 2.1).
 */
public final class LogitMatching implements DistillationStrategy {
  private final Options options;

  /**
   * @param center whether each sample's mean logit is subtracted first, on both sides
   * @param matchWeight weight of the squared difference
   * @param hardWeight weight of the labels
   */
  public record Options(boolean center, float matchWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      UsageException.require(matchWeight > 0, "matchWeight must be above 0, was %s", matchWeight);
      Ranges.weight("hardWeight", hardWeight);
    }
  }

  /** Logit matching with these options. */
  public LogitMatching(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Objective objective =
        Objective.of("match", options.matchWeight(), new LogitMse(Role.TEACHER, options.center()));
    if (options.hardWeight() > 0) {
      objective = objective.and("hard", options.hardWeight(), new HardLabels());
    }
    return session.taught(objective);
  }

  /**
   * The squared difference of logits: {@link Formulas#logitMse}.
   *
   * @param from whose logits
   * @param center whether each sample's mean logit is subtracted first
   */
  public record LogitMse(Role from, boolean center) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      NDArray student = view.own().logits();
      NDArray teacher = view.of(from).logits();
      return center
          ? Formulas.logitMse(Formulas.centred(student), Formulas.centred(teacher))
          : Formulas.logitMse(student, teacher);
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS));
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "logits(" + from + (center ? ", centred)" : ")");
    }
  }

  /** Binds {@code logit-matching}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(false, 1, 0);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new LogitMatching(options);
    }

    @Override
    public Description description() {
      return new Description(
          "regression of the teacher's logits",
          "matchWeight · mean (z_s − z_t)² + hardWeight · CE(y, z_s)",
          Map.of(
              "center", "subtract each sample's mean logit first, on both sides",
              "matchWeight", "weight of the squared difference; 1, alone, as in the paper",
              "hardWeight", "weight of the labels; 0 = without, as in the paper"),
          "J. Ba, R. Caruana, Do Deep Nets Really Need to be Deep?, NeurIPS 2014",
          """
          @inproceedings{ba2014deep,
            title={Do Deep Nets Really Need to be Deep?},
            author={Ba, Jimmy and Caruana, Rich},
            booktitle={Advances in Neural Information Processing Systems},
            year={2014}
          }""");
    }
  }
}
