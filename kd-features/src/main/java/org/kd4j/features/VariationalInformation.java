package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Variational information distillation: the student's features are to tell as much as they can
 * about the teacher's, by a Gaussian whose mean a small network predicts from the student's and
 * whose variance is learnt for each channel. hardWeight · CE(y, z_s) + informationWeight · Σ over
 * pairs of the mean of ½((μ(f_s) − f_t)²/v + log v) (S. Ahn, S. X. Hu, A. Damianou, N. D. Lawrence,
 * Z. Dai, "Variational Information Distillation for Knowledge Transfer", CVPR 2019, equations 4 to
 * 6).
 *
 * <p>The weight of 1 and the first variance of 5 are the authors' code's. The predicting networks
 * and the variances learn with the student's optimiser, are checkpointed with it, and are gone from
 * what is deployed; weight decay, where there is any, pulls a variance back to where it began. The
 * term may fall below 0.
 */
public final class VariationalInformation implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param informationWeight weight of the information term
   * @param initialVariance what every channel's variance begins at, above 0.001
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float informationWeight,
      float initialVariance,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("informationWeight", informationWeight);
      UsageException.require(
          initialVariance > 0.001f && Float.isFinite(initialVariance),
          "initialVariance must be above 0.001, was %s",
          initialVariance);
    }
  }

  /** This method with these options. */
  public VariationalInformation(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> information(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("vid", session.task());
    Weighted own =
        FeatureDistillation.weighted(
            "information", options.informationWeight(), information(session.task()));
    return FeatureDistillation.together(session, FeatureDistillation.objective(options, own));
  }

  private Information information(Task task) {
    List<TapPair> pairs = LayerMap.parse(options.taps()).pairs(task, LayerMap.Kind.ALIKE);
    return new Information(pairs, options.initialVariance());
  }

  /**
   * What the teacher's features still hold once the student's are known: {@link
   * MapFormulas#variationalInformation}, summed over pairs.
   *
   * @param pairs at least one
   * @param initialVariance of every channel
   */
  public record Information(List<TapPair> pairs, float initialVariance) implements LossTerm {
    /** Copies. */
    public Information {
      pairs = List.copyOf(pairs);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray sum = Scalars.constant(view.own().logits(), 0);
      for (TapPair pair : pairs) {
        NDArray student = view.own().tap(pair.student());
        NDArray teacher = view.of(Role.TEACHER).tap(pair.teacher());
        if (student.getShape().dimension() == 4) {
          NDArray large = teacher;
          teacher = Maps.noLargerThan(teacher, student);
          student = Maps.noLargerThan(student, large);
        }
        NDArray mean = view.adapter("mean-" + Channels.name(pair), student);
        NDArray offset = view.adapter("variance-" + Channels.name(pair), student);
        NDArray rho = offset.add(Scalars.constant(offset, first()));
        sum = sum.add(MapFormulas.variationalInformation(mean, teacher, rho));
      }
      return sum;
    }

    /** The ρ of the first variance: v = softplus(ρ) + 1e-5. */
    private float first() {
      double v = initialVariance - 1e-5;
      return (float) (v + Math.log(-Math.expm1(-v))); // log(exp(v) − 1) without a large exp(v)
    }

    @Override
    public Needs needs() {
      Map<String, Adapter> adapters = new TreeMap<>();
      for (TapPair pair : pairs) {
        adapters.put("mean-" + Channels.name(pair), new Predictor(pair));
        adapters.put("variance-" + Channels.name(pair), new Variance(pair));
      }
      return TapPair.needs(pairs).withAdapters(adapters);
    }

    @Override
    public String toString() {
      return "information" + pairs;
    }
  }

  /**
   * Predicts the teacher's features: three 1×1 convolutions (linear layers between vectors) as wide
   * as the teacher, rectifiers between, no biases.
   *
   * @param pair from the student's tap to the teacher's
   */
  record Predictor(TapPair pair) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      SequentialBlock block = new SequentialBlock();
      for (int layer = 0; layer < 3; layer++) {
        if (layer > 0) {
          block.add(Activation::relu);
        }
        block.add(layer(shapes.of(pair.ofTeacher())));
      }
      return block;
    }

    private static Block layer(Shape teacher) {
      return teacher.dimension() == 3
          ? Channels.convolution(teacher.get(0), 1, false)
          : Linear.builder().setUnits(teacher.get(0)).optBias(false).build();
    }

    @Override
    public Shape input(Shapes shapes) {
      return shapes.of(pair.ofStudent());
    }
  }

  /**
   * How far each channel's ρ has moved from where it began.
   *
   * @param pair whose teacher's channels
   */
  record Variance(TapPair pair) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return new Offsets(shapes.of(pair.ofTeacher()).get(0));
    }

    @Override
    public Shape input(Shapes shapes) {
      return shapes.of(pair.ofStudent());
    }
  }

  /** Parameters that begin at 0 and are given out whatever goes in. */
  private static final class Offsets extends AbstractBlock {
    private final Parameter offsets;

    Offsets(long channels) {
      offsets =
          addParameter(
              Parameter.builder()
                  .setName("offsets")
                  .setType(Parameter.Type.BETA)
                  .optShape(new Shape(channels))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      return new NDList(store.getValue(offsets, inputs.singletonOrThrow().getDevice(), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {offsets.getShape()};
    }
  }

  /** Binds {@code vid}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("same-size", 1, 5, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new VariationalInformation(options);
    }

    @Override
    public Description description() {
      return new Description(
          "the student's features tell as much as they can about the teacher's",
          "hardWeight · CE(y, z_s) + informationWeight · Σ mean ½((μ(f_s) − f_t)²/v + log v), μ and v learnt",
          FeatureDistillation.described(
              Map.of(
                  "informationWeight", "weight of the information term; 1, RepDistiller's",
                  "initialVariance", "what every channel's variance begins at; 5, RepDistiller's")),
          "S. Ahn, S. X. Hu, A. Damianou, N. D. Lawrence, Z. Dai, Variational Information Distillation for"
              + " Knowledge Transfer, CVPR 2019",
          """
          @inproceedings{ahn2019variational,
            title={Variational Information Distillation for Knowledge Transfer},
            author={Ahn, Sungsoo and Hu, Shell Xu and Damianou, Andreas and Lawrence, Neil D. and Dai, Zhenwen},
            booktitle={Conference on Computer Vision and Pattern Recognition},
            year={2019}
          }""");
    }
  }
}
