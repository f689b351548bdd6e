package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * FitNets: the student's guided layer learns to predict the teacher's hint layer, then the whole
 * student learns from labels and soft targets. Phase "hint": hintWeight · mean (r(v_s) − u_t)²,
 * which trains the student up to the guided layer and the regressor r and nothing else; phase
 * "student" goes on from there: hardWeight · CE(y, z_s) + softWeight · T² · KL (A. Romero et al.,
 * "FitNets: Hints for Thin Deep Nets", ICLR 2015, sections 2.2 and 2.3, equations 2 to 4).
 *
 * <p>Guided layer and hint are the middle layers of both, as the paper chooses them ({@code
 * taps=middle}); of text, of which vectors are read, they are {@code pooled}.
 *
 * <p>The soft term's weight falls from 4 to 1 over the second phase, at T = 3, as in the paper;
 * {@code stages=single} adds the hint to it in one phase, as RepDistiller has it (whose weights are
 * softWeight=0, hintWeight=100). Both phases share the student's epochs, a quarter for the hint, so
 * that the method is compared at everyone's budget; the paper lets each run until validation stops
 * improving, for at most 500 epochs. The regressor is a 1×1 convolution, or a linear layer between
 * vectors, with batch normalisation, and is gone from what is deployed. It is there where both
 * features have one shape too, a {@code quantised(teacher)} student's say: r is part of the method,
 * in which the student's features may be any from which the teacher's can be told. While the hint
 * is learnt, the frozen rest of the student keeps its first weights, whatever the optimiser.
 */
public final class Hints implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param hintWeight weight of the hint, a mean over elements
   * @param stages hint first, or all at once
   * @param hintShare share of the student's epochs that the first phase takes, above 0 and below 1
   * @param softWeightEnd what softWeight has come to at the end, by a straight line
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float hintWeight,
      Stages stages,
      float hintShare,
      float softWeightEnd,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("hintWeight", hintWeight);
      Ranges.weight("softWeightEnd", softWeightEnd);
      FeatureDistillation.checkShare("hintShare", hintShare);
    }
  }

  /** This method with these options. */
  public Hints(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(options, new Hint(), task);
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("hints", session.task());
    Task task = session.task();
    LossTerm term = FeatureDistillation.term(options, new Hint(), task);
    Weighted own = FeatureDistillation.weighted("hint", options.hintWeight(), term);
    List<TapPair> pairs = FeatureDistillation.pairs(options, new Hint(), task);
    return FeatureDistillation.staged(
        session, options.stages(), "hint", options.hintShare(), own, pairs, this::objective);
  }

  /** Labels, and soft targets whose weight falls. */
  private Objective objective(Weighted... own) {
    Schedule soft =
        options.softWeight() == options.softWeightEnd()
            ? Schedule.constant(options.softWeight())
            : new Schedule.Linear(options.softWeight(), options.softWeightEnd());
    return FeatureDistillation.objective(options, soft, own);
  }

  /** The regressed student's distance to the teacher: {@link MapFormulas#hint}. */
  public record Hint() implements Comparison {
    @Override
    public NDArray value(NDArray student, NDArray teacher) {
      return MapFormulas.hint(student, teacher);
    }

    @Override
    public LayerMap.Kind kind() {
      return LayerMap.Kind.ALIKE;
    }

    @Override
    public boolean adapted() {
      return true;
    }

    @Override
    public String toString() {
      return "hint";
    }
  }

  /** Binds {@code hints}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("middle", 100, Stages.TWO, 0.25f, 1, 1, 4, 3);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Hints(options);
    }

    @Override
    public Description description() {
      return new Description(
          "a guided layer predicts the teacher's hint layer, then the student learns on",
          "hint: hintWeight · mean (r(v_s) − u_t)²; then hardWeight · CE(y, z_s) + softWeight · T² · KL(p_t || p_s)",
          FeatureDistillation.described(
              Map.of(
                  "hintWeight",
                  "weight of the hint, a mean of squares; 100, RepDistiller's",
                  "stages",
                  "two: the hint first, then the rest; single: all at once",
                  "hintShare",
                  FeatureDistillation.SHARE,
                  "softWeightEnd",
                  "what softWeight has come to at the end of the phase; 1, the paper's",
                  "softWeight",
                  "weight of the soft targets at first, which keep their factor T²; 0 = without; 4, the paper's",
                  "temperature",
                  "T of the soft targets; 3, the paper's")),
          "A. Romero, N. Ballas, S. E. Kahou, A. Chassang, C. Gatta, Y. Bengio, FitNets: Hints for Thin"
              + " Deep Nets, ICLR 2015",
          """
          @inproceedings{romero2015fitnets,
            title={FitNets: Hints for Thin Deep Nets},
            author={Romero, Adriana and Ballas, Nicolas and Kahou, Samira Ebrahimi and Chassang, Antoine and Gatta, Carlo and Bengio, Yoshua},
            booktitle={International Conference on Learning Representations},
            year={2015}
          }""");
    }
  }
}
