package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Similarity-preserving distillation: samples that the teacher finds alike are alike to the
 * student. hardWeight · CE(y, z_s) + similarityWeight · ‖G_t − G_s‖² / B², G = F Fᵀ of a batch's
 * flattened features with rows of length 1 (F. Tung, G. Mori, "Similarity-Preserving Knowledge
 * Distillation", ICCV 2019, equations 2 to 5).
 *
 * <p>The default weight of 3000 is the authors'. The paper takes the last convolutional layer's
 * map; {@code taps=last} is the deepest tap of any kind, which of networks that average their last
 * map over all places is the averaged vector. For the paper's choice the maps are written out:
 * {@code taps=stage3:stage3} of residual networks. Features may differ in any way; nothing is
 * learnt beside the student.
 */
public final class SimilarityPreserving {
  private SimilarityPreserving() {}

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param similarityWeight weight of the similarities, the paper's γ
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps, float similarityWeight, float hardWeight, float softWeight, float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("similarityWeight", similarityWeight);
    }
  }

  /** The distance between similarity matrices: {@link RelationFormulas#similarityPreserving}. */
  public record Similarities() implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return RelationFormulas.similarityPreserving(student, teacher);
    }

    @Override
    public int minimumBatch() {
      return 2;
    }

    @Override
    public String toString() {
      return "similarities";
    }
  }

  /** Binds {@code similarity-preserving}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 3000, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FeatureComparison(
          "similarity-preserving",
          options,
          "similarity",
          options.similarityWeight(),
          new Similarities());
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE.withMinimumBatch(2);
    }

    @Override
    public Description description() {
      return new Description(
          "samples alike to the teacher are alike to the student",
          "hardWeight · CE(y, z_s) + similarityWeight · ||G_t − G_s||² / B², G = F Fᵀ with rows of length 1",
          FeatureDistillation.described(
              Map.of(
                  "similarityWeight",
                  "weight of the similarities (the paper's gamma); 3000, RepDistiller's",
                  "taps",
                  FeatureDistillation.TAPS
                      + "; last is the deepest tap of any kind, the paper takes the last map, as in"
                      + " stage3:stage3")),
          "F. Tung, G. Mori, Similarity-Preserving Knowledge Distillation, ICCV 2019",
          """
          @inproceedings{tung2019similarity,
            title={Similarity-Preserving Knowledge Distillation},
            author={Tung, Frederick and Mori, Greg},
            booktitle={International Conference on Computer Vision},
            year={2019}
          }""");
    }
  }
}
