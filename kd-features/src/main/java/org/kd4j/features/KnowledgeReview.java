package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.BatchNorm;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Knowledge review: each of the teacher's maps is learnt from the student's map of that depth fused
 * with all deeper ones. hardWeight · CE(y, z_s) + reviewWeight · Σ over pairs of the hierarchical
 * context loss between the fused student's map and the teacher's (P. Chen, S. Liu, H. Zhao, J. Jia,
 * "Distilling Knowledge via Knowledge Review", CVPR 2021, sections 3.2 and 3.3).
 *
 * <p>Maps are fused from the deepest up: each goes through a 1×1 convolution to the channels of the
 * student's deepest map (at most 512), the fused map from below is enlarged to its size, and a 1×1
 * convolution of both decides what each of them has to say at every position; a 3×3 convolution
 * brings the result to the teacher's channels. All of these learn with the student and are gone
 * from what is deployed. The weight of 1 (0.6 for ResNet-20, 5 for wide networks, 8 for
 * ShuffleNets) is the authors', and so are 20 epochs of warm-up in a run of 240; a shorter run
 * warms up for as large a share of it, rounded up to whole epochs, so that the weight is not on its
 * way up for most of the run. The teacher is read before its rectifiers where its network has such
 * taps, as they read it.
 */
public final class KnowledgeReview implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param reviewWeight weight of the review
   * @param warmupEpochs epochs in which the weight rises from 0, at most; 0 = at once
   * @param warmupOf epochs of the run that warmupEpochs are meant for: a shorter one has as large a
   *     share; 0 = warmupEpochs however short the run
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float reviewWeight,
      float warmupEpochs,
      int warmupOf,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("reviewWeight", reviewWeight);
      Ranges.weight("warmupEpochs", warmupEpochs);
      Ranges.count("warmupOf", warmupOf);
    }

    /** Epochs of warm-up in a run of so many. */
    private float warmup(int epochs) {
      return warmupOf == 0
          ? warmupEpochs
          : (float) Math.min(warmupEpochs, Math.ceil((double) epochs * warmupEpochs / warmupOf));
    }
  }

  /** This method with these options. */
  public KnowledgeReview(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> review(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("review", session.task());
    Schedule constant = Schedule.constant(options.reviewWeight());
    float warmup = options.warmup(session.task().recipe().training().epochs());
    Schedule weight = warmup == 0 ? constant : new Schedule.WarmUp(warmup, constant);
    Weighted own = new Weighted("review", weight, review(session.task()));
    return FeatureDistillation.together(session, FeatureDistillation.objective(options, own));
  }

  private Review review(Task task) {
    Map<String, Shape> teacher = task.teacher().taps();
    return new Review(
        LayerMap.parse(options.taps()).deepening(task).stream()
            .map(p -> new TapPair(p.student(), LayerMap.beforeRectifier(p.teacher(), teacher)))
            .toList());
  }

  /**
   * The distance of the student's fused maps to the teacher's: {@link
   * MapFormulas#hierarchicalContext}, summed over pairs.
   *
   * @param pairs at least one, in order of depth
   */
  public record Review(List<TapPair> pairs) implements LossTerm {
    /** Copies. */
    public Review {
      pairs = List.copyOf(pairs);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray sum = Scalars.constant(view.own().logits(), 0);
      NDArray deeper = null;
      for (int i = pairs.size() - 1; i >= 0; i--) {
        TapPair pair = pairs.get(i);
        String name = Channels.name(pair);
        NDArray fused = view.adapter("reduce-" + name, view.own().tap(pair.student()));
        if (deeper != null) {
          fused = fuse(view, name, fused, deeper);
        }
        NDArray teacher = view.of(Role.TEACHER).tap(pair.teacher());
        NDArray student = view.adapter("widen-" + name, Maps.noLargerThan(fused, teacher));
        sum = sum.add(MapFormulas.hierarchicalContext(student, Maps.noLargerThan(teacher, fused)));
        deeper = fused;
      }
      return sum;
    }

    /** A map and the one from deeper down, enlarged, each with a say at every position. */
    private static NDArray fuse(StepView view, String name, NDArray own, NDArray deeper) {
      NDArray up = Maps.resized(deeper, own.getShape().get(2), own.getShape().get(3));
      NDArray say = Activation.sigmoid(view.adapter("attend-" + name, own.concat(up, 1)));
      return own.mul(say.get(":,0:1")).add(up.mul(say.get(":,1:2")));
    }

    @Override
    public Needs needs() {
      Map<String, Adapter> adapters = new TreeMap<>();
      TapRef deepest = pairs.get(pairs.size() - 1).ofStudent();
      for (int i = 0; i < pairs.size(); i++) {
        TapPair pair = pairs.get(i);
        String name = Channels.name(pair);
        adapters.put("reduce-" + name, new Reduce(pair.ofStudent(), deepest));
        adapters.put("widen-" + name, new Widen(pair, deepest));
        if (i < pairs.size() - 1) {
          adapters.put("attend-" + name, new Attend(pair.ofStudent(), deepest));
        }
      }
      return TapPair.needs(pairs).withAdapters(adapters);
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "review" + pairs;
    }
  }

  /** The channels in which maps are fused: the student's deepest map's, at most 512. */
  private static long middle(Adapter.Shapes shapes, TapRef deepest) {
    return Math.min(512, shapes.of(deepest).get(0));
  }

  /**
   * A 1×1 convolution with batch normalisation to the middle channels.
   *
   * @param from the student's tap
   * @param deepest the student's deepest
   */
  record Reduce(TapRef from, TapRef deepest) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return new SequentialBlock()
          .add(Channels.convolution(middle(shapes, deepest), 1, false))
          .add(new BatchNorm());
    }

    @Override
    public Shape input(Shapes shapes) {
      return shapes.of(from);
    }
  }

  /**
   * A 1×1 convolution of two maps, one on the other, to a say for each.
   *
   * @param from the student's tap
   * @param deepest the student's deepest
   */
  record Attend(TapRef from, TapRef deepest) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return Channels.convolution(2, 1, true);
    }

    @Override
    public Shape input(Shapes shapes) {
      Shape map = shapes.of(from);
      return new Shape(2 * middle(shapes, deepest), map.get(1), map.get(2));
    }
  }

  /**
   * A 3×3 convolution with batch normalisation to the teacher's channels.
   *
   * @param pair the taps
   * @param deepest the student's deepest
   */
  record Widen(TapPair pair, TapRef deepest) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return new SequentialBlock()
          .add(Channels.convolution(shapes.of(pair.ofTeacher()).get(0), 3, false))
          .add(new BatchNorm());
    }

    @Override
    public Shape input(Shapes shapes) {
      Shape map = shapes.of(pair.ofStudent());
      return new Shape(middle(shapes, deepest), map.get(1), map.get(2));
    }
  }

  /** Binds {@code review}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("same-size", 1, 20, 240, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new KnowledgeReview(options);
    }

    @Override
    public Description description() {
      return new Description(
          "each of the teacher's maps from the student's maps of that depth and below",
          "hardWeight · CE(y, z_s) + reviewWeight · Σ HCL(fused f_s, f_t), fused from the deepest map up",
          FeatureDistillation.described(
              Map.of(
                  "reviewWeight",
                  "weight of the review; 1, the published code's for a ResNet-32; 0.6 to 8 for others",
                  "warmupEpochs",
                  "most epochs in which the weight of the review rises from 0; 0 = at once; 20,"
                      + " the published code's",
                  "warmupOf",
                  "epochs of the run they are meant for: a shorter one has as large a share; 240,"
                      + " the published code's; 0 = however short")),
          "P. Chen, S. Liu, H. Zhao, J. Jia, Distilling Knowledge via Knowledge Review, CVPR 2021",
          """
          @inproceedings{chen2021distilling,
            title={Distilling Knowledge via Knowledge Review},
            author={Chen, Pengguang and Liu, Shu and Zhao, Hengshuang and Jia, Jiaya},
            booktitle={Conference on Computer Vision and Pattern Recognition},
            year={2021}
          }""");
    }
  }
}
