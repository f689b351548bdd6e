package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Formulas;

/**
 * The loss formulas of this family, on arrays, written like their equations. Logits are (batch,
 * classes), labels INT64 (batch) with −1 for none; the reference of a divergence is the teacher.
 * What needs a label is a mean over the labelled samples of a batch and 0 where none is labelled,
 * as hard labels are; everything else is a mean over the batch.
 */
public final class LogitFormulas {
  /** Keeps the root of a sum of squares differentiable at 0, where its gradient is then 0. */
  private static final float LEAST_SQUARE = 1e-30f;

  /** Added to the product of two norms in a correlation, as in the authors' code. */
  private static final float CORRELATION_EPSILON = 1e-8f;

  /** Added to a standard deviation, as in the authors' code. */
  private static final float DEVIATION_EPSILON = 1e-7f;

  /** The authors' multiplier of the virtual teacher, over their mean over classes. */
  private static final float VIRTUAL_MULTIPLIER = 100;

  private LogitFormulas() {}

  /**
   * Target-class distillation, "how hard is this sample": T² · KL of the two-way distributions
   * [p_y, 1 − p_y] at temperature T (B. Zhao et al., "Decoupled Knowledge Distillation", CVPR 2022,
   * section 3.1). 1 − p_y is computed as the others' share, in log space, so that a sure network
   * does not make it infinite.
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @param labels INT64 (batch); −1 = unlabelled
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray targetClassKl(
      NDArray studentLogits, NDArray teacherLogits, NDArray labels, float temperature) {
    NDArray s = Scalars.div(studentLogits, temperature);
    NDArray t = Scalars.div(teacherLogits, temperature);
    NDArray logP = atLabel(t.logSoftmax(1), labels);
    NDArray logNotP = logSumExp(others(t, labels)).sub(logSumExp(t));
    NDArray logQ = atLabel(s.logSoftmax(1), labels);
    NDArray logNotQ = logSumExp(others(s, labels)).sub(logSumExp(s));
    NDArray divergence =
        logP.exp().mul(logP.sub(logQ)).add(logNotP.exp().mul(logNotP.sub(logNotQ)));
    return Scalars.mul(labelledMean(divergence, labels), temperature * temperature);
  }

  /**
   * Non-target-class distillation, the "dark knowledge" apart: T² · KL of the distributions among
   * the C − 1 classes that are not the label's, each at temperature T (Zhao et al. 2022, section
   * 3.1). With two classes it is 0 whatever the logits.
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @param labels INT64 (batch); −1 = unlabelled
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray nonTargetClassesKl(
      NDArray studentLogits, NDArray teacherLogits, NDArray labels, float temperature) {
    NDArray logP = Scalars.div(others(teacherLogits, labels), temperature).logSoftmax(1);
    NDArray logQ = Scalars.div(others(studentLogits, labels), temperature).logSoftmax(1);
    NDArray divergence = logP.exp().mul(logP.sub(logQ)).sum(new int[] {1});
    return Scalars.mul(labelledMean(divergence, labels), temperature * temperature);
  }

  /**
   * The relation between classes within a sample: T² · (1 − mean over samples of ρ(p_s, p_t)), ρ
   * Pearson's correlation over classes, p = softmax(z/T) (T. Huang et al., "Knowledge Distillation
   * from A Stronger Teacher", NeurIPS 2022, inter-class relation).
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @param temperature T, above 0
   * @return a scalar, from 0 to 2 T²
   */
  public static NDArray interClass(
      NDArray studentLogits, NDArray teacherLogits, float temperature) {
    return uncorrelated(studentLogits, teacherLogits, temperature, 1);
  }

  /**
   * The relation between samples within a class: T² · (1 − mean over classes of ρ(p_s, p_t)), ρ
   * Pearson's correlation over the samples of the batch (Huang et al. 2022, intra-class relation).
   * A batch of one has none.
   *
   * @param studentLogits (batch, classes), at least two rows
   * @param teacherLogits (batch, classes), detached
   * @param temperature T, above 0
   * @return a scalar, from 0 to 2 T²
   */
  public static NDArray intraClass(
      NDArray studentLogits, NDArray teacherLogits, float temperature) {
    return uncorrelated(studentLogits, teacherLogits, temperature, 0);
  }

  private static NDArray uncorrelated(NDArray zs, NDArray zt, float temperature, int axis) {
    int[] along = {axis};
    NDArray s = Scalars.div(zs, temperature).softmax(1);
    NDArray t = Scalars.div(zt, temperature).softmax(1);
    NDArray a = s.sub(s.mean(along, true));
    NDArray b = t.sub(t.mean(along, true));
    NDArray norms = root(a.square().sum(along)).mul(root(b.square().sum(along)));
    NDArray correlation = a.mul(b).sum(along).div(norms.add(CORRELATION_EPSILON));
    NDArray one = Scalars.constant(correlation, 1);
    return Scalars.mul(one.sub(correlation.mean()), temperature * temperature);
  }

  /**
   * Standardised logits: each sample's less their mean, over their unbiased standard deviation plus
   * 1e-7 (S. Sun et al., "Logit Standardization in Knowledge Distillation", CVPR 2024, algorithm
   * 1). Equal logits become zeros.
   *
   * @param logits (batch, classes)
   * @return (batch, classes), mean 0 and deviation 1
   */
  public static NDArray standardized(NDArray logits) {
    int[] classes = {1};
    NDArray centred = logits.sub(logits.mean(classes, true));
    NDArray variance =
        Scalars.div(centred.square().sum(classes, true), logits.getShape().get(1) - 1);
    return centred.div(root(variance).add(DEVIATION_EPSILON));
  }

  /**
   * Soft targets at a temperature that is itself in the graph: T² · KL(softmax(z_t/T) ‖
   * softmax(z_s/T)). The gradient reaches T through both distributions and through T².
   *
   * @param studentLogits (batch, classes)
   * @param teacherLogits (batch, classes), detached
   * @param temperature T, one element, above 0
   * @return a scalar, at least 0
   */
  public static NDArray softTargetsKl(
      NDArray studentLogits, NDArray teacherLogits, NDArray temperature) {
    NDArray logP = teacherLogits.div(temperature).logSoftmax(1);
    NDArray logQ = studentLogits.div(temperature).logSoftmax(1);
    NDArray divergence = logP.exp().mul(logP.sub(logQ)).sum(new int[] {1}).mean();
    return divergence.mul(temperature.square().sum());
  }

  /**
   * Gradient reversal: the value x, the gradient −λ times what reaches it (Y. Ganin, V. Lempitsky,
   * "Unsupervised Domain Adaptation by Backpropagation", ICML 2015), as (1 + λ)·sg(x) − λ·x, sg the
   * value cut from the graph. Who minimises a loss behind it maximises that loss by x.
   *
   * @param x anything in the graph
   * @param strength λ, 0 or more
   */
  public static NDArray reversed(NDArray x, float strength) {
    return Scalars.mul(x.stopGradient(), 1 + strength).sub(Scalars.mul(x, strength));
  }

  /**
   * Cross-entropy with smoothed labels, ε of the mass spread over <em>all</em> classes: target (1 −
   * ε)·onehot + ε/C, so the label keeps 1 − ε + ε/C (C. Szegedy et al., "Rethinking the Inception
   * Architecture for Computer Vision", CVPR 2016, section 7; PyTorch's {@code label_smoothing}).
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @param smoothing ε, from 0 to below 1
   * @return a scalar
   */
  public static NDArray smoothedOverAllClasses(NDArray logits, NDArray labels, float smoothing) {
    NDArray log = logits.logSoftmax(1);
    NDArray surprise =
        Scalars.mul(atLabel(log, labels), 1 - smoothing)
            .add(Scalars.mul(log.mean(new int[] {1}), smoothing));
    return labelledMean(surprise.neg(), labels);
  }

  /**
   * Cross-entropy with smoothed labels, ε of the mass spread over the <em>other</em> classes: 1 − ε
   * on the label, ε/(C − 1) on each of the rest (L. Yuan et al., "Revisiting Knowledge Distillation
   * via Label Smoothing Regularization", CVPR 2020, whose a is 1 − ε). The same as over all classes
   * with ε·C/(C − 1) in place of ε.
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @param smoothing ε, from 0 to below 1
   * @return a scalar
   */
  public static NDArray smoothedOverOtherClasses(NDArray logits, NDArray labels, float smoothing) {
    NDArray log = logits.logSoftmax(1);
    NDArray surprise =
        Scalars.mul(atLabel(log, labels), 1 - smoothing)
            .add(Scalars.mul(others(log, labels).mean(new int[] {1}), smoothing));
    return labelledMean(surprise.neg(), labels);
  }

  /**
   * A virtual teacher's soft targets, as the paper writes them: T² · KL(p ‖ softmax(z/T)), p = the
   * hand-made distribution (a on the label, (1 − a)/(C − 1) on each other class) at temperature T,
   * that is softmax(log p/T) (Yuan et al. 2020, Tf-KD_reg; T² kept, as for every soft target here).
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @param correctProbability a, above 0 and below 1
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray virtualTeacherKl(
      NDArray logits, NDArray labels, float correctProbability, float temperature) {
    long classes = logits.getShape().get(1);
    double logRatio =
        Math.log(correctProbability) - Math.log((1.0 - correctProbability) / (classes - 1));
    NDArray logP =
        Scalars.mul(oneHot(labels, logits), (float) (logRatio / temperature)).logSoftmax(1);
    NDArray logQ = Scalars.div(logits, temperature).logSoftmax(1);
    NDArray divergence = logP.exp().mul(logP.sub(logQ)).sum(new int[] {1});
    return Scalars.mul(labelledMean(divergence, labels), temperature * temperature);
  }

  /**
   * A virtual teacher's soft targets, as the authors' code has them: (100/C) · KL(softmax(d/T) ‖
   * softmax(z)), d the hand-made <em>probabilities</em>. A softmax of probabilities, which differ
   * by less than 1, is all but uniform at T = 20; the student is not softened; 100/C is their
   * multiplier over their mean over classes.
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @param correctProbability a, above 0 and below 1
   * @param temperature T, above 0
   * @return a scalar, at least 0
   */
  public static NDArray virtualTeacherKlOfCode(
      NDArray logits, NDArray labels, float correctProbability, float temperature) {
    long classes = logits.getShape().get(1);
    double difference = correctProbability - (1.0 - correctProbability) / (classes - 1);
    NDArray logP =
        Scalars.mul(oneHot(labels, logits), (float) (difference / temperature)).logSoftmax(1);
    NDArray divergence = logP.exp().mul(logP.sub(logits.logSoftmax(1))).sum(new int[] {1});
    return Scalars.mul(labelledMean(divergence, labels), VIRTUAL_MULTIPLIER / classes);
  }

  /**
   * Soft targets corrected by mixing: log((1 − h)·p + h·onehot) where there is a label, log p where
   * there is none.
   *
   * @param logTargets log p (batch, classes), detached
   * @param labels INT64 (batch); −1 = unlabelled
   * @param labelShare h, above 0 and below 1
   * @return (batch, classes)
   */
  public static NDArray mixedWithLabels(NDArray logTargets, NDArray labels, float labelShare) {
    NDArray label = isLabel(labels, logTargets);
    NDArray kept = logTargets.add((float) Math.log1p(-labelShare));
    NDArray raised = Scalars.mul(logTargets.exp(), 1 - labelShare).add(labelShare).log();
    return choose(labels.gte(0).expandDims(1), choose(label, raised, kept), logTargets);
  }

  /**
   * Soft targets corrected by an exchange: the label's probability and the highest change places,
   * so the label is on top and the rest stays; where there is no label nothing changes.
   *
   * @param logTargets log p (batch, classes), detached
   * @param labels INT64 (batch); −1 = unlabelled
   * @return (batch, classes)
   */
  public static NDArray shiftedToLabels(NDArray logTargets, NDArray labels) {
    NDArray highest = logTargets.max(new int[] {1}, true);
    NDArray top = isLabel(logTargets.argMax(1), logTargets);
    NDArray atLabel = atLabel(logTargets, labels).expandDims(1);
    NDArray lowered = choose(top, atLabel, logTargets);
    NDArray shifted = choose(isLabel(labels, logTargets), highest, lowered);
    return choose(labels.gte(0).expandDims(1), shifted, logTargets);
  }

  /** Ones at the labels, in the type of some logits; a row of zeros where there is none. */
  private static NDArray oneHot(NDArray labels, NDArray logits) {
    return isLabel(labels, logits).toType(logits.getDataType(), false);
  }

  /** Whether a class is the label, BOOLEAN (batch, classes). */
  private static NDArray isLabel(NDArray labels, NDArray logits) {
    return classes(logits, logits.getShape().get(1)).eq(labels.expandDims(1));
  }

  /** One array where a condition holds, another elsewhere; columns stand for whole rows. */
  private static NDArray choose(NDArray condition, NDArray where, NDArray elsewhere) {
    Shape shape = elsewhere.getShape();
    return NDArrays.where(condition.broadcast(shape), where.broadcast(shape), elsewhere);
  }

  /** The values at the labels (batch); class 0 stands in where there is none. */
  private static NDArray atLabel(NDArray values, NDArray labels) {
    return values.gather(Scalars.maximum(labels, 0).expandDims(1), 1).squeeze(1);
  }

  /** The values of the classes that are not the label's (batch, classes − 1), in order. */
  private static NDArray others(NDArray values, NDArray labels) {
    NDArray position = classes(values, values.getShape().get(1) - 1);
    NDArray label = Scalars.maximum(labels, 0).expandDims(1);
    return values.gather(position.add(position.gte(label).toType(DataType.INT64, false)), 1);
  }

  /** 0 … count − 1 as a row, INT64. */
  private static NDArray classes(NDArray beside, long count) {
    return beside
        .getManager()
        .arange(0, (int) count, 1, DataType.INT64)
        .reshape(new Shape(1, count));
  }

  /** log Σ exp over classes (batch), safe for any logits. */
  private static NDArray logSumExp(NDArray logits) {
    NDArray highest = logits.max(new int[] {1}, true).stopGradient();
    return logits.sub(highest).exp().sum(new int[] {1}).log().add(highest.squeeze(1));
  }

  /** √x with gradient 0 at 0. */
  private static NDArray root(NDArray x) {
    return Scalars.maximum(x, LEAST_SQUARE).sqrt();
  }

  /** Mean of the labelled samples' values; 0 where none is labelled. */
  private static NDArray labelledMean(NDArray values, NDArray labels) {
    NDArray labelled = labels.gte(0).toType(values.getDataType(), false);
    return values.mul(labelled).sum().div(Scalars.maximum(labelled.sum(), 1));
  }

  /**
   * Cross-entropy of a softened network with hard labels: T² · CE(y, softmax(z/T)), mean over the
   * labelled samples of the batch.
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch); −1 = unlabelled
   * @param temperature T, above 0
   */
  public static NDArray softenedCrossEntropy(NDArray logits, NDArray labels, float temperature) {
    NDArray loss = Formulas.crossEntropy(Scalars.div(logits, temperature), labels);
    return Scalars.mul(loss, temperature * temperature);
  }
}
