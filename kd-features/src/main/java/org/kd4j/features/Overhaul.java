package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Memory;
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
 * Feature distillation with a margin rectifier, "the overhaul": the student learns what the teacher
 * has before its rectifier, but of what is off only that it is off. hardWeight · CE(y, z_s) +
 * overhaulWeight · Σ over pairs of 2^(i−n+1) · d(r(f_s), max(f_t, m)), d the sum of squares less
 * those where the student is below a target that is not positive, mean over the batch; r a 1×1
 * convolution with batch normalisation (B. Heo, J. Kim, S. Yun, H. Park, N. Kwak, J. Y. Choi, "A
 * Comprehensive Overhaul of Feature Distillation", ICCV 2019, equations 1 to 4).
 *
 * <p>The margin m of a channel is the mean of what is below 0, by the shift and scale of the batch
 * normalisation before the teacher's rectifier: E[x | x &lt; 0] of a normal distribution, −3 scales
 * where hardly anything is below 0, as in the authors' code. Of a residual stage it is the last
 * normalisation's of the body, as there. The weight of 0.001 and half the weight a pair less deep
 * are the authors' too. The teacher is in evaluation mode; the authors keep its batch normalisation
 * in training mode. The convolutions learn with the student and are gone from what is deployed.
 */
public final class Overhaul implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule; the
   *     teacher's, and the student's where it has one, are taken before the rectifier
   * @param overhaulWeight weight of the distance, a sum over elements
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps, float overhaulWeight, float hardWeight, float softWeight, float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("overhaulWeight", overhaulWeight);
    }
  }

  /** This method with these options. */
  public Overhaul(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> distance(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("overhaul", session.task());
    Weighted own =
        FeatureDistillation.weighted(
            "overhaul", options.overhaulWeight(), distance(session.task()));
    return FeatureDistillation.together(session, FeatureDistillation.objective(options, own));
  }

  private Distance distance(Task task) {
    List<TapPair> pairs = LayerMap.parse(options.taps()).deepening(task);
    Map<String, Shape> student = task.student().taps();
    Map<String, Shape> teacher = task.teacher().taps();
    Distance distance =
        new Distance(
            pairs.stream()
                .map(
                    p ->
                        new TapPair(LayerMap.beforeRectifier(p.student(), student), of(p, teacher)))
                .toList());
    Set<String> paths = task.teacher().parameters().keySet();
    distance.pairs().forEach(pair -> Margins.scale(paths, pair.teacher()));
    return distance;
  }

  private static String of(TapPair pair, Map<String, Shape> teacher) {
    String tap = LayerMap.beforeRectifier(pair.teacher(), teacher);
    UsageException.require(
        TappedBlock.isBeforeRectifier(tap),
        "needs what the teacher has before its rectifiers, and there is no tap before '%s': its taps"
            + " are %s",
        tap,
        teacher.keySet());
    return tap;
  }

  /**
   * The distance to the teacher's features behind a margin rectifier: {@link
   * MapFormulas#marginRectified}, summed over pairs, each counting half as much as the next deeper.
   *
   * @param pairs at least one, in order of depth, the teacher's before rectifiers
   */
  public record Distance(List<TapPair> pairs) implements LossTerm {
    /** Copies. */
    public Distance {
      pairs = List.copyOf(pairs);
    }

    @Override
    public void begin(EpochView epoch, Memory memory) {
      for (TapPair pair : pairs) {
        String name = margin(pair);
        if (!memory.has(name)) {
          memory.set(name, Margins.of(epoch.parameters(Role.TEACHER), pair.teacher()));
        }
      }
    }

    @Override
    public NDArray value(StepView view) {
      NDArray sum = null;
      float share = 1;
      for (int i = pairs.size() - 1; i >= 0; i--) {
        NDArray each = Scalars.mul(distance(view, pairs.get(i)), share);
        sum = sum == null ? each : sum.add(each);
        share /= 2;
      }
      return java.util.Objects.requireNonNull(sum);
    }

    private static NDArray distance(StepView view, TapPair pair) {
      NDArray student = view.own().tap(pair.student());
      NDArray teacher = view.of(Role.TEACHER).tap(pair.teacher());
      NDArray like = Maps.noLargerThan(teacher, student);
      NDArray brought = view.adapter(Channels.name(pair), Maps.noLargerThan(student, teacher));
      NDArray margin = view.memory(margin(pair));
      return MapFormulas.marginRectified(brought, like, margin.reshape(1, margin.size(), 1, 1));
    }

    private static String margin(TapPair pair) {
      return "margin-" + Channels.name(pair);
    }

    @Override
    public Needs needs() {
      Map<String, Adapter> adapters = new TreeMap<>();
      pairs.forEach(p -> adapters.put(Channels.name(p), Channels.of(p)));
      return TapPair.needs(pairs).withAdapters(adapters);
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "margin-rectified" + pairs;
    }
  }

  /** Binds {@code overhaul}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("same-size", 0.001f, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Overhaul(options);
    }

    @Override
    public Description description() {
      return new Description(
          "what the teacher has before its rectifiers; of what is off only that it is off",
          "hardWeight · CE(y, z_s) + overhaulWeight · Σ 2^(i−n+1) · d(r(f_s), max(f_t, m)), m = E[f_t | f_t < 0]",
          FeatureDistillation.described(
              Map.of(
                  "overhaulWeight",
                  "weight of the distance, a sum over elements; 0.001, the published code's")),
          "B. Heo, J. Kim, S. Yun, H. Park, N. Kwak, J. Y. Choi, A Comprehensive Overhaul of Feature"
              + " Distillation, ICCV 2019",
          """
          @inproceedings{heo2019comprehensive,
            title={A Comprehensive Overhaul of Feature Distillation},
            author={Heo, Byeongho and Kim, Jeesoo and Yun, Sangdoo and Park, Hyojin and Kwak, Nojun and Choi, Jin Young},
            booktitle={International Conference on Computer Vision},
            year={2019}
          }""");
    }
  }
}
