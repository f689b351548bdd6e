package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.Outputs;
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
 * Flow of the solution procedure: how the teacher gets from layer to layer, as the Gram matrix of
 * two layers' channels. Phase "flow": flowWeight · Σ over neighbouring pairs of taps of the mean
 * over batch and entries of (G_s − G_t)²; phase "student" goes on from there with hardWeight ·
 * CE(y, z_s) + softWeight · T² · KL (J. Yim, D. Joo, J. Bae, J. Kim, "A Gift from Knowledge
 * Distillation: Fast Optimization, Network Minimization and Transfer Learning", CVPR 2017,
 * equations 1 and 2).
 *
 * <p>The paper sums over entries where this takes the mean, as RepDistiller does, whose weight of
 * 50 is the default. Matrices are compared entry by entry, so both sides need as many channels at
 * each pair of taps; heights and widths may differ. Nothing is learnt beside the student. Both
 * phases share the student's epochs, half each: the paper trains both for equally many steps.
 */
public final class FlowOfSolution implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param flowWeight weight of the flows, a mean of squares
   * @param stages flows first, or all at once
   * @param flowShare share of the student's epochs that the first phase takes, above 0 and below 1
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float flowWeight,
      Stages stages,
      float flowShare,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("flowWeight", flowWeight);
      FeatureDistillation.checkShare("flowShare", flowShare);
    }
  }

  /** This method with these options. */
  public FlowOfSolution(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> flows(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("fsp", session.task());
    Flows flows = flows(session.task());
    Weighted own = FeatureDistillation.weighted("flow", options.flowWeight(), flows);
    return FeatureDistillation.staged(
        session,
        options.stages(),
        "flow",
        options.flowShare(),
        own,
        flows.pairs(),
        terms -> FeatureDistillation.objective(options, terms));
  }

  private Flows flows(Task task) {
    List<TapPair> pairs = LayerMap.parse(options.taps()).deepening(task);
    UsageException.require(
        pairs.size() >= 2,
        "needs two pairs of taps or more, a flow running between layers, and has %s",
        pairs);
    Map<String, Shape> student = task.student().taps();
    Map<String, Shape> teacher = task.teacher().taps();
    for (TapPair pair : pairs) {
      Shape s = student.get(pair.student());
      Shape t = teacher.get(pair.teacher());
      UsageException.require(
          s.get(0) == t.get(0),
          "needs as many channels on both sides, for flows are compared entry by entry; of the pair"
              + " %s the student's is %s and the teacher's %s",
          pair,
          s,
          t);
    }
    return new Flows(pairs);
  }

  /**
   * The distance between flows from each pair of taps to the next: {@link
   * MapFormulas#flowDifference}, summed.
   *
   * @param pairs at least two, in order of depth
   */
  public record Flows(List<TapPair> pairs) implements LossTerm {
    /** Copies. */
    public Flows {
      pairs = List.copyOf(pairs);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray sum = Scalars.constant(view.own().logits(), 0);
      for (int i = 1; i < pairs.size(); i++) {
        TapPair low = pairs.get(i - 1);
        TapPair high = pairs.get(i);
        Outputs own = view.own();
        Outputs teacher = view.of(Role.TEACHER);
        sum =
            sum.add(
                MapFormulas.flowDifference(
                    MapFormulas.flow(own.tap(low.student()), own.tap(high.student())),
                    MapFormulas.flow(teacher.tap(low.teacher()), teacher.tap(high.teacher()))));
      }
      return sum;
    }

    @Override
    public Needs needs() {
      return TapPair.needs(pairs);
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "flow" + pairs;
    }
  }

  /** Binds {@code fsp}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("same-size", 50, Stages.TWO, 0.5f, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FlowOfSolution(options);
    }

    @Override
    public Description description() {
      return new Description(
          "how the teacher gets from layer to layer: Gram matrices of two layers' channels",
          "flow: flowWeight · Σ mean (G_s − G_t)²; then hardWeight · CE(y, z_s) + softWeight · T² · KL(p_t || p_s)",
          FeatureDistillation.described(
              Map.of(
                  "flowWeight", "weight of the flows, a mean of squares",
                  "stages", "two: flows first, then the rest; single: all at once",
                  "flowShare", FeatureDistillation.SHARE)),
          "J. Yim, D. Joo, J. Bae, J. Kim, A Gift from Knowledge Distillation: Fast Optimization, Network"
              + " Minimization and Transfer Learning, CVPR 2017",
          """
          @inproceedings{yim2017gift,
            title={A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and Transfer Learning},
            author={Yim, Junho and Joo, Donggyu and Bae, Jihoon and Kim, Junmo},
            booktitle={Conference on Computer Vision and Pattern Recognition},
            year={2017}
          }""");
    }
  }
}
