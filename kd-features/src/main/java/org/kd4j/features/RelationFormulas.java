package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.engine.Scalars;

/**
 * Losses between the relations of a batch's samples, so that the features of student and teacher
 * may differ in size. Everything is flattened to (batch, features) first. They need a batch of at
 * least two, angles one of three to say anything.
 */
public final class RelationFormulas {
  private RelationFormulas() {}

  /**
   * Similarity preserving: ‖G_t − G_s‖² / B², G = F Fᵀ with rows of length 1 (F. Tung, G. Mori,
   * "Similarity-Preserving Knowledge Distillation", ICCV 2019, equations 2 to 4).
   *
   * @param student (batch, …)
   * @param teacher (batch, …)
   * @return a scalar, at least 0
   */
  public static NDArray similarityPreserving(NDArray student, NDArray teacher) {
    return similarities(student).sub(similarities(teacher)).square().mean();
  }

  private static NDArray similarities(NDArray features) {
    NDArray f = Maps.flat(features);
    return Maps.normalized(f.matMul(f.transpose()), 1);
  }

  /**
   * Probabilistic knowledge transfer: KL(P_t ‖ P_s) between the distributions over the batch's
   * samples that each sample's cosine similarities define, (cos + 1)/2 over its row's sum; mean
   * over all B² pairs, 1e-7 added within the logarithm (N. Passalis, A. Tefas, "Learning Deep
   * Representations with Probabilistic Knowledge Transfer", ECCV 2018, equations 2 to 6; the mean
   * is of the authors' code).
   *
   * @param student (batch, …)
   * @param teacher (batch, …)
   * @return a scalar, at least 0
   */
  public static NDArray probabilisticTransfer(NDArray student, NDArray teacher) {
    NDArray s = cosineDistribution(student);
    NDArray t = cosineDistribution(teacher);
    NDArray tiny = Scalars.constant(s, 1e-7f);
    NDArray logRatio = s.add(tiny).log().neg().add(t.add(tiny).log());
    return logRatio.mul(t).mean();
  }

  private static NDArray cosineDistribution(NDArray features) {
    NDArray f = Maps.normalized(Maps.flat(features), 1);
    NDArray cosine = f.matMul(f.transpose());
    NDArray shifted = Scalars.div(cosine.add(Scalars.constant(cosine, 1)), 2);
    return shifted.div(shifted.sum(new int[] {1}, true));
  }

  /**
   * Relational distance: Huber's loss between the distances of all pairs, each over its batch's
   * mean of those above 0 (W. Park et al., "Relational Knowledge Distillation", CVPR 2019,
   * equations 4 to 6). Mean over the B² pairs; the diagonal is 0 and so is its gradient. Memory,
   * backward pass included: at most 11 · B² · features numbers.
   *
   * @param student (batch, …)
   * @param teacher (batch, …)
   * @return a scalar, at least 0
   */
  public static NDArray relationalDistance(NDArray student, NDArray teacher) {
    return huber(distances(student).sub(distances(teacher)));
  }

  /**
   * Relational angle: Huber's loss between cos ∠(i, j, k) over all triples, mean over all B³
   * (equations 7 and 8). Memory, backward pass included: at most 16 · B³ + 11 · B² · features
   * numbers; measured 27 MB for a batch of 64 and 64 features, 0.15 GB for 128, 1 GB for 256; with
   * 4,096 features 0.7 GB for 64 and 2.9 GB for 128.
   *
   * @param student (batch, …)
   * @param teacher (batch, …)
   * @return a scalar, at least 0
   */
  public static NDArray relationalAngle(NDArray student, NDArray teacher) {
    return huber(angles(student).sub(angles(teacher)));
  }

  private static NDArray differences(NDArray features) {
    NDArray f = Maps.flat(features);
    return f.expandDims(0).sub(f.expandDims(1));
  }

  private static NDArray distances(NDArray features) {
    NDArray d = Maps.root(differences(features).square().sum(new int[] {2}));
    NDArray pairs = Maps.where(d.gt(0), Scalars.constant(d, 1).broadcast(d.getShape())).sum();
    NDArray mean = d.sum().div(Scalars.maximum(pairs, 1));
    return d.div(Scalars.maximum(mean, 1e-6f)); // all samples alike: all distances 0
  }

  private static NDArray angles(NDArray features) {
    NDArray d = Maps.normalized(differences(features), 2);
    return d.matMul(d.transpose(0, 2, 1));
  }

  /** ½x² where |x| ≤ 1, else |x| − ½; the mean. */
  private static NDArray huber(NDArray x) {
    NDArray size = x.abs();
    NDArray over = Scalars.maximum(size.sub(Scalars.constant(size, 1)), 0);
    NDArray within = size.sub(over); // min(|x|, 1)
    return Scalars.div(within.square(), 2).add(over).mean();
  }

  /**
   * Correlation congruence: ‖C_s − C_t‖² / B², C the Gaussian kernel between samples of length 1 by
   * its Taylor series, C_ij = exp(−2γ) Σ_{p=0..order} (2γ)^p/p! · (x_i · x_j)^p (B. Peng et al.,
   * "Correlation Congruence for Knowledge Distillation", ICCV 2019, equations 6, 9 and 10).
   *
   * @param student (batch, …)
   * @param teacher (batch, …)
   * @param gamma γ, above 0; the paper's 0.4
   * @param order highest power; the paper's 2
   * @return a scalar, at least 0
   */
  public static NDArray correlationCongruence(
      NDArray student, NDArray teacher, float gamma, int order) {
    return kernel(student, gamma, order).sub(kernel(teacher, gamma, order)).square().mean();
  }

  private static NDArray kernel(NDArray features, float gamma, int order) {
    NDArray f = Maps.normalized(Maps.flat(features), 1);
    NDArray cosine = f.matMul(f.transpose());
    NDArray sum = Scalars.constant(cosine, 1).broadcast(cosine.getShape());
    NDArray power = cosine;
    double factor = 1;
    for (int p = 1; p <= order; p++) {
      factor *= 2 * gamma / p;
      sum = sum.add(Scalars.mul(power, (float) factor));
      power = power.mul(cosine);
    }
    return Scalars.mul(sum, (float) Math.exp(-2 * gamma));
  }

  /**
   * What a widely used implementation calls correlation congruence: with δ = |f_s − f_t|, the mean
   * over neighbours in the batch of δ_i · δ_{i+1}. For comparison: behind two trainable embeddings,
   * where it stands there, its least value 0 is reached by embedding everything to one point.
   *
   * @param student (batch, features)
   * @param teacher of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray neighbouringDifferences(NDArray student, NDArray teacher) {
    NDArray delta = student.sub(teacher).abs();
    long batch = delta.getShape().get(0);
    return delta.get("0:" + (batch - 1)).mul(delta.get("1:" + batch)).sum(new int[] {1}).mean();
  }
}
