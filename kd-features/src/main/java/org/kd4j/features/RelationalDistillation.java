package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Relational knowledge distillation: the student keeps the distances between samples and the angles
 * of their triples. hardWeight · CE(y, z_s) + distanceWeight · Huber(ψ_D) + angleWeight ·
 * Huber(ψ_A), distances over their batch's mean, angles as cosines (W. Park, D. Kim, Y. Lu, M. Cho,
 * "Relational Knowledge Distillation", CVPR 2019, equations 4 to 8).
 *
 * <p>The weights 25 and 50 are the authors' for classification on CIFAR-100. Features may differ in
 * any way, and are not normalised first. A step takes at most 16 · B³ + 11 · B² · features numbers
 * of memory ({@link RelationFormulas#relationalAngle} has what was measured): take a tap of few
 * features, the mean over places rather than a map. Nothing is learnt beside the student. Angles
 * need batches of three, distances alone of two.
 */
public final class RelationalDistillation {
  private RelationalDistillation() {}

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param distanceWeight weight of the distances; 0 = without
   * @param angleWeight weight of the angles; 0 = without
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float distanceWeight,
      float angleWeight,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.weight("distanceWeight", distanceWeight);
      Ranges.weight("angleWeight", angleWeight);
      UsageException.require(
          distanceWeight + angleWeight > 0,
          "distanceWeight and angleWeight are both 0: nothing to distil");
    }
  }

  /** The distances of pairs: {@link RelationFormulas#relationalDistance}. */
  public record Distance() implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return RelationFormulas.relationalDistance(student, teacher);
    }

    @Override
    public int minimumBatch() {
      return 2;
    }

    @Override
    public String toString() {
      return "distance";
    }
  }

  /** The angles of triples: {@link RelationFormulas#relationalAngle}. */
  public record Angle() implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return RelationFormulas.relationalAngle(student, teacher);
    }

    @Override
    public int minimumBatch() {
      return 3;
    }

    @Override
    public String toString() {
      return "angle";
    }
  }

  /** Binds {@code rkd}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 25, 50, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FeatureComparison(
          "rkd",
          options,
          List.of(
              new FeatureComparison.Part("distance", options.distanceWeight(), new Distance()),
              new FeatureComparison.Part("angle", options.angleWeight(), new Angle())));
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE.withMinimumBatch(2);
    }

    @Override
    public Description description() {
      return new Description(
          "distances between samples and angles of triples, as the teacher has them",
          "hardWeight · CE(y, z_s) + distanceWeight · Huber(d_s − d_t) + angleWeight · Huber(cos_s − cos_t)",
          FeatureDistillation.described(
              Map.of(
                  "distanceWeight",
                      "weight of the distances between pairs; 0 = without; 25, RepDistiller's",
                  "angleWeight",
                      "weight of the angles of triples; 0 = without; 50, RepDistiller's")),
          "W. Park, D. Kim, Y. Lu, M. Cho, Relational Knowledge Distillation, CVPR 2019",
          """
          @inproceedings{park2019relational,
            title={Relational Knowledge Distillation},
            author={Park, Wonpyo and Kim, Dongju and Lu, Yan and Cho, Minsu},
            booktitle={Conference on Computer Vision and Pattern Recognition},
            year={2019}
          }""");
    }
  }
}
