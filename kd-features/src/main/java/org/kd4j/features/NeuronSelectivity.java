package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Neuron selectivity transfer: the student's channels, as patterns over positions, are distributed
 * as the teacher's. hardWeight · CE(y, z_s) + selectivityWeight · Σ over pairs of MMD²(F_t, F_s),
 * under the kernel (x · y)² between channels of length 1 (Z. Huang, N. Wang, "Like What You Like:
 * Knowledge Distill via Neuron Selectivity Transfer", 2017, equation 5).
 *
 * <p>The default weight of 50 is RepDistiller's. Channels may differ in number, maps in size: the
 * larger is average-pooled. Memory is (channels)² a sample. Nothing is learnt beside the student.
 */
public final class NeuronSelectivity {
  private NeuronSelectivity() {}

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param selectivityWeight weight of the discrepancy
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps, float selectivityWeight, float hardWeight, float softWeight, float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("selectivityWeight", selectivityWeight);
    }
  }

  /** The discrepancy between channels: {@link MapFormulas#neuronSelectivity}. */
  public record Selectivity() implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return MapFormulas.neuronSelectivity(student, teacher);
    }

    @Override
    public LayerMap.Kind kind() {
      return LayerMap.Kind.MAPS;
    }

    @Override
    public String toString() {
      return "selectivity";
    }
  }

  /** Binds {@code neuron-selectivity}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 50, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FeatureComparison(
          "neuron-selectivity",
          options,
          "selectivity",
          options.selectivityWeight(),
          new Selectivity());
    }

    @Override
    public Description description() {
      return new Description(
          "channels distributed as the teacher's",
          "hardWeight · CE(y, z_s) + selectivityWeight · MMD²(F_t, F_s), kernel (x · y)² between channels",
          FeatureDistillation.described(
              Map.of("selectivityWeight", "weight of the discrepancy; 50, RepDistiller's")),
          "Z. Huang, N. Wang, Like What You Like: Knowledge Distill via Neuron Selectivity Transfer,"
              + " arXiv:1707.01219, 2017",
          """
          @article{huang2017like,
            title={Like What You Like: Knowledge Distill via Neuron Selectivity Transfer},
            author={Huang, Zehao and Wang, Naiyan},
            journal={arXiv preprint arXiv:1707.01219},
            year={2017}
          }""");
    }
  }
}
