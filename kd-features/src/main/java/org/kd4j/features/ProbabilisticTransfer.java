package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Probabilistic knowledge transfer: each sample picks its neighbours in the batch with the
 * probabilities the teacher would. hardWeight · CE(y, z_s) + probabilityWeight · mean over pairs of
 * P_t log(P_t / P_s), P the cosine similarities, brought to 0 … 1, over their row's sum (N.
 * Passalis, A. Tefas, "Learning Deep Representations with Probabilistic Knowledge Transfer", ECCV
 * 2018, equations 2 to 6).
 *
 * <p>The default weight of 30000 is RepDistiller's; the mean is over all B² pairs, as in the
 * authors' code. Features may differ in any way; nothing is learnt beside the student.
 */
public final class ProbabilisticTransfer {
  private ProbabilisticTransfer() {}

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param probabilityWeight weight of the divergence; large, because it is a mean over B² pairs
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps, float probabilityWeight, float hardWeight, float softWeight, float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("probabilityWeight", probabilityWeight);
    }
  }

  /**
   * The divergence between the neighbourhoods of samples: {@link
   * RelationFormulas#probabilisticTransfer}.
   */
  public record Neighbours() implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return RelationFormulas.probabilisticTransfer(student, teacher);
    }

    @Override
    public int minimumBatch() {
      return 2;
    }

    @Override
    public String toString() {
      return "neighbours";
    }
  }

  /** Binds {@code pkt}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 30000, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FeatureComparison(
          "pkt", options, "neighbours", options.probabilityWeight(), new Neighbours());
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE.withMinimumBatch(2);
    }

    @Override
    public Description description() {
      return new Description(
          "samples pick their neighbours as the teacher would",
          "hardWeight · CE(y, z_s) + probabilityWeight · mean P_t log(P_t / P_s), P = (cos + 1)/2 over its row",
          FeatureDistillation.described(
              Map.of(
                  "probabilityWeight",
                  "weight of the divergence; large, because it is a mean over B² pairs; 30000, RepDistiller's")),
          "N. Passalis, A. Tefas, Learning Deep Representations with Probabilistic Knowledge Transfer,"
              + " ECCV 2018",
          """
          @inproceedings{passalis2018learning,
            title={Learning Deep Representations with Probabilistic Knowledge Transfer},
            author={Passalis, Nikolaos and Tefas, Anastasios},
            booktitle={European Conference on Computer Vision},
            year={2018}
          }""");
    }
  }
}
