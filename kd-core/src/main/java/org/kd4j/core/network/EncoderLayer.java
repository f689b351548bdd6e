package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.kd4j.core.engine.Scalars;

/**
 * What a layer of the encoder does once scores and values are there: softmax of the masked scores,
 * the values weighted by it, an output projection; then the feed-forward network. Each half is
 * added to what went in and normalised after. Reads (hidden, scores, values, text), gives (batch,
 * length, width).
 */
final class EncoderLayer extends AbstractBlock implements Products {
  /**
   * Added to the scores of keys that are padding: their share is then 0 to the bit, at padded
   * queries too.
   */
  private static final float MASKED = 1e4f;

  private final int heads;
  private final float dropout;
  private final Block output;
  private final Block attended;
  private final Block inner;
  private final Block outer;
  private final Block norm;

  EncoderLayer(int heads, int width, int ffn, float dropout) {
    this.heads = heads;
    this.dropout = dropout;
    this.output = addChildBlock("output", Linear.builder().setUnits(width).build());
    this.attended = addChildBlock("attended", norm());
    this.inner = addChildBlock("inner", Linear.builder().setUnits(ffn).build());
    this.outer = addChildBlock("outer", Linear.builder().setUnits(width).build());
    this.norm = addChildBlock("norm", norm());
  }

  /** BERT's: over the width, epsilon 1e-12. */
  static Block norm() {
    return LayerNorm.builder().axis(2).optEpsilon(1e-12f).build();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray hidden = inputs.get(0);
    NDArray shares = shares(inputs.get(1), inputs.get(3));
    NDArray weighted =
        Heads.together(Dropout.drop(store, shares, dropout, training))
            .batchMatMul(Heads.together(inputs.get(2)));
    NDArray x = added(output, store, Heads.joined(weighted, heads), hidden, training);
    x = Heads.through(attended, store, x, training);
    NDArray active = Activation.gelu(Heads.through(inner, store, x, training));
    x = added(outer, store, active, x, training);
    x = Heads.through(norm, store, x, training);
    return new NDList(x);
  }

  /** Softmax of scores over the keys that are tokens. */
  static NDArray shares(NDArray scores, NDArray text) {
    return scores.add(mask(text)).softmax(-1);
  }

  /** 0 where a token is, hopeless where padding is: (batch, 1, 1, length). */
  private static NDArray mask(NDArray text) {
    NDArray tokens = TextEmbedding.plane(text, 1).toType(DataType.FLOAT32, false);
    tokens.subi(Scalars.constant(tokens, 1));
    tokens.muli(Scalars.constant(tokens, MASKED));
    return tokens.reshape(tokens.getShape().get(0), 1, 1, tokens.getShape().get(1));
  }

  /** The block's output, some of it dropped, and what went by. */
  private NDArray added(
      Block block, ParameterStore store, NDArray x, NDArray by, boolean training) {
    NDArray sum = Dropout.drop(store, Heads.through(block, store, x, training), dropout, training);
    sum.addi(by); // nothing reads it before: one array less
    return sum;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputs) {
    Shape hidden = inputs[0];
    output.initialize(manager, dataType, hidden);
    attended.initialize(manager, dataType, hidden);
    inner.initialize(manager, dataType, hidden);
    outer.initialize(manager, dataType, inner.getOutputShapes(new Shape[] {hidden}));
    norm.initialize(manager, dataType, hidden);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {inputs[0]};
  }

  @Override
  public long multiplyAdds() {
    Shape hidden = getInputShapes()[0];
    return hidden.get(1) * hidden.get(1) * hidden.get(2);
  }
}
