package org.kd4j.mutual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Born-again networks: a chain of generations of one architecture, each with fresh first weights of
 * its own and taught by the one before, KL(p_{k−1} ‖ p_k), p = softmax(z/T), times T² (T.
 * Furlanello, Z. C. Lipton, M. Tschannen, L. Itti, A. Anandkumar, "Born Again Neural Networks",
 * ICML 2018, sections 3.1 and 3.2).
 *
 * <p>All generations are the student's network: generation 0 is trained on the labels, generation 1
 * is the first that is born again, and the last is the student that is compared. The mean of the
 * born-again generations' probabilities is the paper's ensemble of generations (section 3.1).
 */
public final class BornAgain implements DistillationStrategy {
  private final Options options;

  /** What a generation takes from the one before it (section 3.2). */
  public enum Mode {
    /** Its distribution. */
    PLAIN,
    /** Only its confidence, as the weight of each label: "confidence-weighted by teacher max". */
    CWTM,
    /**
     * Its distribution, with all but the top probability permuted: "dark knowledge with permuted
     * predictions".
     */
    DKPP
  }

  /** What is deployed. */
  public enum Deploy {
    /** The last generation. */
    LAST,
    /** The mean of the probabilities of all that were born again. */
    ENSEMBLE
  }

  /**
   * @param generations how many are born again, after generation 0
   * @param labels whether each also learns from the labels (the paper's BAN+L) or from its teacher
   *     alone (BAN)
   * @param mode what it takes from its teacher
   * @param temperature T, above 0; the soft term keeps its factor T²
   * @param keep which network of each generation counts
   * @param deploy the last generation or the ensemble of all that were born again
   */
  public record Options(
      int generations, boolean labels, Mode mode, float temperature, Age keep, Deploy deploy) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          generations >= 1 && generations <= 100,
          "generations must be from 1 to 100, was %d",
          generations);
      Ranges.temperature(temperature);
      UsageException.require(
          deploy == Deploy.LAST || generations >= 2,
          "deploy=ensemble needs at least 2 generations, was %d",
          generations);
    }
  }

  /** Generations with these options. */
  public BornAgain(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    int classes = task.student().classes();
    UsageException.require(
        options.mode() != Mode.DKPP || classes >= 3,
        "mode=dkpp permutes the probabilities of all classes but the top one and needs at least"
            + " 3 classes, %s has %d; take mode=plain",
        task.transfer().name(),
        classes);
    List<Trained> born = new ArrayList<>();
    Phase first = phase(task, 0, Objective.hard(1)).withFeed(task.recipe().feed(task.train()));
    born.add(session.run(first).network(Role.STUDENT));
    for (int k = 1; k <= options.generations(); k++) {
      Guide teacher = new Guide(Role.TEACHER, born.get(k - 1));
      born.add(session.run(phase(task, k, objective(), teacher)).network(Role.STUDENT));
    }
    Knowledge last = born.get(options.generations());
    Knowledge ensemble =
        new Ensemble(List.copyOf(born.subList(1, born.size())), Ensemble.Mean.ARITHMETIC);
    boolean together = options.deploy() == Deploy.ENSEMBLE;
    DistillationResult result = DistillationResult.of(together ? ensemble : last);
    for (int k = 0; k < options.generations() + (together ? 1 : 0); k++) {
      result = result.with(name(k), born.get(k));
    }
    return together || options.generations() == 1 ? result : result.with("ensemble", ensemble);
  }

  private Phase phase(Task task, int k, Objective objective, Guide... guides) {
    String line = k == options.generations() ? Task.STUDENT_LINE : name(k);
    return task.phase(name(k), Start.fresh(task.student(), line), objective, guides)
        .keeping(options.keep());
  }

  private static String name(int k) {
    return "generation-" + k;
  }

  private Objective objective() {
    float t = options.temperature();
    LossTerm taught =
        switch (options.mode()) {
          case PLAIN -> new SoftTargets(Target.of(Role.TEACHER), t);
          case CWTM -> new ConfidenceWeighted(Role.TEACHER, t);
          case DKPP -> new SoftTargets(new Permuted(Role.TEACHER), t);
        };
    return options.labels()
        ? Objective.hard(1).and("taught", 1, taught)
        : Objective.of("taught", 1, taught);
  }

  /**
   * Cross-entropy with the labels, each sample weighted by its teacher's confidence: Σ_s w_s ·
   * CE(y_s, z_s), w_s = max p_s / Σ_u max p_u over the labelled samples of the batch, p =
   * softmax(z_t/T) (section 3.2, "confidence-weighted by teacher max"). The weights of a batch sum
   * to 1, as those of a mean do; 0 where no sample is labelled.
   *
   * @param logits z (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @param teacherLogits z_t (batch, classes), detached
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray confidenceWeighted(
      NDArray logits, NDArray labels, NDArray teacherLogits, float temperature) {
    NDArray labelled = labels.gte(0).toType(DataType.FLOAT32, false);
    NDArray confidence =
        Scalars.div(teacherLogits, temperature).softmax(1).max(new int[] {1}).mul(labelled);
    // Nobody is less confident than 1/classes, so only a batch without labels sums to less.
    NDArray all = Scalars.maximum(confidence.sum(), 1f / logits.getShape().get(1));
    return Formulas.surprise(logits, labels).mul(confidence.div(all)).sum();
  }

  /**
   * The labels, weighted by a teacher's confidence: {@link #confidenceWeighted}.
   *
   * @param from whose confidence
   * @param temperature T, above 0
   */
  public record ConfidenceWeighted(Role from, float temperature) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      return confidenceWeighted(
          view.own().logits(), view.target(), view.of(from).logits(), temperature);
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS)).withLabels();
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "hard(weighted by max " + from + ")";
    }
  }

  /**
   * Each row with its largest value where it was and the others permuted.
   *
   * @param rows (batch, classes)
   * @param draws of this step; row i is permuted by {@code draws.at(i)}
   * @return (batch, classes)
   */
  public static NDArray permutedBesideTop(NDArray rows, Draws draws) {
    int batch = (int) rows.getShape().get(0);
    int classes = (int) rows.getShape().get(1);
    long[] drawn =
        new long[batch * classes]; // the last of each row stands for the top, and is not read
    long[] columns = new long[classes];
    for (int c = 0; c < classes; c++) {
      columns[c] = c;
    }
    for (int i = 0; i < batch; i++) {
      int[] order = draws.at(i).permutation(classes - 1);
      for (int c = 0; c < order.length; c++) {
        drawn[i * classes + c] = order[c];
      }
    }
    NDArray column = rows.getManager().create(columns, new Shape(1, classes));
    NDArray order = rows.getManager().create(drawn, new Shape(batch, classes));
    NDArray top = rows.argMax(1).expandDims(1);
    // Class c is number c among the others, or c − 1 beyond the top; and back.
    NDArray number = column.sub(column.gt(top).toType(DataType.INT64, false));
    NDArray taken = order.gather(number, 1);
    NDArray from = taken.add(taken.gte(top).toType(DataType.INT64, false));
    return rows.gather(NDArrays.where(column.eq(top), top.broadcast(from.getShape()), from), 1);
  }

  /**
   * A teacher's distribution with all but its top probability permuted, anew for each sample and
   * step: {@link #permutedBesideTop}.
   *
   * @param from whose distribution
   */
  public record Permuted(Role from) implements Target {
    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      NDArray logits = Scalars.div(view.of(from).logits(), temperature);
      return permutedBesideTop(logits.logSoftmax(1), view.draws());
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS));
    }

    @Override
    public String toString() {
      return "permuted(" + from + ")";
    }
  }

  /** Binds {@code born-again}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(3, false, Mode.PLAIN, 1, Age.LAST, Deploy.LAST);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new BornAgain(options);
    }

    @Override
    public Description description() {
      return new Description(
          "generations of one network, each taught by the one before",
          "T² · KL(softmax(z_{k−1}/T) || softmax(z_k/T)), with labels=true + CE(y, z_k);"
              + " mode=cwtm: Σ_s w_s · CE(y_s, z_k,s), w_s = max p_{k−1,s} / Σ_u max p_{k−1,u}",
          Map.of(
              "generations",
                  "how many are born again, after generation 0, which learns the labels; 3,"
                      + " the paper's most",
              "labels", "whether each also learns from the labels (BAN+L), or not (BAN)",
              "mode",
                  "plain = its teacher's distribution; cwtm = only its confidence, as the labels'"
                      + " weight; dkpp = its distribution with all but the top probability permuted",
              "temperature", "T, softens both distributions; 1 in the paper",
              "keep", "which network of each generation counts, the last or the best on validation",
              "deploy",
                  "the last generation, or the mean of the probabilities of all that were born again"),
          "T. Furlanello, Z. C. Lipton, M. Tschannen, L. Itti, A. Anandkumar, Born Again Neural"
              + " Networks, ICML 2018",
          """
          @inproceedings{furlanello2018born,
            title={Born Again Neural Networks},
            author={Furlanello, Tommaso and Lipton, Zachary C. and Tschannen, Michael and Itti, Laurent and Anandkumar, Anima},
            booktitle={International Conference on Machine Learning},
            year={2018}
          }""");
    }
  }
}
