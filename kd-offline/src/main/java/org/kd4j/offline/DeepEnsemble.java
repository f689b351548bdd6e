package org.kd4j.offline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * An ensemble, deployed as it is: k networks of one architecture learn from the labels, each from
 * first weights and in an order of the data of its own, and their answers are averaged. No
 * distillation: what distilling a set of networks into one is measured against, at k times the cost
 * in use (B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and Scalable Predictive Uncertainty
 * Estimation using Deep Ensembles", NeurIPS 2017, without its adversarial training).
 *
 * <p>Of students the first member is the one trained from scratch; of teachers it is the task's
 * standard teacher, and the ensemble is the teachers of {@link MultiTeacher}.
 */
public final class DeepEnsemble implements DistillationStrategy {
  private final Options options;

  /** What the members are. */
  public enum Member {
    /** The task's student: what is deployed elsewhere, k times. */
    STUDENT,
    /** The task's teacher. */
    TEACHER
  }

  /**
   * @param members how many networks, k
   * @param network what they are
   * @param mean what is averaged; the paper averages probabilities
   */
  public record Options(int members, Member network, Ensemble.Mean mean) {
    /** Checks the range. */
    public Options {
      UsageException.require(
          members >= 1 && members <= 100, "members must be from 1 to 100, was %d", members);
    }
  }

  /** An ensemble with these options. */
  public DeepEnsemble(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    List<Knowledge> members =
        List.copyOf(
            options.network() == Member.STUDENT
                ? students(session)
                : Teachers.train(
                    session, Collections.nCopies(options.members(), session.task().teacher())));
    return DistillationResult.of(new Ensemble(members, options.mean()))
        .with("member", members.get(0));
  }

  private List<? extends Knowledge> students(DistillationSession session) {
    Task task = session.task();
    List<Phase> phases = new ArrayList<>();
    for (int i = 1; i <= options.members(); i++) {
      String line = Task.STUDENT_LINE + (i == 1 ? "" : "-" + i);
      Phase phase = task.phase(line, Start.fresh(task.student(), line), Objective.hard(1));
      phases.add(i == 1 ? phase : phase.withFeed(phase.feed().withStream(line)));
    }
    return session.runAll(phases).stream().map(r -> r.network(Role.STUDENT)).toList();
  }

  /** Binds {@code ensemble}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(5, Member.STUDENT, Ensemble.Mean.ARITHMETIC);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new DeepEnsemble(options);
    }

    @Override
    public Description description() {
      return new Description(
          "k networks from the labels, averaged in use: what a distilled network is measured against",
          "CE(y, z_k) for each member; deployed: mean_k softmax(z_k)",
          Map.of(
              "members", "how many networks (5, as in the paper)",
              "network", "the task's student or teacher, k times",
              "mean",
                  "what is averaged: probabilities (arithmetic), their logarithms (geometric) or logits;"
                      + " the last two tell the same probabilities"),
          "B. Lakshminarayanan, A. Pritzel, C. Blundell, Simple and Scalable Predictive Uncertainty"
              + " Estimation using Deep Ensembles, NeurIPS 2017",
          """
          @inproceedings{lakshminarayanan2017simple,
            title={Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles},
            author={Lakshminarayanan, Balaji and Pritzel, Alexander and Blundell, Charles},
            booktitle={Advances in Neural Information Processing Systems},
            year={2017}
          }""");
    }
  }
}
