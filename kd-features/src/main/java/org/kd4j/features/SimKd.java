package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Distillation with the reused teacher classifier: the student's trunk and a projector learn the
 * teacher's last map, and the teacher's own classifier reads it. featureWeight · mean (P(f_s) −
 * f_t)², mean over batch and elements, and nothing else at its defaults: no label is read (D. Chen,
 * J.-P. Mei, H. Zhang, C. Wang, Y. Feng, C. Chen, "Knowledge Distillation with the Reused Teacher
 * Classifier", CVPR 2022, section 3.2, equation 3).
 *
 * <p>What is deployed, validated, counted and exported is trunk, projector and the teacher's frozen
 * head together; the student's own head is not there. The projector is of 1×1, 3×3 and 1×1
 * convolutions with batch normalisation and rectifiers, half as wide as the teacher's map (the
 * authors' factor 2). A larger student's map is average-pooled; a smaller one is refused.
 */
public final class SimKd implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: one pair, or a rule that
   *     gives one
   * @param featureWeight weight of the maps' distance, a mean of squares
   * @param factor what the teacher's channels are divided by within the projector
   * @param hardWeight weight of the labels; 0 = without, as in the paper
   * @param softWeight weight of soft targets; 0 = without, as in the paper
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float featureWeight,
      int factor,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      LayerMap.parse(taps);
      Ranges.positive("featureWeight", featureWeight);
      UsageException.require(factor >= 1, "factor must be 1 or more, was %d", factor);
      Ranges.weight("hardWeight", hardWeight);
      Ranges.weight("softWeight", softWeight);
      Ranges.temperature(temperature);
    }
  }

  /** This method with these options. */
  public SimKd(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> network(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("simkd", session.task());
    Task task = session.task();
    BorrowedHead network = network(task);
    Trained teacher = session.teacher();
    Start start = Start.fresh(task.student().with(network), Task.STUDENT_LINE);
    for (String stage : network.learntHead(task.teacher())) {
      start = start.grafting(teacher, stage, BorrowedHead.borrowed(stage));
    }
    Weighted own =
        FeatureDistillation.weighted(
            "feature", options.featureWeight(), new Feature(network.taps().teacher()));
    Learner learner =
        new Learner(
                Role.STUDENT,
                start,
                task.recipe().optimizer(),
                FeatureDistillation.objective(options, own))
            .training(Trains.allBut(network.borrowedStages(task.teacher())));
    Guide guide = new Guide(Role.TEACHER, teacher);
    return DistillationResult.of(
            session.run(task.phase("student", List.of(learner, guide))).network(Role.STUDENT))
        .with("teacher", teacher);
  }

  private BorrowedHead network(Task task) {
    List<TapPair> pairs = LayerMap.parse(options.taps()).pairs(task, LayerMap.Kind.MAPS);
    UsageException.require(
        pairs.size() == 1,
        "goes from one map of the student's to one of the teacher's, and taps" + " names %s",
        pairs);
    TapPair pair = pairs.get(0);
    UsageException.require(
        !TappedBlock.isBeforeRectifier(pair.student())
            && !TappedBlock.isBeforeRectifier(pair.teacher()),
        "takes maps after their rectifiers, and taps names %s",
        pair);
    Shape student = task.student().taps().get(pair.student());
    Shape teacher = task.teacher().taps().get(pair.teacher());
    UsageException.require(
        student.get(1) >= teacher.get(1) && student.get(2) >= teacher.get(2),
        "needs a student's map no smaller than the teacher's, whose classifier is to read it; of the"
            + " pair %s the student's is %s and the teacher's %s",
        pair,
        student,
        teacher);
    NetworkSpec theirs = task.teacher();
    BorrowedHead network =
        new BorrowedHead(
            task.student().architecture(), theirs.architecture(), pair, options.factor());
    String obstacle = network.obstacle(theirs);
    UsageException.require(obstacle.isEmpty(), "%s", obstacle);
    return network;
  }

  /**
   * The distance of the projected map to the teacher's: {@link MapFormulas#hint}.
   *
   * @param tap the teacher's
   */
  public record Feature(String tap) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      NDArray teacher = view.of(Role.TEACHER).tap(tap);
      return MapFormulas.hint(view.own().tap(BorrowedHead.PROJECTED), teacher);
    }

    @Override
    public Needs needs() {
      return Needs.taps(
          new TapRef(Role.STUDENT, BorrowedHead.PROJECTED), new TapRef(Role.TEACHER, tap));
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "feature[" + BorrowedHead.PROJECTED + "←" + tap + "]";
    }
  }

  /** Binds {@code simkd}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 1, 2, 0, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new SimKd(options);
    }

    @Override
    public Description description() {
      return new Description(
          "the student learns the teacher's last map and borrows its classifier",
          "featureWeight · mean (P(f_s) − f_t)²; deployed: trunk, projector P, the teacher's frozen head",
          FeatureDistillation.described(
              Map.of(
                  "featureWeight",
                  "weight of the maps' distance, a mean of squares; 1, the paper's",
                  "factor",
                  "what the teacher's channels are divided by within the projector; 2, the paper's",
                  "hardWeight",
                  "weight of the labels; 0 = without, as in the paper",
                  "softWeight",
                  "weight of the soft targets, which keep their factor T²; 0 = without, as in the paper")),
          "D. Chen, J.-P. Mei, H. Zhang, C. Wang, Y. Feng, C. Chen, Knowledge Distillation with the Reused"
              + " Teacher Classifier, CVPR 2022",
          """
          @inproceedings{chen2022knowledge,
            title={Knowledge Distillation with the Reused Teacher Classifier},
            author={Chen, Defang and Mei, Jian-Ping and Zhang, Hailin and Wang, Can and Feng, Yan and Chen, Chun},
            booktitle={Conference on Computer Vision and Pattern Recognition},
            year={2022}
          }""");
    }
  }
}
