package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Correlation congruence: the student keeps how samples relate to each other. hardWeight · CE(y,
 * z_s) + softWeight · T² · KL + correlationWeight · ‖C_s − C_t‖² / B², C the Gaussian kernel
 * between samples of length 1, by its Taylor series to an order (B. Peng et al., "Correlation
 * Congruence for Knowledge Distillation", ICCV 2019, equations 6, 9 and 10).
 *
 * <p>γ = 0.4 and order 2 are the paper's. The weight of 0.02 is RepDistiller's, whose term is
 * another one (the products of neighbouring differences behind two trained embeddings, least where
 * all samples are embedded to one point); with the paper's kernel it is a gentle weight. Features
 * may differ in any way; nothing is learnt beside the student.
 */
public final class CorrelationCongruence {
  private CorrelationCongruence() {}

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param correlationWeight weight of the kernels' distance
   * @param gamma γ of the Gaussian kernel, above 0
   * @param order of the Taylor series, 1 or more
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float correlationWeight,
      float gamma,
      int order,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("correlationWeight", correlationWeight);
      Ranges.positive("gamma", gamma);
      UsageException.require(
          order >= 1 && order <= 16, "order must be from 1 to 16, was %d", order);
    }
  }

  /**
   * The distance between kernels of samples: {@link RelationFormulas#correlationCongruence}.
   *
   * @param gamma of the kernel
   * @param order of its Taylor series
   */
  public record Correlation(float gamma, int order) implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return RelationFormulas.correlationCongruence(student, teacher, gamma, order);
    }

    @Override
    public int minimumBatch() {
      return 2;
    }

    @Override
    public String toString() {
      return "correlation(γ=" + Printing.number(gamma) + ", P=" + order + ")";
    }
  }

  /** Binds {@code correlation-congruence}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 0.02f, 0.4f, 2, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FeatureComparison(
          "correlation-congruence",
          options,
          "correlation",
          options.correlationWeight(),
          new Correlation(options.gamma(), options.order()));
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE.withMinimumBatch(2);
    }

    @Override
    public Description description() {
      return new Description(
          "samples correlate as they do for the teacher",
          "hardWeight · CE(y, z_s) + correlationWeight · ||C_s − C_t||² / B², C a Gaussian kernel by its Taylor series",
          FeatureDistillation.described(
              Map.of(
                  "correlationWeight", "weight of the kernels' distance; 0.02, RepDistiller's",
                  "gamma", "gamma of the Gaussian kernel; 0.4, the paper's",
                  "order", "order of its Taylor series; 2, the paper's")),
          "B. Peng, X. Jin, J. Liu, S. Zhou, Y. Wu, Y. Liu, D. Li, Z. Zhang, Correlation Congruence for"
              + " Knowledge Distillation, ICCV 2019",
          """
          @inproceedings{peng2019correlation,
            title={Correlation Congruence for Knowledge Distillation},
            author={Peng, Baoyun and Jin, Xiao and Liu, Jiaheng and Zhou, Shunfeng and Wu, Yichao and Liu, Yu and Li, Dongsheng and Zhang, Zhaoning},
            booktitle={International Conference on Computer Vision},
            year={2019}
          }""");
    }
  }
}
