package org.kd4j.mutual;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.phase.Exit;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Be your own teacher: {@linkplain Exits exits} along one network learn from its deepest classifier
 * while it learns from the labels. It minimises CE(y, z_C) + Σ over exits i of (1 − softWeight) ·
 * CE(y, z_i) + softWeight · T² · KL(p_C ‖ p_i) + hintWeight · ‖F_i − F_C‖², p = softmax(z/T), F_i
 * an exit's features and F_C the deepest, both sides of the deepest classifier (p_C and F_C)
 * constants; sums over classes and features, means over the batch (L. Zhang, J. Song, A. Gao, J.
 * Chen, C. Bao, K. Ma, "Be Your Own Teacher: Improve the Performance of Convolutional Neural
 * Networks via Self Distillation", ICCV 2019, section 3).
 *
 * <p>Deployed is the deepest exit, the student's own network without what was put beside it.
 */
public final class BeYourOwnTeacher implements DistillationStrategy {
  private final Options options;

  /**
   * @param softWeight weight of the deepest classifier's distribution at each exit, from 0 to 1;
   *     the labels keep the rest
   * @param temperature T, above 0; the soft term keeps its factor T²
   * @param hintWeight weight of the squared distance of features
   */
  public record Options(float softWeight, float temperature, float hintWeight) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          softWeight >= 0 && softWeight <= 1,
          "softWeight must be from 0 to 1, the exits' labels keep the rest; was %s",
          softWeight);
      Ranges.temperature(temperature);
      Ranges.weight("hintWeight", hintWeight);
    }
  }

  /** Exits with these options. */
  public BeYourOwnTeacher(Options options) {
    this.options = options;
  }

  /** An encoder's tokens are neither vectors nor images: no exit leads from them. */
  @Override
  public Optional<String> missing(Task task) {
    NetworkSpec student = task.student();
    try {
      new Exits(student.architecture()).build(student.inputShape(), student.classes());
      return Optional.empty();
    } catch (UsageException e) {
      return Optional.of("needs exits along the student; " + e.getMessage());
    }
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("be-your-own-teacher", session.task());
    Task task = session.task();
    NetworkSpec student = task.student();
    Exits network = new Exits(student.architecture());
    Exits.Places places = network.places(student.inputShape(), student.classes());
    List<String> exits = names(places, Exits::exit);
    Objective objective =
        Objective.hard(1)
            .and("exits", 1 - options.softWeight(), new Labels(exits))
            .and("soft", options.softWeight(), new Soft(exits, options.temperature()))
            .and(
                "hint",
                options.hintWeight(),
                new Hints(names(places, Exits::bottleneck), places.deepest()));
    NetworkSpec spec = student.with(network);
    Trained trained =
        session
            .run(task.phase("student", Start.fresh(spec, Task.STUDENT_LINE), objective))
            .network(Role.STUDENT);
    DistillationResult result = DistillationResult.of(new Exit(trained, TappedBlock.LOGITS));
    for (String exit : exits) {
      result = result.with(exit, new Exit(trained, exit));
    }
    return result;
  }

  private static List<String> names(Exits.Places places, Function<Integer, String> name) {
    return IntStream.rangeClosed(1, places.stages().size()).boxed().map(name).toList();
  }

  /**
   * Squared distance of features: ‖F_i − F_C‖², summed over a sample's features, mean over the
   * batch.
   *
   * @param features F_i (batch, …)
   * @param deepest F_C of the same shape, detached
   * @return a scalar, at least 0
   */
  public static NDArray hint(NDArray features, NDArray deepest) {
    return Scalars.div(features.sub(deepest).square().sum(), features.getShape().get(0));
  }

  private static Needs taps(List<String> names) {
    return Needs.taps(names.stream().map(n -> new TapRef(Role.STUDENT, n)).toArray(TapRef[]::new));
  }

  private static NDArray sum(List<String> names, Function<String, NDArray> each) {
    return names.stream().map(each).reduce(NDArray::add).orElseThrow();
  }

  /**
   * Cross-entropy with the labels at each exit, summed.
   *
   * @param exits their taps
   */
  public record Labels(List<String> exits) implements LossTerm {
    /** Copies. */
    public Labels {
      exits = List.copyOf(exits);
    }

    @Override
    public NDArray value(StepView view) {
      return sum(exits, e -> Formulas.crossEntropy(view.own().tap(e), view.target()));
    }

    @Override
    public Needs needs() {
      return taps(exits).withLabels();
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "hard(" + String.join(", ", exits) + ")";
    }
  }

  /**
   * Divergence of each exit from the deepest classifier, detached, summed: {@link
   * Formulas#softTargetsKl}.
   *
   * @param exits their taps
   * @param temperature T, above 0
   */
  public record Soft(List<String> exits, float temperature) implements LossTerm {
    /** Copies. */
    public Soft {
      exits = List.copyOf(exits);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray deepest = view.of(Role.STUDENT).logits();
      return sum(exits, e -> Formulas.softTargetsKl(view.own().tap(e), deepest, temperature));
    }

    @Override
    public Needs needs() {
      return taps(exits);
    }

    @Override
    public double lowerBound() {
      return exits.size() * Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      return "soft("
          + String.join(", ", exits)
          + " from logits, T="
          + Printing.number(temperature)
          + ")";
    }
  }

  /**
   * Distance of each exit's features from the deepest, detached, summed: {@link #hint}.
   *
   * @param bottlenecks the exits' features
   * @param deepest the stage the deepest classifier reads
   */
  public record Hints(List<String> bottlenecks, String deepest) implements LossTerm {
    /** Copies. */
    public Hints {
      bottlenecks = List.copyOf(bottlenecks);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray features = view.of(Role.STUDENT).tap(deepest);
      return sum(bottlenecks, b -> hint(view.own().tap(b), features));
    }

    @Override
    public Needs needs() {
      return taps(bottlenecks).and(taps(List.of(deepest)));
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "hint(" + String.join(", ", bottlenecks) + " to " + deepest + ")";
    }
  }

  /** Binds {@code be-your-own-teacher}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(0.3f, 3, 0.03f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new BeYourOwnTeacher(options);
    }

    @Override
    public Description description() {
      return new Description(
          "exits along one network, taught by its deepest classifier while that learns",
          "CE(y, z_C) + Σ_i (1 − softWeight) · CE(y, z_i) + softWeight · T² · KL(softmax(z_C/T) ||"
              + " softmax(z_i/T)) + hintWeight · ||F_i − F_C||², i the exits, C the deepest",
          Map.of(
              "softWeight",
                  "weight of the deepest classifier's distribution at each exit, the labels keep the"
                      + " rest; 0.3 in the paper",
              "temperature", "T, softens both distributions; 3 in the paper",
              "hintWeight", "weight of the squared distance of features; 0.03 in the paper"),
          "L. Zhang, J. Song, A. Gao, J. Chen, C. Bao, K. Ma, Be Your Own Teacher: Improve the"
              + " Performance of Convolutional Neural Networks via Self Distillation, ICCV 2019",
          """
          @inproceedings{zhang2019your,
            title={Be Your Own Teacher: Improve the Performance of Convolutional Neural Networks via Self Distillation},
            author={Zhang, Linfeng and Song, Jiebo and Gao, Anni and Chen, Jingwei and Bao, Chenglong and Ma, Kaisheng},
            booktitle={IEEE/CVF International Conference on Computer Vision},
            year={2019}
          }""");
    }
  }
}
