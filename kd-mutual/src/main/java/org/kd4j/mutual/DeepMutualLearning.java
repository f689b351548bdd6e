package org.kd4j.mutual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
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
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.UpdateOrder;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Peers;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Deep mutual learning: K peers without a teacher learn together, each from the labels and from
 * what the others say. Peer i minimises hardWeight · CE(y, z_i) + mutualWeight · 1/(K−1) · Σ over j
 * ≠ i of T² · KL(p_j ‖ p_i), p = softmax(z/T), the others' outputs constants, sums over classes,
 * means over the batch (Y. Zhang, T. Xiang, T. M. Hospedales, H. Lu, "Deep Mutual Learning", CVPR
 * 2018, section 3). In turn, as in the paper's Algorithm 1, a peer reads what those before it say
 * <em>after</em> their update on the same batch: K forwards and K − 1 more. Together, all read the
 * outputs of before the step: K forwards.
 *
 * <p>Peer 0 is the student and is deployed. Averaging the divergences gives the gradient of the
 * divergence from the peers' averaged distribution, so there is no second variant for an ensemble
 * of peers as teacher.
 */
public final class DeepMutualLearning implements DistillationStrategy {
  private final Options options;
  private final Peers peers;

  /**
   * @param peers K, how many networks learn together, the student among them
   * @param networks the other peers' networks, K−1 of them joined by '+'; empty = all are like the
   *     student
   * @param order in turn, as the paper updates them, or together
   * @param mutualWeight weight of the mean divergence from the others
   * @param hardWeight weight of the labels
   * @param temperature T, above 0; the divergence keeps its factor T²
   */
  public record Options(
      int peers,
      String networks,
      UpdateOrder order,
      float mutualWeight,
      float hardWeight,
      float temperature) {
    /** Checks ranges. */
    public Options {
      Peers.check(peers, networks);
      Ranges.weight("mutualWeight", mutualWeight);
      UsageException.require(
          hardWeight > 0,
          "hardWeight must be above 0, was %s: peers that only agree learn nothing of the task",
          hardWeight);
      Ranges.temperature(temperature);
    }
  }

  /**
   * Mutual learning with these options.
   *
   * @param options checked
   * @param networks reads the peers' networks
   */
  public DeepMutualLearning(Options options, Networks networks) {
    this.options = options;
    this.peers = Peers.parse(options.peers(), options.networks(), networks);
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    List<Start> starts = peers.starts(task);
    List<Learner> cast = new ArrayList<>();
    for (Role role : peers.roles()) {
      List<Role> rest = peers.roles().stream().filter(r -> !r.equals(role)).toList();
      Objective objective =
          Objective.hard(options.hardWeight())
              .and("mutual", options.mutualWeight(), new Mimicry(rest, options.temperature()));
      cast.add(new Learner(role, starts.get(role.index()), task.recipe().optimizer(), objective));
    }
    PhaseResult trained = session.run(task.phase("peers", cast).withOrder(options.order()));
    List<Knowledge> all = peers.roles().stream().<Knowledge>map(trained::network).toList();
    return peers.result(trained).with("ensemble", new Ensemble(all, Ensemble.Mean.ARITHMETIC));
  }

  /**
   * The mean of the peers' divergences from one network: 1/(K−1) · Σ_j T² · KL(p_j ‖ p_i), p =
   * softmax(z/T), p_j the reference, sum over classes, mean over the batch.
   *
   * @param logits z_i (batch, classes)
   * @param peers z_j (batch, classes) of each other peer, detached
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray mimicry(NDArray logits, NDList peers, float temperature) {
    NDArray logQ = Scalars.div(logits, temperature).logSoftmax(1);
    NDArray sum = null;
    for (NDArray peer : peers) {
      NDArray logP = Scalars.div(peer, temperature).logSoftmax(1);
      NDArray divergence = logQ.neg().add(logP).mul(logP.exp()).sum();
      sum = sum == null ? divergence : sum.add(divergence);
    }
    UsageException.require(sum != null, "a network needs at least one peer to learn from");
    float terms = logits.getShape().get(0) * (float) peers.size();
    return Scalars.mul(sum, temperature * temperature / terms);
  }

  /**
   * What a peer learns from the others: {@link #mimicry}.
   *
   * @param peers the others
   * @param temperature T, above 0
   */
  public record Mimicry(List<Role> peers, float temperature) implements LossTerm {
    /** Copies. */
    public Mimicry {
      peers = List.copyOf(peers);
    }

    @Override
    public NDArray value(StepView view) {
      NDList said = new NDList();
      peers.forEach(peer -> said.add(view.of(peer).logits()));
      return mimicry(view.own().logits(), said, temperature);
    }

    @Override
    public Needs needs() {
      return Needs.taps(
          peers.stream().map(p -> new TapRef(p, TappedBlock.LOGITS)).toArray(TapRef[]::new));
    }

    @Override
    public double lowerBound() {
      return Formulas.leastDivergence(temperature);
    }

    @Override
    public String toString() {
      String all = peers.stream().map(Role::toString).collect(Collectors.joining(", "));
      return "mimicry(" + all + ", T=" + Printing.number(temperature) + ")";
    }
  }

  /** Binds {@code mutual}. */
  public static final class Factory implements StrategyFactory<Options> {
    private final Networks networks;

    /**
     * @param networks reads the peers' networks
     */
    @Inject
    public Factory(Networks networks) {
      this.networks = networks;
    }

    @Override
    public Options defaults() {
      return new Options(2, "", UpdateOrder.IN_TURN, 1, 1, 1);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new DeepMutualLearning(options, networks);
    }

    @Override
    public Description description() {
      return new Description(
          "peers that learn together, each from the labels and from the others",
          "hardWeight · CE(y, z_i) + mutualWeight · 1/(K−1) · Σ_j T² · KL(softmax(z_j/T) || softmax(z_i/T)),"
              + " j the other peers",
          Map.of(
              "peers",
              Peers.SIZE,
              "networks",
              Peers.NETWORKS,
              "order",
              "in-turn = each reads what those before it say after their update, as in the paper;"
                  + " together = all are updated at once",
              "mutualWeight",
              "weight of the mean divergence from the others; 1, the paper's",
              "hardWeight",
              "weight of the labels; 1, the paper's",
              "temperature",
              "T, softens all distributions; 1 in the paper"),
          "Y. Zhang, T. Xiang, T. M. Hospedales, H. Lu, Deep Mutual Learning, CVPR 2018",
          """
          @inproceedings{zhang2018deep,
            title={Deep Mutual Learning},
            author={Zhang, Ying and Xiang, Tao and Hospedales, Timothy M. and Lu, Huchuan},
            booktitle={IEEE/CVF Conference on Computer Vision and Pattern Recognition},
            year={2018}
          }""");
    }
  }
}
