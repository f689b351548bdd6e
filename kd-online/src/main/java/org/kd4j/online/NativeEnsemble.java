package org.kd4j.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.phase.Exit;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * The on-the-fly native ensemble (ONE): the student grows branches on a common stem, {@link
 * BranchedNetwork}, and the gated ensemble of the branches teaches each of them while all learn.
 * One network minimises hardWeight · (Σ_i CE(y, z_i) + CE(y, z_e)) + w(e) · T² · Σ_i
 * KL(softmax(z_e/T) ‖ softmax(z_i/T)), sums over the branches, means over the batch, z_e detached
 * in the last term; w rises to softWeight as {@link RampUp} says (X. Lan, X. Zhu, S. Gong,
 * "Knowledge Distillation by On-the-Fly Native Ensemble", NeurIPS 2018, section 3; three branches,
 * T = 3, weights 1 and a ramp over 80 of 300 epochs are those of the paper and its published code).
 *
 * <p>Deployed is one branch, which is the student and no more, or the ensemble; both come out of
 * the same phase. Stem and first branch start as the student does everywhere, but for the branch's
 * last layer, which has a name of its own.
 */
public final class NativeEnsemble implements DistillationStrategy {
  private final Options options;

  /** What is used after training. */
  public enum Deploy {
    /** The first branch: as large as the student. */
    BRANCH,
    /** All branches and the gate. */
    ENSEMBLE
  }

  /**
   * @param branches how many, at least 2
   * @param shared how many of the student's stages are the stem; 0 = all but the last two, at least
   *     one
   * @param temperature T, above 0
   * @param softWeight highest weight of what the ensemble teaches, with its factor T²
   * @param ramp share of the epochs that weight takes to rise
   * @param hardWeight weight of the labels, of each branch and of the ensemble
   * @param deploy one branch or the ensemble
   */
  public record Options(
      int branches,
      int shared,
      float temperature,
      float softWeight,
      float ramp,
      float hardWeight,
      Deploy deploy) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          branches >= 2 && branches <= 100, "branches must be from 2 to 100, was %d", branches);
      UsageException.require(
          shared >= 0, "shared must be 0 (all but the last two) or more stages, was %d", shared);
      Ranges.temperature(temperature);
      Ranges.weight("softWeight", softWeight);
      UsageException.require(
          ramp >= 0 && ramp <= 1, "ramp is a share of the epochs, from 0 to 1, was %s", ramp);
      UsageException.require(
          hardWeight > 0,
          "hardWeight must be above 0, was %s: the ensemble learns from labels alone",
          hardWeight);
    }
  }

  /** ONE with these options. */
  public NativeEnsemble(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    List<String> stages = stages(task.student());
    if (stages.size() < 2) {
      return Optional.of(
          "needs a student with a stage to share before its logits; "
              + task.student()
              + " has only "
              + stages);
    }
    if (options.shared() >= stages.size()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "leaves branches nothing of their own with shared=%d; the stages of %s are %s,"
                  + " share at most %d",
              options.shared(),
              task.student(),
              stages,
              stages.size() - 1));
    }
    try {
      branched(task.student()).build(task.student().inputShape(), task.student().classes());
      return Optional.empty();
    } catch (UsageException e) {
      return Optional.of("needs a student that is one trunk; " + e.getMessage());
    }
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit("one", task);
    NetworkSpec student = task.student();
    BranchedNetwork network = branched(student);
    List<String> taps = network.branchTaps();
    Start start = Start.fresh(student.with(network), Task.STUDENT_LINE);
    Schedule weight = new RampUp(options.softWeight(), options.ramp());
    Objective objective =
        Objective.of("branches", options.hardWeight(), new BranchLabels(taps))
            .and("ensemble", options.hardWeight(), new HardLabels())
            .and("soft", weight, new FromEnsemble(taps, options.temperature()));
    Phase phase = task.phase("one", start, objective);
    Trained whole = session.run(phase).network(Role.STUDENT);
    boolean ensemble = options.deploy() == Deploy.ENSEMBLE;
    Knowledge first = new Exit(whole, taps.get(0));
    DistillationResult result =
        ensemble
            ? DistillationResult.of(whole).with(taps.get(0), first)
            : DistillationResult.of(first).with("ensemble", whole);
    for (String other : taps.subList(1, taps.size())) {
      result = result.with(other, new Exit(whole, other));
    }
    return result;
  }

  private static List<String> stages(NetworkSpec student) {
    return student.architecture().build(student.inputShape(), student.classes()).taps();
  }

  private BranchedNetwork branched(NetworkSpec student) {
    int shared = options.shared() == 0 ? Math.max(1, stages(student).size() - 2) : options.shared();
    return new BranchedNetwork(student.architecture(), options.branches(), shared);
  }

  /**
   * Σ_i CE(y, z_i), means over the labelled samples of the batch.
   *
   * @param branches z_i (batch, classes) each
   * @param labels INT64 (batch)
   */
  static NDArray branchLabels(NDList branches, NDArray labels) {
    return branches.stream()
        .map(z -> Formulas.crossEntropy(z, labels))
        .reduce(NDArray::add)
        .orElseThrow();
  }

  /**
   * T² · Σ_i KL(softmax(z_e/T) ‖ softmax(z_i/T)), means over the batch; z_e is detached here.
   *
   * @param branches z_i (batch, classes) each
   * @param ensemble z_e (batch, classes)
   * @param temperature T, above 0
   */
  static NDArray fromEnsemble(NDList branches, NDArray ensemble, float temperature) {
    NDArray detached = ensemble.stopGradient();
    return branches.stream()
        .map(z -> Formulas.softTargetsKl(z, detached, temperature))
        .reduce(NDArray::add)
        .orElseThrow();
  }

  private static NDList taps(StepView view, List<String> branches) {
    NDList logits = new NDList();
    branches.forEach(b -> logits.add(view.own().tap(b)));
    return logits;
  }

  private static Needs needsOf(List<String> branches) {
    return Needs.taps(
            branches.stream().map(b -> new TapRef(Role.STUDENT, b)).toArray(TapRef[]::new))
        .withMinimumBatch(2); // the gate normalises over the batch
  }

  /**
   * The labels, for each branch: {@link #branchLabels}.
   *
   * @param branches taps of the branches' logits
   */
  record BranchLabels(List<String> branches) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      return branchLabels(taps(view, branches), view.target());
    }

    @Override
    public Needs needs() {
      return needsOf(branches).withLabels();
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "hard(" + String.join(", ", branches) + ")";
    }
  }

  /**
   * What the ensemble teaches each branch: {@link #fromEnsemble}.
   *
   * @param branches taps of the branches' logits
   * @param temperature T, above 0
   */
  record FromEnsemble(List<String> branches, float temperature) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      return fromEnsemble(taps(view, branches), view.own().logits(), temperature);
    }

    @Override
    public Needs needs() {
      return needsOf(branches);
    }

    @Override
    public double lowerBound() {
      return branches.size() * Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      return "Σ soft(ensemble, T=" + Printing.number(temperature) + ")";
    }
  }

  /** Binds {@code one}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(3, 0, 3, 1, 0.2667f, 1, Deploy.BRANCH);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new NativeEnsemble(options);
    }

    @Override
    public Requirements requirements() {
      return Requirements.NONE.withMinimumBatch(2);
    }

    @Override
    public Description description() {
      return new Description(
          "branches on a common stem learn from their own gated ensemble",
          "hardWeight · (Σ_i CE(y, z_i) + CE(y, z_e)) + w · T² · Σ_i KL(softmax(z_e/T) ||"
              + " softmax(z_i/T)), z_e = Σ_i g_i z_i,"
              + " w = softWeight · exp(-5 (1 - min(1, e / (ramp · epochs)))²)",
          Map.of(
              "branches", "how many; 3, the paper's",
              "shared",
                  "how many of the student's stages are the common stem; 0 = all but the last two,"
                      + " as the paper shares all but the last group of layers",
              "temperature", "T, softens both distributions; 3, the paper's",
              "softWeight",
                  "highest weight of what the ensemble teaches, which keeps its factor T²; 1, the"
                      + " paper's",
              "ramp",
                  "share of the epochs in which that weight rises; 80 of 300, the published code's",
              "hardWeight",
                  "weight of the labels, of each branch and of the ensemble; 1, the paper's",
              "deploy", "the first branch, as large as the student, or the whole ensemble"),
          "X. Lan, X. Zhu, S. Gong, Knowledge Distillation by On-the-Fly Native Ensemble,"
              + " NeurIPS 2018",
          """
          @inproceedings{lan2018knowledge,
            title={Knowledge Distillation by On-the-Fly Native Ensemble},
            author={Lan, Xu and Zhu, Xiatian and Gong, Shaogang},
            booktitle={Advances in Neural Information Processing Systems},
            year={2018}
          }""");
    }
  }
}
