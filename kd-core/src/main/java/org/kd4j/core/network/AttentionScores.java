package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.kd4j.core.engine.Scalars;

/**
 * Q·Kᵀ/√d of each head: (batch, length, width) to (batch, heads, length, length); no mask, no
 * softmax.
 */
final class AttentionScores extends AbstractBlock implements Products {
  private final int heads;
  private final long width;
  private final Block query;
  private final Block key;

  AttentionScores(int heads, int width) {
    this.heads = heads;
    this.width = width;
    this.query = addChildBlock("query", Linear.builder().setUnits(width).build());
    this.key = addChildBlock("key", Linear.builder().setUnits(width).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    NDArray q = Heads.through(query, store, x, training);
    q.divi(Scalars.constant(q, (float) Math.sqrt((double) width / heads)));
    NDArray k = Heads.split(Heads.through(key, store, x, training), heads);
    NDArray scores = Heads.apart(Heads.split(q, heads).batchMatMul(k.transpose(0, 2, 1)), heads);
    return new NDList(scores);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputs) {
    query.initialize(manager, dataType, inputs);
    key.initialize(manager, dataType, inputs);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    long length = inputs[0].get(1);
    return new Shape[] {new Shape(inputs[0].get(0), heads, length, length)};
  }

  @Override
  public long multiplyAdds() {
    long length = getInputShapes()[0].get(1);
    return length * length * width;
  }
}
