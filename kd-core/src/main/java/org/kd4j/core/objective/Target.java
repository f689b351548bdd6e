package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * How the cast's guidance is combined into one soft target. Writing p_k = softmax(z_k/T) for the
 * k-th guide, all but {@link #of} combine several.
 *
 * <p>Learning from a mixture Σ w_k·p_k is learning from all of them: KL(Σ w_k·p_k ‖ q) and Σ
 * w_k·KL(p_k ‖ q) differ by what does not hang on q, so that their gradients are equal.
 */
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
    return new Targets.Single(role);
  }

  /** The arithmetic mean of several guides' softened probabilities. */
  static Target mean(List<Role> roles) {
    return new Targets.Mean(roles);
  }

  /** The geometric mean of several guides' softened probabilities, normalised again. */
  static Target geometric(List<Role> roles) {
    return new Targets.Geometric(roles);
  }

  /**
   * The softened mean of several guides' logits, softmax(mean z_k / T). As a distribution this
   * <em>is</em> the {@linkplain #geometric geometric mean}: log p_k = z_k/T less a number that
   * normalising takes away. So both names give one target, and one stored phase.
   */
  static Target meanLogits(List<Role> roles) {
    return geometric(roles);
  }

  /** One guide's softened probabilities, drawn anew for every batch; the others are not asked. */
  static Target oneAtRandom(List<Role> roles) {
    return new Targets.OneAtRandom(roles);
  }

  /**
   * The arithmetic mean of several guides' softened probabilities by fixed weights.
   *
   * @param weights one for each role, 0 or more, together 1 (within 1e-5)
   */
  static Target weighted(List<Role> roles, List<Float> weights) {
    return new Targets.WeightedMean(roles, weights);
  }

  /**
   * The arithmetic mean of several guides' softened probabilities, sample by sample by how well
   * each predicts its label: {@link Formulas#confidenceWeights}. Samples without a label take equal
   * weights.
   */
  static Target confidence(List<Role> roles) {
    return new Targets.Confidence(roles);
  }
}
