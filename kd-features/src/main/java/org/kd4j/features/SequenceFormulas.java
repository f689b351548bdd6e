package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.kd4j.core.engine.Scalars;

/**
 * Losses between what transformers hold inside: hidden states, (batch, tokens, width), and raw
 * attention scores, (batch, heads, tokens, tokens). Each says what it does about padding.
 */
public final class SequenceFormulas {
  /** Scores at or below it belong to padded keys. */
  private static final float MASKED = -100;

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
    NDArray cosine =
        Maps.normalized(student, 2).mul(Maps.normalized(teacher, 2)).sum(new int[] {2});
    return Scalars.constant(cosine, 1).sub(cosine).mean();
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
    return student.matMul(projection).sub(teacher).square().mean();
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
