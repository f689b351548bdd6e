package org.kd4j.online;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Following;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Shadow;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Peers;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Codistillation: networks, usually of one architecture, learn in one phase, each from the labels
 * and from <em>stale</em> copies of the others: hardWeight · CE(y, z_i) + softWeight · T² · KL(p̄ ‖
 * softmax(z_i/T)), means over the batch, p̄ the mean of the other networks' softened distributions,
 * computed in evaluation mode with the weights they had at the last exchange. The second term is
 * off until {@code burnIn} steps are done and copies have been exchanged once (R. Anil, G. Pereyra,
 * A. Passos, R. Ormandi, G. E. Dahl, G. E. Hinton, "Large scale distributed neural network training
 * through online distillation", ICLR 2018, algorithm 1; T = 1 and equal weights are theirs).
 *
 * <p>In the paper each network reads a share of the data of its own, or all of it in an order of
 * its own, on machines of its own; staleness is what makes that cheap, and new data what it gains
 * most by. Here all read the same batches, those the other strategies' students read, so that
 * networks differ by their first weights and dropout alone. A phase of one epoch that exchanges
 * once an epoch ends before anybody learns from anybody.
 */
public final class Codistillation implements DistillationStrategy {
  private final Options options;
  private final Peers peers;

  /**
   * @param peers how many networks learn together, the student among them
   * @param networks the other peers' networks, joined by '+'; empty = all are like the student
   * @param temperature T, above 0
   * @param softWeight weight of the stale copies' distribution, with its factor T²
   * @param hardWeight weight of the labels
   * @param exchangeEvery steps between exchanges; 0 = once at the end of each epoch
   * @param burnIn steps without the soft term; it stays off until the first exchange in any case
   */
  public record Options(
      int peers,
      String networks,
      float temperature,
      float softWeight,
      float hardWeight,
      int exchangeEvery,
      int burnIn) {
    /** Checks ranges. */
    public Options {
      Peers.check(peers, networks);
      Ranges.temperature(temperature);
      UsageException.require(softWeight > 0, "softWeight must be above 0, was %s", softWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          exchangeEvery >= 0,
          "exchangeEvery must be 0 (once an epoch) or more steps, was %d",
          exchangeEvery);
      UsageException.require(burnIn >= 0, "burnIn must be 0 steps or more, was %d", burnIn);
    }
  }

  /**
   * Codistillation with these options.
   *
   * @param families reads the networks the options name
   */
  public Codistillation(Options options, Networks families) {
    this.options = options;
    this.peers = Peers.parse(options.peers(), options.networks(), families);
  }

  @Override
  public Optional<String> missing(Task task) {
    Training training = task.recipe().training();
    long steps = (long) training.stepsPerEpoch(task.transfer().size()) * training.epochs();
    return options.burnIn() < steps && options.exchangeEvery() < steps
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "would end before anybody learns from anybody: burnIn=%d and exchangeEvery=%d of %d"
                    + " steps; choose both below the steps",
                options.burnIn(),
                options.exchangeEvery(),
                steps));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit("codistillation", task);
    boolean byEpoch = options.exchangeEvery() == 0;
    Following following =
        byEpoch
            ? new Following.Snapshot(1, Following.Unit.EPOCH)
            : new Following.Snapshot(options.exchangeEvery(), Following.Unit.STEP);
    Schedule weight =
        new AfterBurnIn(options.softWeight(), options.burnIn(), options.exchangeEvery());
    List<Start> starts = peers.starts(task);
    List<Participant> cast = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      Objective objective =
          Objective.hard(options.hardWeight())
              .and("soft", weight, new SoftTargets(othersOf(i), options.temperature()));
      cast.add(new Learner(Peers.role(i), starts.get(i), task.recipe().optimizer(), objective));
    }
    for (int i = 0; i < starts.size(); i++) {
      cast.add(new Shadow(stale(i), Peers.role(i), following));
    }
    Phase phase = task.phase("codistillation", cast);
    return peers.result(session.run(phase));
  }

  private Target othersOf(int i) {
    List<Role> others = new ArrayList<>();
    for (int j = 0; j < peers.size(); j++) {
      if (j != i) {
        others.add(stale(j));
      }
    }
    return others.size() == 1 ? Target.of(others.get(0)) : Target.mean(others);
  }

  /** The stale copy of the i-th peer. */
  static Role stale(int i) {
    return new Role("stale", i);
  }

  /**
   * 0 until the burn-in is over and copies have been exchanged once: before that they hold nothing
   * but first weights.
   *
   * @param weight from then on
   * @param burnIn steps
   * @param exchangeEvery steps; 0 = those of an epoch
   */
  record AfterBurnIn(float weight, int burnIn, int exchangeEvery) implements Schedule {
    @Override
    public float at(Progress progress) {
      int first = exchangeEvery == 0 ? progress.stepsPerEpoch() : exchangeEvery;
      return progress.step() >= Math.max(burnIn, first) ? weight : 0;
    }

    @Override
    public String toString() {
      return Printing.number(weight)
          + " after "
          + (burnIn > 0 ? burnIn + " steps and " : "")
          + "the first exchange";
    }
  }

  /** Binds {@code codistillation}. */
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
      return new Options(2, "", 1, 1, 1, 0, 0);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Codistillation(options, families);
    }

    @Override
    public Description description() {
      return new Description(
          "networks learn at once, each from stale copies of the others",
          "hardWeight · CE(y, z_i) + softWeight · T² · KL(mean_j softmax(z_j/T) || softmax(z_i/T)),"
              + " z_j of the others' weights at the last exchange",
          Map.of(
              "temperature",
              "T, softens both distributions; 1, the paper's",
              "softWeight",
              "weight of the stale copies' mean distribution, which keeps its factor T²; 1, the"
                  + " paper's",
              "hardWeight",
              "weight of the labels; 1, the paper's",
              "exchangeEvery",
              "steps between exchanges of copies; 0, ours, = once an epoch",
              "burnIn",
              "steps without the soft term, which waits for the first exchange in any case; 0,"
                  + " ours",
              "peers",
              Peers.SIZE + "; 2, the paper's usual number",
              "networks",
              Peers.NETWORKS),
          "R. Anil, G. Pereyra, A. Passos, R. Ormandi, G. E. Dahl, G. E. Hinton, Large scale"
              + " distributed neural network training through online distillation, ICLR 2018",
          """
          @inproceedings{anil2018large,
            title={Large scale distributed neural network training through online distillation},
            author={Anil, Rohan and Pereyra, Gabriel and Passos, Alexandre and Ormandi, Robert and Dahl, George E. and Hinton, Geoffrey E.},
            booktitle={International Conference on Learning Representations},
            year={2018}
          }""");
    }
  }
}
