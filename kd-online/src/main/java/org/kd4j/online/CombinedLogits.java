package org.kd4j.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.Formulas;

/**
 * The four ways in which KDCL makes one teacher's logits of several networks' (Q. Guo et al.,
 * "Online Knowledge Distillation via Collaborative Learning", CVPR 2020, section 3). Logits are
 * (batch, classes) each and detached; labels are INT64 (batch), none hidden.
 */
final class CombinedLogits {
  /**
   * On random peers 99 batches of 100 come within 5e-5 of the least loss, the others within 1e-3.
   */
  private static final int ROUNDS = 24;

  private static final double RIDGE = 1e-6;

  private CombinedLogits() {}

  /**
   * Naive: the logits of the network whose cross-entropy on the batch is least; first of equals.
   */
  static NDArray naive(NDList logits, NDArray labels) {
    NDList losses = new NDList();
    logits.forEach(z -> losses.add(Formulas.crossEntropy(z, labels)));
    return weighted(logits, NDArrays.stack(losses).argMin().oneHot(logits.size()));
  }

  /** Linear: Σ α_k · z_k, α the {@link #simplexWeights}. */
  static NDArray linear(NDList logits, NDArray labels) {
    return weighted(logits, simplexWeights(logits, labels));
  }

  /**
   * MinLogit: in each class the least of the networks' z − z_y. The label's own is 0 and no other
   * is above what any network gives it: a teacher that knows the label.
   */
  static NDArray minLogit(NDList logits, NDArray labels) {
    NDArray index = labels.expandDims(1);
    NDArray least = null;
    for (NDArray z : logits) {
      NDArray above = z.sub(z.gather(index, 1));
      least = least == null ? above : least.minimum(above);
    }
    return least;
  }

  /**
   * Σ w_k · z_k.
   *
   * @param logits (batch, classes) each
   * @param weights FLOAT32, one each
   * @return (batch, classes)
   */
  static NDArray weighted(NDList logits, NDArray weights) {
    return NDArrays.stack(logits, 2).matMul(weights);
  }

  /**
   * argmin over the simplex (α ≥ 0, Σ α = 1) of CE(y, Σ α_k · z_k), mean over the batch: convex.
   * Exponentiated gradient, α_k ← α_k · exp(−r · ∂CE/∂α_k) / Σ, from equal shares; r doubles after
   * a round that lowered the loss, which is else taken back and r quartered. The number of rounds
   * is fixed and nothing is read back, so it may run within a training step (J. Kivinen, M. K.
   * Warmuth, "Exponentiated Gradient versus Gradient Descent for Linear Predictors", Information
   * and Computation 132, 1997).
   *
   * @return FLOAT32, one weight each
   */
  static NDArray simplexWeights(NDList logits, NDArray labels) {
    NDArray all = NDArrays.stack(logits, 2);
    long batch = all.getShape().get(0);
    long classes = all.getShape().get(1);
    NDArray columns = all.reshape(batch * classes, logits.size());
    NDArray rows = Scalars.div(columns.transpose(), batch);
    NDArray truth = labels.oneHot((int) classes);
    NDArray quarter = Scalars.constant(all, 0.25f);
    NDArray rest = Scalars.constant(all, 1.75f);
    NDArray log = all.getManager().zeros(new Shape(logits.size()));
    NDArray slope = log;
    NDArray likelihood = Scalars.constant(all, -Float.MAX_VALUE);
    NDArray rate = Scalars.constant(all, 1);
    for (int round = 0; round < ROUNDS; round++) {
      NDArray step = slope.mul(rate);
      NDArray logP = columns.matMul(log.sub(step).softmax(0)).reshape(batch, classes).logSoftmax(1);
      NDArray reached = logP.mul(truth).sum();
      NDArray better = reached.gt(likelihood).toType(DataType.FLOAT32, false);
      NDArray there = rows.matMul(logP.exp().sub(truth).reshape(batch * classes));
      log = log.sub(step.mul(better));
      slope = slope.add(there.sub(slope).mul(better));
      likelihood = likelihood.maximum(reached);
      rate = rate.mul(quarter.add(better.mul(rest)));
    }
    return log.softmax(0);
  }

  /**
   * General: the weights (Σ w = 1, any sign) of least expected squared error, w = C⁻¹·1 / 1ᵀC⁻¹1,
   * with C_kl the mean over held-out samples of (p_k − y)·(p_l − y), p = softmax(z) and y the label
   * as a distribution (M. P. Perrone, L. N. Cooper, "When networks disagree: ensemble methods for
   * hybrid neural networks", 1993). A millionth of the mean error is added to C's diagonal, so that
   * networks that agree share equally.
   *
   * @param logits of each network on the held-out samples, row-major
   * @param labels of those samples
   * @param classes how many
   * @return a weight each
   */
  static float[] errorWeights(List<float[]> logits, int[] labels, int classes) {
    int peers = logits.size();
    double[][] errors = new double[peers][];
    for (int k = 0; k < peers; k++) {
      errors[k] = errors(new Predictions(logits.get(k), classes, labels));
    }
    double[][] covariance = new double[peers][peers];
    double trace = 0;
    for (int k = 0; k < peers; k++) {
      for (int l = 0; l < peers; l++) {
        covariance[k][l] =
            new ArrayRealVector(errors[k], false).dotProduct(new ArrayRealVector(errors[l], false));
      }
      trace += covariance[k][k];
    }
    float[] weights = new float[peers];
    if (trace == 0) {
      Arrays.fill(weights, 1f / peers);
      return weights;
    }
    for (int k = 0; k < peers; k++) {
      for (int l = 0; l < peers; l++) {
        covariance[k][l] = covariance[k][l] * peers / trace + (k == l ? RIDGE : 0);
      }
    }
    double[] solved =
        new LUDecomposition(new Array2DRowRealMatrix(covariance, false))
            .getSolver()
            .solve(new ArrayRealVector(peers, 1.0))
            .toArray();
    double sum = 0;
    for (double s : solved) {
      sum += s;
    }
    for (int k = 0; k < peers; k++) {
      weights[k] = (float) (solved[k] / sum);
    }
    return weights;
  }

  /** p − y, sample after sample. */
  private static double[] errors(Predictions said) {
    double[] errors = new double[said.size() * said.classes()];
    for (int row = 0; row < said.size(); row++) {
      double[] p = said.probabilities(row, 1);
      p[said.labels()[row]] -= 1;
      System.arraycopy(p, 0, errors, row * p.length, p.length);
    }
    return errors;
  }
}
