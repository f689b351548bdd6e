package org.kd4j.core.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import org.kd4j.core.engine.HostCrossEntropy;
import org.kd4j.core.engine.Labels;
import org.kd4j.core.engine.Scalars;

/**
 * The loss formulas every family shares, on arrays, written like their equations. Logits are
 * (batch, classes); the mean is over the batch and the sum over classes unless said otherwise.
 */
public final class Formulas {
  private Formulas() {}

  /**
   * Cross-entropy with hard labels, −log softmax(z)_y, mean over the labelled samples of the batch;
   * 0 where none is labelled.
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @return a scalar
   */
  public static NDArray crossEntropy(NDArray logits, NDArray labels) {
    if (HostCrossEntropy.fits(logits)) {
      return HostCrossEntropy.of(logits, labels);
    }
    Labels known = Labels.of(labels);
    return logits.logSoftmax(1).gather(known.index(), 1).mul(known.share()).sum().neg();
  }

  /**
   * Kullback–Leibler divergence of the student's softened distribution from the teacher's: T² · Σ p
   * log(p/q), p = softmax(z_t/T) the reference, q = softmax(z_s/T). The factor T² keeps the
   * gradient's size as T changes (Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural
   * Network", 2015, section 2).
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray softTargetsKl(
      NDArray studentLogits, NDArray teacherLogits, float temperature) {
    return softTargetsKlOfLog(
        studentLogits, Scalars.div(teacherLogits, temperature).logSoftmax(1), temperature);
  }

  /**
   * What {@link #softTargetsKl} cannot fall below, as computed: 0 but for single precision, whose
   * last digits of the logarithms T² enlarges. At T=10,000 a divergence of nearly 0 may be told as
   * −2; its gradient has no such factor.
   *
   * @param temperature T, above 0
   */
  public static double leastDivergence(float temperature) {
    return -1e-6 * temperature * temperature;
  }

  /**
   * As {@link #softTargetsKl}, given the reference distribution itself.
   *
   * @param studentLogits (batch, classes)
   * @param logTargets log p (batch, classes), already at temperature T
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray softTargetsKlOfLog(
      NDArray studentLogits, NDArray logTargets, float temperature) {
    NDArray logQ = Scalars.div(studentLogits, temperature).logSoftmax(1);
    NDArray divergence = logQ.neg().add(logTargets).mul(logTargets.exp());
    return Scalars.mul(batchMean(divergence), temperature * temperature);
  }

  /**
   * Cross-entropy with soft targets, −Σ p log q at temperature T, <em>without</em> T²: the
   * divergence plus the teacher's entropy, so the same gradient as the divergence without T².
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @param temperature T, above 0
   * @return a scalar
   */
  public static NDArray softTargetsCrossEntropy(
      NDArray studentLogits, NDArray teacherLogits, float temperature) {
    NDArray p = Scalars.div(teacherLogits, temperature).softmax(1);
    return batchMean(Scalars.div(studentLogits, temperature).logSoftmax(1).mul(p)).neg();
  }

  /**
   * Logit matching: the mean over batch <em>and</em> classes of (z_s − z_t)² (J. Ba, R. Caruana,
   * "Do Deep Nets Really Need to be Deep?", NeurIPS 2014).
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @return a scalar, at least 0
   */
  public static NDArray logitMse(NDArray studentLogits, NDArray teacherLogits) {
    return studentLogits.sub(teacherLogits).square().mean();
  }

  /** Logits less each sample's mean logit. */
  public static NDArray centred(NDArray logits) {
    return logits.sub(logits.mean(new int[] {1}, true));
  }

  /** Sum over all but the batch axis, mean over the batch. */
  private static NDArray batchMean(NDArray values) {
    return Scalars.div(values.sum(), values.getShape().get(0));
  }

  /**
   * The logarithm of the mean of several distributions, given their logarithms; of one, itself.
   *
   * @param logs (batch, classes) each
   * @return log of the arithmetic mean
   */
  public static NDArray logMean(NDList logs) {
    NDArray sum = logSumExp(logs);
    return sum.sub(Scalars.constant(sum, (float) Math.log(logs.size())));
  }

  /**
   * log Σ_k exp(x_k), element by element, less the largest before the exponential, so that nothing
   * small is lost; of one, itself.
   *
   * @param logs arrays of one shape
   * @return an array of their shape
   */
  public static NDArray logSumExp(NDList logs) {
    NDArray largest = logs.get(0).stopGradient();
    for (int k = 1; k < logs.size(); k++) {
      largest = largest.maximum(logs.get(k).stopGradient());
    }
    NDArray sum = logs.get(0).sub(largest).exp();
    for (int k = 1; k < logs.size(); k++) {
      sum = sum.add(logs.get(k).sub(largest).exp());
    }
    return sum.log().add(largest);
  }

  /**
   * How much each of K teachers is trusted with each sample: w_k = (1 − exp(CE_k) / Σ_j exp(CE_j))
   * / (K − 1), where CE_k is the k-th teacher's cross-entropy with the sample's label at
   * temperature 1; a lone teacher has weight 1, and where there is no label all have 1/K (H. Zhang,
   * D. Chen, C. Wang, "Confidence-Aware Multi-Teacher Knowledge Distillation", ICASSP 2022).
   *
   * @param logits of each teacher, (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @return (batch, teachers), rows that sum to 1
   */
  public static NDArray confidenceWeights(NDList logits, NDArray labels) {
    int teachers = logits.size();
    NDList surprises = new NDList();
    for (NDArray each : logits) {
      surprises.add(surprise(each, labels).expandDims(1));
    }
    // A softmax over the teachers; where labels are missing all are surprised alike.
    NDArray labelled = labels.gte(0).toType(DataType.FLOAT32, false).expandDims(1);
    NDArray shares = NDArrays.concat(surprises, 1).mul(labelled).softmax(1);
    return teachers == 1
        ? shares
        : Scalars.div(Scalars.constant(shares, 1).sub(shares), teachers - 1);
  }

  /**
   * Each sample's cross-entropy with its label, −log softmax(z)_y.
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @return (batch); something finite where a sample has no label
   */
  public static NDArray surprise(NDArray logits, NDArray labels) {
    NDArray index = Scalars.maximum(labels, 0).expandDims(1);
    return logits.logSoftmax(1).gather(index, 1).squeeze(1).neg();
  }
}
