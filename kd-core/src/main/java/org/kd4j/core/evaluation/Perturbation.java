package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.base.Draws;

/**
 * A change of inputs under which knowledge is evaluated: blind, as {@link GaussianNoise}, {@link
 * GaussianBlur} and {@link Moved} are, or made against one network, as {@link Fgsm} and {@link Pgd}
 * are. A record, and a pure function: the same samples and network give the same bits. The session
 * applies it ({@code session.perturbed(victim, samples, perturbation)}), and what comes out are
 * samples like any others: the victim may be asked about them, or another network, to see whether
 * an attack on one is an attack on both.
 *
 * <p>Sizes are shares of the {@linkplain org.kd4j.core.data.InputRange range of the inputs}: of
 * black to white, however the inputs are normalised. Results are clipped to that range.
 */
public interface Perturbation {
  /**
   * Changes a batch.
   *
   * @param inputs FLOAT32 (batch, sample shape…), normalised
   * @param view what is known of them
   * @return the same shape; the caller clips to the range
   */
  NDArray apply(NDArray inputs, View view);

  /** A batch, and the network that is attacked. */
  interface View {
    /**
     * The gradient of a loss by the inputs, in evaluation mode; parameters have none and stay as
     * they are. A sample's gradient does not hang on the others of its batch.
     *
     * @param loss of the victim on the true labels
     * @param at inputs of the batch's shape
     * @return the same shape
     */
    NDArray gradient(AttackedLoss loss, NDArray at);

    /** White minus black, broadcastable to the inputs: what a share is a share of. */
    NDArray span();

    /** Black, broadcastable to the inputs. */
    NDArray lowest();

    /** Inputs brought back into their range. */
    NDArray clip(NDArray inputs);

    /** The samples' rows in their set. */
    int[] rows();

    /**
     * Draws of a sample: the same for every network and every size of change.
     *
     * @param row of the sample; −1 for the draws of them all
     */
    Draws draws(int row);
  }
}
