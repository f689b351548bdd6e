package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;

/**
 * Projected gradient: steps of x ← Π(x + η · sign(∇_x loss)), Π the nearest point within ε of where
 * it began, input by input, and in the range (A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A.
 * Vladu, "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, section 2.1).
 *
 * @param epsilon ε, the furthest change of an input, as a share of its range
 * @param step η, likewise; a fourth of ε is customary
 * @param steps how many
 * @param randomStart whether it begins anywhere within ε, uniformly, or at the input itself
 * @param loss what is attacked
 */
public record Pgd(float epsilon, float step, int steps, boolean randomStart, AttackedLoss loss)
    implements Perturbation {
  /** Checks ranges. */
  public Pgd {
    Fgsm.share("epsilon", epsilon);
    Fgsm.share("step", step);
    UsageException.require(
        steps >= 1 && steps <= 10_000, "steps must be from 1 to 10000, was %d", steps);
  }

  /** From the input itself, by steps of a fourth of ε. */
  public static Pgd of(float epsilon, int steps, AttackedLoss loss) {
    return new Pgd(epsilon, epsilon / 4, steps, false, loss);
  }

  @Override
  public NDArray apply(NDArray inputs, View view) {
    NDArray reach = Scalars.mul(view.span(), epsilon);
    NDArray lowest = inputs.sub(reach);
    NDArray highest = inputs.add(reach);
    NDArray by = Scalars.mul(view.span(), step);
    NDArray at = randomStart ? view.clip(inputs.add(uniform(inputs, view).mul(reach))) : inputs;
    for (int i = 0; i < steps; i++) {
      NDArray moved = Fgsm.stepped(at, view.gradient(loss, at), by);
      NDArray next = view.clip(moved.maximum(lowest).minimum(highest));
      moved.close();
      at = next;
    }
    return at;
  }

  /** Uniform on [−1, 1). */
  private static NDArray uniform(NDArray inputs, View view) {
    int width = Math.toIntExact(inputs.getShape().slice(1).size());
    float[] values = new float[view.rows().length * width];
    for (int i = 0; i < view.rows().length; i++) {
      Draws draws = view.draws(view.rows()[i]);
      for (int k = 0; k < width; k++) {
        values[i * width + k] = (float) draws.uniform(k, -1, 1);
      }
    }
    Shape shape = inputs.getShape();
    return inputs.getManager().create(values, shape);
  }
}
