package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Factor transfer: the teacher puts a layer in other words before the student hears it. Phase
 * "paraphraser": convolutions beside the frozen teacher learn to rebuild one of its maps through
 * fewer channels, the factor; phase "student": hardWeight · CE(y, z_s) + factorWeight · ‖F_t/‖F_t‖
 * − F_s/‖F_s‖‖₁, mean over elements, F_s the student's map through a translator (J. Kim, S. Park,
 * N. Kwak, "Paraphrasing Complex Network: Network Compression via Factor Transfer", NeurIPS 2018,
 * section 3, equations 1 to 4).
 *
 * <p>Half as many channels (the paper's k) and a weight of 200 (RepDistiller's; 500 in the paper)
 * are the defaults. Paraphraser and translator are of three 3×3 convolutions with leaky rectifiers
 * of slope 0.1. The paraphraser has the student's schedule at its own length. The translator learns
 * with the student and is gone from what is deployed. Maps may differ in size: the larger is
 * average-pooled.
 */
public final class FactorTransfer implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: pairs or a rule
   * @param factorWeight weight of the factors' distance, a mean over elements
   * @param factorShare channels of the factor by those of the teacher's map, the paper's k
   * @param factorEpochs epochs of the paraphraser; 0 = as many as the student
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float factorWeight,
      float factorShare,
      int factorEpochs,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("factorWeight", factorWeight);
      UsageException.require(
          factorShare > 0 && factorShare <= 1,
          "factorShare must be above 0 and at most 1, was %s",
          factorShare);
      Ranges.count("factorEpochs", factorEpochs);
    }
  }

  private static final Role PARAPHRASER = new Role("paraphraser", 0);

  /** This method with these options. */
  public FactorTransfer(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> pair(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("factor-transfer", session.task());
    Task task = session.task();
    TapPair pair = pair(task);
    Trained teacher = session.teacher();
    Trained paraphraser = session.run(paraphraser(task, teacher, pair)).network(PARAPHRASER);
    Weighted own =
        FeatureDistillation.weighted(
            "factor",
            options.factorWeight(),
            new Factor(new TapPair(pair.student(), Paraphrased.FACTOR)));
    Phase student =
        task.phase(
            "student",
            task.freshStudent(),
            FeatureDistillation.objective(options, own),
            new Guide(Role.TEACHER, paraphraser));
    return DistillationResult.of(session.run(student).network(Role.STUDENT))
        .with("teacher", teacher);
  }

  /** The teacher's network, frozen, and beside its tap what puts it in other words. */
  private Phase paraphraser(Task task, Trained teacher, TapPair pair) {
    NetworkSpec spec =
        new NetworkSpec(
            new Paraphrased(task.teacher().architecture(), pair.teacher(), options.factorShare()),
            task.teacher().input(),
            task.teacher().classes());
    int epochs =
        options.factorEpochs() == 0 ? task.recipe().training().epochs() : options.factorEpochs();
    Learner learner =
        new Learner(
                PARAPHRASER,
                Start.fresh(spec, "paraphraser").grafting(teacher, "", ""),
                Shared.optimizer(task, epochs),
                Objective.of("rebuilt", 1, new Rebuilt(pair.teacher())))
            .training(Trains.only(Paraphrased.FACTOR, Paraphrased.REBUILT));
    return new Phase(
        "paraphraser",
        List.of(learner),
        task.recipe().feed(task.transfer()),
        task.validation(),
        Shared.frame(task, epochs),
        StopRule.NEVER,
        Age.LAST);
  }

  private TapPair pair(Task task) {
    List<TapPair> pairs = LayerMap.parse(options.taps()).pairs(task, LayerMap.Kind.MAPS);
    UsageException.require(
        pairs.size() == 1 && !TappedBlock.isBeforeRectifier(pairs.get(0).teacher()),
        "paraphrases one layer of the teacher's, as it is after its rectifier, and taps names %s",
        pairs);
    return pairs.get(0);
  }

  /**
   * What is lost of a tap on the way through the paraphraser: the mean of squares.
   *
   * @param tap of the teacher's network
   */
  record Rebuilt(String tap) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      NDArray original = view.of(PARAPHRASER).tap(tap);
      return MapFormulas.hint(view.own().tap(Paraphrased.REBUILT), original);
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(PARAPHRASER, tap), new TapRef(PARAPHRASER, Paraphrased.REBUILT));
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "rebuilt[" + tap + "]";
    }
  }

  /**
   * The distance between the translated student and the paraphrased teacher: {@link
   * MapFormulas#factor}.
   *
   * @param pair the student's tap and the factor
   */
  public record Factor(TapPair pair) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      NDArray student = view.own().tap(pair.student());
      NDArray teacher = view.of(Role.TEACHER).tap(pair.teacher());
      NDArray translated = view.adapter("translator", Maps.noLargerThan(student, teacher));
      return MapFormulas.factor(translated, Maps.noLargerThan(teacher, student));
    }

    @Override
    public Needs needs() {
      return TapPair.needs(List.of(pair))
          .withAdapters(Map.of("translator", new Translator(pair.ofStudent(), pair.ofTeacher())));
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "factor[" + pair + "]";
    }
  }

  /**
   * Three 3×3 convolutions to the factor's channels.
   *
   * @param from the student's tap
   * @param to the factor
   */
  record Translator(TapRef from, TapRef to) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      long in = shapes.of(from).get(0);
      return Paraphrased.convolutions(in, shapes.of(to).get(0));
    }

    @Override
    public Shape input(Shapes shapes) {
      return shapes.of(from);
    }
  }

  /** Binds {@code factor-transfer}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 200, 0.5f, 0, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new FactorTransfer(options);
    }

    @Override
    public Description description() {
      return new Description(
          "the teacher puts a layer in other words before the student hears it",
          "paraphraser: mean (rebuilt − x)²; then hardWeight · CE(y, z_s) + factorWeight · mean |F_t/||F_t|| − F_s/||F_s|||",
          FeatureDistillation.described(
              Map.of(
                  "factorWeight",
                      "weight of the factors' distance, a mean over elements; 200, RepDistiller's; 500 in the paper",
                  "factorShare",
                      "channels of the factor by those of the teacher's map (the paper's k); 0.5, the"
                          + " paper's",
                  "factorEpochs", "epochs of the paraphraser; 0 = as many as the student")),
          "J. Kim, S. Park, N. Kwak, Paraphrasing Complex Network: Network Compression via Factor"
              + " Transfer, NeurIPS 2018",
          """
          @inproceedings{kim2018paraphrasing,
            title={Paraphrasing Complex Network: Network Compression via Factor Transfer},
            author={Kim, Jangho and Park, SeongUk and Kwak, Nojun},
            booktitle={Advances in Neural Information Processing Systems},
            year={2018}
          }""");
    }
  }
}
