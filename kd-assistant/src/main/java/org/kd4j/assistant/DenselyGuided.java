package org.kd4j.assistant;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Densely guided distillation: the student learns from the teacher and from <em>all</em>
 * assistants, and each assistant from all networks larger than itself: hardWeight · CE(y, z_s) +
 * softWeight · T² · Σ_k KL(softmax(z_k/T) ‖ softmax(z_s/T)), a sum over the guides k, not a mean.
 * At each batch {@code drop} of the terms are left out, drawn anew, any of them, the teacher's too,
 * but never all (W. Son, J. Na, J. Choi, W. Hwang, "Densely Guided Knowledge Distillation using
 * Multiple Teacher Assistants", ICCV 2021). With one guide nothing is dropped and a hop is that of
 * {@code assistant}.
 *
 * <p>Defaults are those of the authors' code: T = 5, softWeight 1, hardWeight 0, one term dropped;
 * {@code sizes=all} of those the teacher's family knows between.
 */
public final class DenselyGuided implements DistillationStrategy {
  private static final String ID = "densely-guided";

  private final Options options;
  private final Sizes sizes;

  /**
   * @param sizes {@code none}, {@code middle}, {@code all}, or specs joined by {@code +}
   * @param drop how many guides' terms each batch leaves out; at least one always stays
   * @param temperature T, above 0
   * @param softWeight weight of the sum of soft terms, with its factor T²
   * @param hardWeight weight of the labels in every hop
   */
  public record Options(
      String sizes, int drop, float temperature, float softWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      UsageException.require(drop >= 0, "drop must be 0 or more, was %d", drop);
      new Hop(temperature, softWeight, hardWeight);
    }
  }

  /**
   * Densely guided distillation with these options.
   *
   * @param options checked
   * @param networks the families their specs are read by
   */
  public DenselyGuided(Options options, Networks networks) {
    this.options = options;
    this.sizes = Sizes.parse(ID + ".sizes", options.sizes(), networks);
  }

  @Override
  public Optional<String> missing(Task task) {
    return sizes.missing(task);
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit(ID, task);
    List<Knowledge> larger = new ArrayList<>(List.of(session.teacher()));
    for (NetworkSpec spec : sizes.on(task)) {
      Phase phase = guided("assistant " + spec, task, spec, larger);
      larger.add(session.run(phase).network(Role.STUDENT));
    }
    Phase student = guided("student", task, task.student(), larger);
    DistillationResult result = DistillationResult.of(session.run(student).network(Role.STUDENT));
    for (int i = 0; i < larger.size(); i++) {
      String name = i == 0 ? "teacher" : "assistant/" + larger.get(i).spec();
      result = result.with(name, larger.get(i));
    }
    return result;
  }

  private Phase guided(String name, Task task, NetworkSpec spec, List<Knowledge> larger) {
    Hop hop = new Hop(options.temperature(), options.softWeight(), options.hardWeight());
    if (larger.size() == 1) {
      return hop.phase(name, task, spec, larger.get(0));
    }
    Guide[] guides = new Guide[larger.size()];
    Arrays.setAll(guides, i -> new Guide(Role.teacher(i), larger.get(i)));
    List<Role> roles = Arrays.stream(guides).map(Guide::role).toList();
    LossTerm all = new SumOfSoftTargets(roles, options.drop(), options.temperature());
    Objective objective =
        Objective.hard(options.hardWeight()).and("soft", options.softWeight(), all);
    return task.phase(name, Hop.start(task, spec), objective, guides);
  }

  /**
   * T² · Σ_k KL(softmax(z_k/T) ‖ softmax(z_s/T)) over the guides a batch keeps; each divergence is
   * a sum over classes and a mean over the batch. One term, because the draw couples its parts.
   *
   * @param guides whose; at least one
   * @param drop how many each batch leaves out, unforwarded; one always stays
   * @param temperature T, above 0
   */
  public record SumOfSoftTargets(List<Role> guides, int drop, float temperature)
      implements LossTerm {
    /** Checks ranges. */
    public SumOfSoftTargets {
      guides = List.copyOf(guides);
      UsageException.require(!guides.isEmpty(), "dense guidance needs at least one guide");
      UsageException.require(drop >= 0, "drop must be 0 or more, was %d", drop);
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(StepView view) {
      NDList logits = new NDList();
      for (Role guide : kept(view.draws())) {
        logits.add(view.of(guide).logits());
      }
      return sumOfSoftTargets(view.own().logits(), logits, temperature);
    }

    /** The guides that stay, in their order. */
    List<Role> kept(Draws draws) {
      int[] order = draws.permutation(guides.size());
      int gone = Math.min(drop, guides.size() - 1);
      return Arrays.stream(order).skip(gone).sorted().mapToObj(guides::get).toList();
    }

    @Override
    public Needs needs() {
      return Needs.taps(
          guides.stream().map(g -> new TapRef(g, TappedBlock.LOGITS)).toArray(TapRef[]::new));
    }

    @Override
    public double lowerBound() {
      return guides.size() * Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      String who = guides.stream().map(Role::toString).collect(Collectors.joining(" + "));
      return String.format(
          Locale.ROOT,
          "soft(%s%s, T=%s)",
          who,
          drop == 0 ? "" : ", drop " + drop,
          Printing.number(temperature));
    }
  }

  /**
   * The sum of several guides' softened divergences: T² · Σ_k KL(softmax(z_k/T) ‖ softmax(z_s/T)).
   *
   * @param studentLogits (batch, classes)
   * @param guideLogits (batch, classes) each, detached; at least one
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray sumOfSoftTargets(
      NDArray studentLogits, NDList guideLogits, float temperature) {
    NDArray sum = Formulas.softTargetsKl(studentLogits, guideLogits.get(0), temperature);
    for (int k = 1; k < guideLogits.size(); k++) {
      sum = sum.add(Formulas.softTargetsKl(studentLogits, guideLogits.get(k), temperature));
    }
    return sum;
  }

  /** Binds {@code densely-guided}. */
  public static final class Factory implements StrategyFactory<Options> {
    private final Networks networks;

    /**
     * @param networks the families that specs are read by
     */
    @Inject
    public Factory(Networks networks) {
      this.networks = networks;
    }

    @Override
    public Options defaults() {
      return new Options(Sizes.ALL, 1, 5, 1, 0);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new DenselyGuided(options, networks);
    }

    @Override
    public Description description() {
      return new Description(
          "each assistant, and the student, learns from all networks larger than itself",
          "hardWeight · CE(y, z_s) + softWeight · T² · Σ_k KL(softmax(z_k/T) || softmax(z_s/T)),"
              + " k over the guides that a batch keeps",
          Map.of(
              "sizes",
              "none, middle or all of those between teacher and student; or networks joined by"
                  + " '+', large to small",
              "drop",
              "how many guides each batch leaves out, drawn anew; one always stays; 1, the published code's",
              "temperature",
              "T, softens all distributions; 5, the published code's",
              "softWeight",
              "weight of the sum of soft terms, which keep their factor T²; 1, the published code's",
              "hardWeight",
              "weight of the labels; 0 = without, as in the published code"),
          "W. Son, J. Na, J. Choi, W. Hwang, Densely Guided Knowledge Distillation using Multiple"
              + " Teacher Assistants, ICCV 2021",
          """
          @inproceedings{son2021densely,
            title={Densely Guided Knowledge Distillation using Multiple Teacher Assistants},
            author={Son, Wonchul and Na, Jaemin and Choi, Junyong and Hwang, Wonjun},
            booktitle={Proceedings of the IEEE/CVF International Conference on Computer Vision},
            year={2021}
          }""");
    }
  }
}
