package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Attention transfer: the student looks where the teacher looks. hardWeight · CE(y, z_s) +
 * attentionWeight · Σ over pairs of the distance between their attention maps Q, the mean over
 * channels of |f|^power, flattened, over its length (S. Zagoruyko, N. Komodakis, "Paying More
 * Attention to Attention", ICLR 2017, section 3.1).
 *
 * <p>The paper's distance is ‖Q_s − Q_t‖₂ of each sample; the authors' code takes the mean of (Q_s
 * − Q_t)² over batch and positions. They differ, so {@code scale} names which; the default is the
 * code's. The weight of 1000 is β of both, which the paper divides by 2 and by the number of
 * positions of a map: with {@code scale=paper} a pair counts attentionWeight · ‖Q_s − Q_t‖₂ / (2 ·
 * positions), mean over the batch. Height and width may differ: the larger map is average-pooled.
 * Maps of one position, over which attention says nothing, are left out of what a rule pairs.
 * Nothing is learnt beside the student.
 */
public final class AttentionTransfer {
  private AttentionTransfer() {}

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param attentionWeight weight of the attention term, β of either scale
   * @param scale the code's mean of squares or the paper's norm
   * @param power of the activations, 1 or more; 2 in the paper
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float attentionWeight,
      Scale scale,
      int power,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("attentionWeight", attentionWeight);
      UsageException.require(power >= 1 && power <= 8, "power must be from 1 to 8, was %d", power);
    }
  }

  /** Which of the two distances that go by the name. */
  public enum Scale {
    /** The mean of squares of the authors' code. */
    CODE,
    /** The norm of the paper's equation, over twice the number of positions. */
    PAPER
  }

  /**
   * The distance between attention maps: {@link MapFormulas#attentionOfCode}, or {@link
   * MapFormulas#attentionOfPaper} over twice the positions of the smaller map.
   *
   * @param scale the code's or the paper's
   * @param power of the activations
   */
  public record Attention(Scale scale, int power) implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return scale == Scale.CODE
          ? MapFormulas.attentionOfCode(student, teacher, power)
          : Scalars.div(
              MapFormulas.attentionOfPaper(student, teacher, power),
              2 * positions(student.getShape().slice(1), teacher.getShape().slice(1)));
    }

    /** Of the smaller of two maps (channels, height, width), to which the larger is pooled. */
    private static long positions(Shape student, Shape teacher) {
      return Math.min(student.get(1), teacher.get(1)) * Math.min(student.get(2), teacher.get(2));
    }

    @Override
    public LayerMap.Kind kind() {
      return LayerMap.Kind.MAPS;
    }

    @Override
    public String misfit(Shape student, Shape teacher) {
      return positions(student, teacher) > 1
          ? ""
          : "needs maps of more than one position, over which attention says nothing";
    }

    @Override
    public String toString() {
      return "attention(" + (scale == Scale.CODE ? "code" : "paper") + ", p=" + power + ")";
    }
  }

  /** Binds {@code attention-transfer}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("same-size", 1000, Scale.CODE, 2, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FeatureComparison(
          "attention-transfer",
          options,
          "attention",
          options.attentionWeight(),
          new Attention(options.scale(), options.power()));
    }

    @Override
    public Description description() {
      return new Description(
          "the student looks where the teacher looks",
          "hardWeight · CE(y, z_s) + attentionWeight · Σ mean (Q_s − Q_t)², Q = mean_c |f|^power over its length",
          FeatureDistillation.described(
              Map.of(
                  "attentionWeight",
                      "weight of the attention term, beta of either scale; 1000, the published code's",
                  "scale",
                      "code: mean of squares over batch and positions; paper: the norm of each sample"
                          + " over twice the positions",
                  "power", "power of the activations that attention averages; 2, the paper's")),
          "S. Zagoruyko, N. Komodakis, Paying More Attention to Attention: Improving the Performance of"
              + " Convolutional Neural Networks via Attention Transfer, ICLR 2017",
          """
          @inproceedings{zagoruyko2017paying,
            title={Paying More Attention to Attention: Improving the Performance of Convolutional Neural Networks via Attention Transfer},
            author={Zagoruyko, Sergey and Komodakis, Nikos},
            booktitle={International Conference on Learning Representations},
            year={2017}
          }""");
    }
  }
}
