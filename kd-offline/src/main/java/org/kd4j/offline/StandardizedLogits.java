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
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Logit standardisation: soft targets between logits that were first brought to mean 0 and
 * deviation 1, sample by sample and on both sides, so that a small student need not match the range
 * of a large teacher: hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(s(z_t)/T) ‖
 * softmax(s(z_s)/T)), s(z) = (z − mean)/(1e-7 + deviation) over classes, the deviation unbiased (S.
 * Sun, W. Ren, J. Li, R. Wang, X. Cao, "Logit Standardization in Knowledge Distillation", CVPR
 * 2024, algorithm 1).
 *
 * <p>The defaults are the authors': base temperature 2, weights 9 and 0.1. The student in use is
 * not standardised; its labels see its plain logits.
 */
public final class StandardizedLogits implements DistillationStrategy {
  private final Options options;

  /**
   * @param temperature T, the paper's base temperature, above 0
   * @param softWeight weight of the soft term, with its factor T²
   * @param hardWeight weight of the labels
   */
  public record Options(float temperature, float softWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      Ranges.temperature(temperature);
      UsageException.require(
          softWeight > 0 && Float.isFinite(softWeight),
          "softWeight must be above 0, was %s",
          softWeight);
      Ranges.weight("hardWeight", hardWeight);
    }
  }

  /** Standardised logits with these options. */
  public StandardizedLogits(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Objective objective =
        Objective.hard(options.hardWeight())
            .and(
                "soft",
                options.softWeight(),
                new StandardizedSoftTargets(Role.TEACHER, options.temperature()));
    return session.taught(objective);
  }

  /**
   * Soft targets between standardised logits: T² · KL, mean over the batch.
   *
   * @param from who teaches
   * @param temperature T, above 0
   */
  public record StandardizedSoftTargets(Role from, float temperature) implements LossTerm {
    /** Checks the temperature. */
    public StandardizedSoftTargets {
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(StepView view) {
      return Formulas.softTargetsKl(
          LogitFormulas.standardized(view.own().logits()),
          LogitFormulas.standardized(view.of(from).logits()),
          temperature);
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS));
    }

    @Override
    public double lowerBound() {
      return Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      return "soft(" + from + ", standardised, T=" + Printing.number(temperature) + ")";
    }
  }

  /** Binds {@code standardized-logits}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(2, 9, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new StandardizedLogits(options);
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets between logits of mean 0 and deviation 1",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(s(z_t)/T) || softmax(s(z_s)/T)),"
              + " s(z) = (z − mean)/deviation",
          Map.of(
              "temperature",
                  "T, the base temperature, after standardising; 2, the published code's",
              "softWeight",
                  "weight of the soft term, which keeps its factor T²; 9, the published code's",
              "hardWeight", "weight of the labels; 0.1, the published code's"),
          "S. Sun, W. Ren, J. Li, R. Wang, X. Cao,"
              + " Logit Standardization in Knowledge Distillation, CVPR 2024",
          """
          @inproceedings{sun2024logit,
            title={Logit Standardization in Knowledge Distillation},
            author={Sun, Shangquan and Ren, Wenqi and Li, Jingzhi and Wang, Rui and Cao, Xiaochun},
            booktitle={IEEE/CVF Conference on Computer Vision and Pattern Recognition},
            year={2024}
          }""");
    }
  }
}
