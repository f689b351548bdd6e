package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;

/** How the cast's guidance is combined into one soft target. */
public interface Target {
  /**
   * The target distribution of each sample.
   *
   * @param view the step
   * @param temperature T at which it is softened
   * @return log probabilities (batch, classes), detached
   */
  NDArray logProbabilities(StepView view, float temperature);

  /** Whose taps it reads. */
  Needs needs();

  /** As {@link LossTerm#begin}; the term that holds the target hands it on. */
  default void begin(EpochView epoch, Memory memory) {}

  /** One guide's softmax(z/T). */
  static Target of(Role role) {
    return new Single(role);
  }

  /** The arithmetic mean of several guides' softened probabilities. */
  static Target mean(List<Role> roles) {
    return new Mean(roles);
  }

  /**
   * One guide's softened distribution.
   *
   * @param role whose
   */
  record Single(Role role) implements Target {
    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      return Scalars.div(view.of(role).logits(), temperature).logSoftmax(1);
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(role, TappedBlock.LOGITS));
    }

    @Override
    public String toString() {
      return role.toString();
    }
  }

  /**
   * The arithmetic mean of several guides' softened distributions, as for an ensemble in Hinton,
   * Vinyals and Dean 2015, section 1.
   *
   * @param roles whose; at least one
   */
  record Mean(List<Role> roles) implements Target {
    /** Needs somebody. */
    public Mean {
      roles = List.copyOf(roles);
      UsageException.require(!roles.isEmpty(), "a mean of teachers needs at least one");
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      NDList logs = new NDList();
      for (Role role : roles) {
        logs.add(of(role).logProbabilities(view, temperature));
      }
      return Formulas.logMean(logs);
    }

    @Override
    public Needs needs() {
      return roles.stream().map(r -> of(r).needs()).reduce(Needs.NONE, Needs::and);
    }

    @Override
    public String toString() {
      return roles.stream().map(Role::toString).collect(Collectors.joining(", ", "mean(", ")"));
    }
  }
}
