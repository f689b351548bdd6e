package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.engine.Scalars;

/** Contrastive losses between embeddings and banks of embeddings. */
public final class ContrastFormulas {
  private static final float TINY = 1e-7f;

  private ContrastFormulas() {}

  /**
   * An embedding of length 1.
   *
   * @param embedded (batch, width)
   * @return rows of length 1
   */
  public static NDArray normalized(NDArray embedded) {
    return Maps.normalized(embedded, 1);
  }

  /**
   * Noise-contrastive estimation: with P = exp(e · m/τ)/Z of the sample itself (column 0) and of K
   * others, −[log P₀/(P₀ + K/n) + Σ_k log (K/n)/(P_k + K/n)], mean over the batch; 1e-7 is added to
   * either sum (Y. Tian, D. Krishnan, P. Isola, "Contrastive Representation Distillation", ICLR
   * 2020, equation 19, by the authors' code).
   *
   * @param probabilities P, (batch, 1 + K)
   * @param samples n
   * @return a scalar, at least 0
   */
  public static NDArray noiseContrast(NDArray probabilities, int samples) {
    long negatives = probabilities.getShape().get(1) - 1;
    float noise = (float) negatives / samples;
    NDArray own = probabilities.get(":, 0:1");
    NDArray others = probabilities.get(":, 1:");
    NDArray all = Scalars.constant(own, noise + TINY);
    NDArray known = own.div(own.add(all)).log().sum();
    NDArray noiseOf = Scalars.constant(others, noise);
    NDArray unknown = noiseOf.div(others.add(all)).log().sum();
    return Scalars.div(known.add(unknown).neg(), probabilities.getShape().get(0));
  }

  /**
   * What both sides' scores come to: exp(e · m/τ) of chosen rows of a bank.
   *
   * @param embedded e, (batch, width), rows of length 1
   * @param bank m, (n, width)
   * @param rows INT64 (batch, 1 + K), of the bank
   * @param temperature τ, above 0
   * @return (batch, 1 + K)
   */
  public static NDArray scores(NDArray embedded, NDArray bank, NDArray rows, float temperature) {
    // All n products, then the chosen: (batch, n) numbers instead of (batch, K, width).
    NDArray all = embedded.matMul(bank.transpose());
    return Scalars.div(all.gather(rows, 1), temperature).exp();
  }
}
