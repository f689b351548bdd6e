package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Activation boundaries: the student's neurons switch on and off where the teacher's do. Phase
 * "boundary": boundaryWeight · Σ over pairs of the squared way to a margin beyond 0 on the
 * teacher's side, sum over elements, mean over the batch; phase "student" goes on from there with
 * hardWeight · CE(y, z_s) + softWeight · T² · KL (B. Heo, M. Lee, S. Yun, J. Y. Choi, "Knowledge
 * Transfer via Distillation of Activation Boundaries Formed by Hidden Neurons", AAAI 2019, equation
 * 6).
 *
 * <p>Both are read before their rectifiers where their networks have such taps, as in the paper,
 * the student behind its connector, a 1×1 convolution with batch normalisation, which is gone from
 * what is deployed. Where the teacher's map is the larger, each of the student's cells goes to the
 * side on which most of the teacher's cells there are, off where it is a draw: a mean of
 * activations would be on wherever a few are far on. Where the student's is the larger, its
 * activations are averaged. The weight of 0.003 is RepDistiller's scale; it counts deeper layers
 * double, here all pairs count alike. Both phases share the student's epochs, an eighth for the
 * boundaries, as its 30 epochs are to 240.
 */
public final class ActivationBoundaries implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param boundaryWeight weight of the boundaries, a sum over elements
   * @param margin how far beyond 0 the student is pushed, above 0
   * @param stages boundaries first, or all at once
   * @param boundaryShare share of the student's epochs that the first phase takes, above 0 and
   *     below 1
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float boundaryWeight,
      float margin,
      Stages stages,
      float boundaryShare,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("boundaryWeight", boundaryWeight);
      Ranges.positive("margin", margin);
      FeatureDistillation.checkShare("boundaryShare", boundaryShare);
    }
  }

  /** This method with these options. */
  public ActivationBoundaries(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> pairs(task));
  }

  private List<TapPair> pairs(Task task) {
    Map<String, Shape> student = task.student().taps();
    Map<String, Shape> teacher = task.teacher().taps();
    return FeatureDistillation.pairs(options, new Boundaries(options.margin()), task).stream()
        .map(
            p ->
                new TapPair(
                    LayerMap.beforeRectifier(p.student(), student),
                    LayerMap.beforeRectifier(p.teacher(), teacher)))
        .distinct()
        .toList();
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("activation-boundaries", session.task());
    Task task = session.task();
    List<TapPair> pairs = pairs(task);
    LossTerm term = new Compared(new Boundaries(options.margin()), pairs);
    Weighted own = FeatureDistillation.weighted("boundaries", options.boundaryWeight(), term);
    return FeatureDistillation.staged(
        session,
        options.stages(),
        "boundary",
        options.boundaryShare(),
        own,
        pairs,
        terms -> FeatureDistillation.objective(options, terms));
  }

  /**
   * The distance to the teacher's side of 0: {@link MapFormulas#activationBoundaries}.
   *
   * @param margin above 0
   */
  public record Boundaries(float margin) implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return MapFormulas.activationBoundaries(student, teacher, margin);
    }

    /** The side of 0 alone, 1 or −1, so that pooling takes that of the most. */
    @Override
    public NDArray target(NDArray teacher) {
      NDArray on = teacher.gt(0).toType(DataType.FLOAT32, false);
      return Scalars.mul(on, 2).sub(Scalars.constant(on, 1));
    }

    @Override
    public LayerMap.Kind kind() {
      return LayerMap.Kind.MAPS;
    }

    @Override
    public boolean adapted() {
      return true;
    }

    @Override
    public String toString() {
      return "boundaries(margin=" + Printing.number(margin) + ")";
    }
  }

  /** Binds {@code activation-boundaries}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 0.003f, 1, Stages.TWO, 0.125f, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new ActivationBoundaries(options);
    }

    @Override
    public Description description() {
      return new Description(
          "neurons switch on and off where the teacher's do",
          "boundary: boundaryWeight · Σ (s ± margin)² on the wrong side; then hardWeight · CE(y, z_s) + softWeight · T² · KL",
          FeatureDistillation.described(
              Map.of(
                  "boundaryWeight",
                      "weight of the boundaries, a sum over elements; 0.003, RepDistiller's",
                  "margin", "how far beyond 0 the student is pushed; 1, RepDistiller's",
                  "stages", "two: boundaries first, then the rest; single: all at once",
                  "boundaryShare",
                      FeatureDistillation.SHARE + "; 0.125, RepDistiller's 30 of 240")),
          "B. Heo, M. Lee, S. Yun, J. Y. Choi, Knowledge Transfer via Distillation of Activation"
              + " Boundaries Formed by Hidden Neurons, AAAI 2019",
          """
          @inproceedings{heo2019knowledge,
            title={Knowledge Transfer via Distillation of Activation Boundaries Formed by Hidden Neurons},
            author={Heo, Byeongho and Lee, Minsik and Yun, Sangdoo and Choi, Jin Young},
            booktitle={AAAI Conference on Artificial Intelligence},
            year={2019}
          }""");
    }
  }
}
