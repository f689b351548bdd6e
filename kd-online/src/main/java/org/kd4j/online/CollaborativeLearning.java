package org.kd4j.online;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Sees;
import org.kd4j.core.phase.Start;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Peers;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Collaborative learning (KDCL): peers learn in one phase, each from the labels and from one soft
 * target made of everybody's logits, its own included: hardWeight · CE(y, z_i) + softWeight · T² ·
 * KL(softmax(z/T) ‖ softmax(z_i/T)), means over the batch, z combined in one of four ways and
 * detached. Each peer is shown an augmentation of its own of the same samples, so that the target
 * has seen several; in a task without augmentation they are shown the same (Q. Guo, X. Wang, Y. Wu,
 * Z. Yu, D. Liang, X. Hu, P. Luo, "Online Knowledge Distillation via Collaborative Learning", CVPR
 * 2020, section 3; T = 2 and both weights 1 are theirs).
 *
 * <p>Naive, linear and min-logit combine by the labels of the batch; general by the errors on the
 * validation samples at the start of each epoch, in the place of the held-out part of train that
 * the paper takes. The mean of the logits is none of the four.
 */
public final class CollaborativeLearning implements DistillationStrategy {
  private final Options options;
  private final Peers peers;

  /** How the peers' logits become the teacher's. */
  public enum Combining {
    /** Those of the peer with the least cross-entropy on the batch. */
    NAIVE,
    /** The convex combination with the least cross-entropy on the batch. */
    LINEAR,
    /** In each class the least of the peers' z − z_y. */
    MIN_LOGIT,
    /** Weighted by the inverse of the peers' error covariance on validation samples. */
    GENERAL
  }

  /**
   * @param peers how many networks learn together, the student among them
   * @param networks the other peers' networks, joined by '+'; empty = all are like the student
   * @param combine how the peers' logits become the target's
   * @param temperature T, above 0
   * @param softWeight weight of the combined target, with its factor T²
   * @param hardWeight weight of the labels
   */
  public record Options(
      int peers,
      String networks,
      Combining combine,
      float temperature,
      float softWeight,
      float hardWeight) {
    /** Checks ranges. */
    public Options {
      Peers.check(peers, networks);
      Ranges.temperature(temperature);
      UsageException.require(softWeight > 0, "softWeight must be above 0, was %s", softWeight);
      Ranges.weight("hardWeight", hardWeight);
    }
  }

  /**
   * Collaborative learning with these options.
   *
   * @param families reads the networks the options name
   */
  public CollaborativeLearning(Options options, Networks families) {
    this.options = options;
    this.peers = Peers.parse(options.peers(), options.networks(), families);
  }

  @Override
  public Optional<String> missing(Task task) {
    return options.combine() != Combining.GENERAL || task.validation().isPresent()
        ? Optional.empty()
        : Optional.of(
            "weighs peers by their errors on validation samples (combine=general), and the task sets"
                + " none aside for it");
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit("kdcl", task);
    Objective objective =
        Objective.hard(options.hardWeight())
            .and("soft", options.softWeight(), new SoftTargets(target(), options.temperature()));
    List<Participant> cast = new ArrayList<>();
    for (Start start : peers.starts(task)) {
      Role role = Peers.role(cast.size());
      cast.add(new Learner(role, start, task.recipe().optimizer(), objective).seeing(Sees.OWN));
    }
    PhaseResult all = session.run(task.phase("peers", cast));
    return peers.result(all);
  }

  private Target target() {
    List<Role> roles = peers.roles();
    return switch (options.combine()) {
      case NAIVE -> new CombinedTarget.Naive(roles);
      case LINEAR -> new CombinedTarget.Linear(roles);
      case MIN_LOGIT -> new CombinedTarget.MinLogit(roles);
      case GENERAL -> new CombinedTarget.General(roles);
    };
  }

  /** Binds {@code kdcl}. */
  public static final class Factory implements StrategyFactory<Options> {
    private final Networks families;

    /**
     * @param families reads the networks options name
     */
    @Inject
    public Factory(Networks families) {
      this.families = families;
    }

    @Override
    public Options defaults() {
      return new Options(2, "", Combining.MIN_LOGIT, 2, 1, 1);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new CollaborativeLearning(options, families);
    }

    @Override
    public Requirements requirements() {
      return new Requirements(2, true, false);
    }

    @Override
    public Description description() {
      return new Description(
          "peers learn from one target made of all their logits, each from its own augmentation",
          "hardWeight · CE(y, z_i) + softWeight · T² · KL(softmax(z/T) || softmax(z_i/T)),"
              + " z = min_k (z_k − z_k[y]) | z_best | Σ α_k z_k by batch | Σ w_k z_k by validation",
          Map.of(
              "combine",
              "how peers' logits become the target's: naive (the best on the batch), linear (the"
                  + " best convex combination on the batch), min-logit (per class the least"
                  + " z − z_y), general (inverse error covariance on validation, each epoch)",
              "temperature",
              "T, softens both distributions; 2, the paper's",
              "softWeight",
              "weight of the combined target, which keeps its factor T²; 1, the paper's",
              "hardWeight",
              "weight of the labels; 1, the paper's",
              "peers",
              Peers.SIZE + "; 2, the paper's usual number",
              "networks",
              Peers.NETWORKS),
          "Q. Guo, X. Wang, Y. Wu, Z. Yu, D. Liang, X. Hu, P. Luo, Online Knowledge Distillation via"
              + " Collaborative Learning, CVPR 2020",
          """
          @inproceedings{guo2020online,
            title={Online Knowledge Distillation via Collaborative Learning},
            author={Guo, Qiushan and Wang, Xinjiang and Wu, Yichao and Yu, Zhipeng and Liang, Ding and Hu, Xiaolin and Luo, Ping},
            booktitle={Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition},
            year={2020}
          }""");
    }
  }
}
