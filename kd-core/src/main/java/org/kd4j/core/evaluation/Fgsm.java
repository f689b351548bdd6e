package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;

/**
 * The fast gradient sign method: x + ε · sign(∇_x loss), one step as far as allowed (I. Goodfellow,
 * J. Shlens, C. Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR 2015, section 4).
 * Where the gradient is exactly 0 the input stays as it is.
 *
 * @param epsilon ε, the furthest change of an input, as a share of its range
 * @param loss what is attacked
 */
public record Fgsm(float epsilon, AttackedLoss loss) implements Perturbation {
  /** Checks the range. */
  public Fgsm {
    share("epsilon", epsilon);
  }

  static void share(String name, float value) {
    UsageException.require(
        value > 0 && value <= 1,
        "%s is a share of the range of the inputs, above 0 and at most 1; was %s",
        name,
        value);
  }

  @Override
  public NDArray apply(NDArray inputs, View view) {
    return stepped(inputs, view.gradient(loss, inputs), Scalars.mul(view.span(), epsilon));
  }

  /** x + step · sign(g). */
  static NDArray stepped(NDArray inputs, NDArray gradient, NDArray step) {
    return inputs.add(gradient.sign().mul(step));
  }
}
