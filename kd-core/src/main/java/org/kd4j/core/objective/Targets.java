package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;

/** The ways of combining guidance, as values; {@link Target} makes them. */
final class Targets {
  private static final float SLACK = 1e-5f;

  private Targets() {}

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
      roles = some(roles);
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      return Formulas.logMean(each(roles, view, temperature));
    }

    @Override
    public Needs needs() {
      return logitsOf(roles);
    }

    @Override
    public String toString() {
      return printed("mean", roles);
    }
  }

  /**
   * The normalised geometric mean of several guides' softened distributions (Hinton, Vinyals and
   * Dean 2015, section 1), computed as what it is: softmax(mean z_k / T).
   *
   * @param roles whose; at least one
   */
  record Geometric(List<Role> roles) implements Target {
    /** Needs somebody. */
    public Geometric {
      roles = some(roles);
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      NDArray sum = view.of(roles.get(0)).logits();
      for (Role role : roles.subList(1, roles.size())) {
        sum = sum.add(view.of(role).logits());
      }
      return Scalars.div(Scalars.div(sum, roles.size()), temperature).logSoftmax(1);
    }

    @Override
    public Needs needs() {
      return logitsOf(roles);
    }

    @Override
    public String toString() {
      return printed("geometric", roles);
    }
  }

  /**
   * One guide a batch, uniformly, by the draws of the term at the step: guides that are not drawn
   * are not forwarded.
   *
   * @param roles whose; at least one
   */
  record OneAtRandom(List<Role> roles) implements Target {
    /** Needs somebody. */
    public OneAtRandom {
      roles = some(roles);
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      Role drawn = roles.get(view.draws().below(0, roles.size()));
      return Target.of(drawn).logProbabilities(view, temperature);
    }

    @Override
    public Needs needs() {
      return logitsOf(roles);
    }

    @Override
    public String toString() {
      return printed("random", roles);
    }
  }

  /**
   * The arithmetic mean by fixed weights; who has weight 0 is not asked.
   *
   * @param roles whose; at least one
   * @param weights of each, together 1
   */
  record WeightedMean(List<Role> roles, List<Float> weights) implements Target {
    /** Checks the weights. */
    public WeightedMean {
      roles = some(roles);
      weights = List.copyOf(weights);
      UsageException.require(
          weights.size() == roles.size(),
          "a weighted mean takes one weight for each of %d teachers, were %d: %s",
          roles.size(),
          weights.size(),
          weights);
      double sum = weights.stream().mapToDouble(Float::doubleValue).sum();
      UsageException.require(
          weights.stream().allMatch(w -> w >= 0) && Math.abs(sum - 1) <= SLACK,
          "weights of teachers must be 0 or more and sum to 1, were %s, which sum to %s",
          weights,
          (float) sum);
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      NDList logs = new NDList();
      for (int k = 0; k < roles.size(); k++) {
        float weight = weights.get(k);
        if (weight > 0) {
          NDArray log = Target.of(roles.get(k)).logProbabilities(view, temperature);
          logs.add(log.add(Scalars.constant(log, (float) Math.log(weight))));
        }
      }
      return Formulas.logSumExp(logs);
    }

    @Override
    public Needs needs() {
      return logitsOf(roles);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("mean(");
      for (int k = 0; k < roles.size(); k++) {
        text.append(k == 0 ? "" : ", ")
            .append(Printing.number(weights.get(k)))
            .append("·")
            .append(roles.get(k));
      }
      return text.append(")").toString();
    }
  }

  /**
   * The arithmetic mean by each guide's confidence in the sample's label.
   *
   * @param roles whose; at least one
   */
  record Confidence(List<Role> roles) implements Target {
    /** Needs somebody. */
    public Confidence {
      roles = some(roles);
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      NDList logits = new NDList();
      roles.forEach(role -> logits.add(view.of(role).logits()));
      NDArray weights = Formulas.confidenceWeights(logits, view.target());
      NDList logWeights = weights.log().split(roles.size(), 1);
      NDList logs = new NDList();
      for (int k = 0; k < roles.size(); k++) {
        NDArray log = Target.of(roles.get(k)).logProbabilities(view, temperature);
        logs.add(log.add(logWeights.get(k)));
      }
      return Formulas.logSumExp(logs);
    }

    /** It reads labels where there are some, and does without: it needs none. */
    @Override
    public Needs needs() {
      return logitsOf(roles);
    }

    @Override
    public String toString() {
      return printed("confidence", roles);
    }
  }

  private static List<Role> some(List<Role> roles) {
    UsageException.require(!roles.isEmpty(), "a target of several teachers needs at least one");
    return List.copyOf(roles);
  }

  private static NDList each(List<Role> roles, StepView view, float temperature) {
    NDList logs = new NDList();
    roles.forEach(role -> logs.add(Target.of(role).logProbabilities(view, temperature)));
    return logs;
  }

  private static Needs logitsOf(List<Role> roles) {
    return Needs.taps(
        roles.stream().map(r -> new TapRef(r, TappedBlock.LOGITS)).toArray(TapRef[]::new));
  }

  private static String printed(String name, List<Role> roles) {
    return roles.stream().map(Role::toString).collect(Collectors.joining(", ", name + "(", ")"));
  }
}
