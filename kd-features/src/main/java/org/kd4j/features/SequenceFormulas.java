package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.engine.Scalars;

/**
 * Losses between what transformers hold inside: hidden states, (batch, tokens, width), and raw
 * attention scores, (batch, heads, tokens, tokens). Each says what it does about padding.
 */
public final class SequenceFormulas {
  /** Scores at or below it belong to padded keys. */
  private static final float MASKED = -100;

  /** Added to the scores of padded keys: their share is then 0 to the bit. */
  private static final float HOPELESS = 1e4f;

  private SequenceFormulas() {}

  /**
   * Mean over batch and tokens, padded ones too, of 1 − cos(h_s, h_t) (V. Sanh et al., "DistilBERT,
   * a distilled version of BERT", 2019, section 3).
   *
   * @param student (batch, tokens, width)
   * @param teacher of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray hiddenCosine(NDArray student, NDArray teacher) {
    return apart(student, teacher).mean();
  }

  /**
   * As {@link #hiddenCosine(NDArray, NDArray)}, mean over the tokens that are none of padding, as
   * in the authors' code.
   *
   * @param student (batch, tokens, width)
   * @param teacher of the same shape
   * @param mask (batch, tokens), 1 = a token, 0 = padding
   * @return a scalar, at least 0
   */
  public static NDArray hiddenCosine(NDArray student, NDArray teacher, NDArray mask) {
    return apart(student, teacher).mul(mask).sum().div(mask.sum());
  }

  /** 1 − cos of each token's states: (batch, tokens). */
  private static NDArray apart(NDArray student, NDArray teacher) {
    NDArray cosine =
        Maps.normalized(student, 2).mul(Maps.normalized(teacher, 2)).sum(new int[] {2});
    return Scalars.constant(cosine, 1).sub(cosine);
  }

  /**
   * Squared difference of hidden states, mean over the width and the tokens that are none of
   * padding.
   *
   * @param student (batch, tokens, width)
   * @param teacher of the same shape
   * @param mask (batch, tokens), 1 = a token, 0 = padding
   * @return a scalar, at least 0
   */
  public static NDArray hiddenMse(NDArray student, NDArray teacher, NDArray mask) {
    NDArray squares = student.sub(teacher).square().mul(mask.expandDims(2));
    return Scalars.div(squares.sum().div(mask.sum()), student.getShape().get(2));
  }

  /**
   * Projected hidden states: the mean over batch, tokens (padded ones too) and width of (H_s W −
   * H_t)² (X. Jiao et al., "TinyBERT: Distilling BERT for Natural Language Understanding", EMNLP
   * Findings 2020, equation 8).
   *
   * @param student (batch, tokens, m)
   * @param teacher (batch, tokens, n)
   * @param projection W, (m, n)
   * @return a scalar, at least 0
   */
  public static NDArray projectedHiddenMse(NDArray student, NDArray teacher, NDArray projection) {
    return hiddenMse(student.matMul(projection), teacher);
  }

  /**
   * Squared difference of hidden states, mean over batch, tokens (padded ones too) and width.
   *
   * @param student (batch, tokens, width), projected where widths differ
   * @param teacher of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray hiddenMse(NDArray student, NDArray teacher) {
    return student.sub(teacher).square().mean();
  }

  /**
   * Raw attention scores: the mean over all entries of (A_s − A_t)², padded keys counting as 0 on
   * both sides, in the mean too (TinyBERT, equation 7; the convention for padding is the authors'
   * code's).
   *
   * @param student (batch, heads, tokens, tokens), before the softmax, additive mask included
   * @param teacher of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray attentionScoresMse(NDArray student, NDArray teacher) {
    return unmasked(student).sub(unmasked(teacher)).square().mean();
  }

  /**
   * Raw attention scores as they enter the softmax: padded keys carry −10,000.
   *
   * @param scores (batch, heads, tokens, tokens)
   * @param mask (batch, tokens), 1 = a token, 0 = padding
   * @return as the scores
   */
  public static NDArray masked(NDArray scores, NDArray mask) {
    NDArray keys = Scalars.mul(mask.sub(Scalars.constant(mask, 1)), HOPELESS);
    return scores.add(keys.expandDims(1).expandDims(1));
  }

  /**
   * Raw attention scores, squared difference, mean over heads and over the pairs of tokens of which
   * neither is padding: Σ_b heads · tokens_b² of them in a batch.
   *
   * @param student (batch, heads, tokens, tokens), before the softmax
   * @param teacher of the same shape
   * @param mask (batch, tokens), 1 = a token, 0 = padding
   * @return a scalar, at least 0
   */
  public static NDArray attentionScoresMse(NDArray student, NDArray teacher, NDArray mask) {
    NDArray pairs = mask.expandDims(2).mul(mask.expandDims(1)).expandDims(1);
    NDArray squares = student.sub(teacher).square().mul(pairs);
    return Scalars.div(squares.sum().div(pairs.sum()), student.getShape().get(1));
  }

  /**
   * Divergence of what each token attends to: KL(A_t ‖ A_s), A = softmax of raw scores over the
   * keys that are none of padding; sum over keys, mean over heads and a text's tokens, then over
   * the batch (W. Wang et al., "MiniLM: Deep Self-Attention Distillation for Task-Agnostic
   * Compression of Pre-Trained Transformers", NeurIPS 2020, equation 6).
   *
   * @param student (batch, heads, tokens, tokens), before the softmax
   * @param teacher of the same shape
   * @param mask (batch, tokens), 1 = a token, 0 = padding
   * @return a scalar, at least 0
   */
  public static NDArray attentionDivergence(NDArray student, NDArray teacher, NDArray mask) {
    NDArray logQ = masked(student, mask).logSoftmax(3);
    NDArray logP = masked(teacher, mask).logSoftmax(3);
    NDArray ofToken = logQ.neg().add(logP).mul(logP.exp()).sum(new int[] {3}).sum(new int[] {1});
    NDArray ofText = ofToken.mul(mask).sum(new int[] {1}).div(mask.sum(new int[] {1}));
    return Scalars.div(ofText.mean(), student.getShape().get(1));
  }

  /**
   * How a head's values relate to each other: V·Vᵀ/√d, which under a softmax is MiniLM's value
   * relation (equation 7); widths of values may differ between two networks, relations do not.
   *
   * @param values (batch, heads, tokens, d)
   * @return (batch, heads, tokens, tokens), before the softmax
   */
  public static NDArray valueRelations(NDArray values) {
    Shape shape = values.getShape();
    NDArray heads = values.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3));
    NDArray products = heads.batchMatMul(heads.transpose(0, 2, 1));
    return Scalars.div(products, (float) Math.sqrt(shape.get(3)))
        .reshape(shape.get(0), shape.get(1), shape.get(2), shape.get(2));
  }

  private static NDArray unmasked(NDArray scores) {
    return scores.mul(scores.gt(MASKED).toType(DataType.FLOAT32, false));
  }

  /**
   * Patient distillation of one layer: the squared distance between the first token's states, each
   * of length 1; sum over the width, mean over the batch (S. Sun et al., "Patient Knowledge
   * Distillation for BERT Model Compression", EMNLP 2019, equation 7). No padding is read.
   *
   * @param student (batch, tokens, width)
   * @param teacher of the same shape
   * @return a scalar, from 0 to 4
   */
  public static NDArray patient(NDArray student, NDArray teacher) {
    return Maps.batchMean(first(student).sub(first(teacher)).square());
  }

  private static NDArray first(NDArray hidden) {
    return Maps.normalized(hidden.get(":,0"), 1);
  }
}
