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

/** The values of each head: (batch, length, width) to (batch, heads, length, width/heads). */
final class AttentionValues extends AbstractBlock {
  private final int heads;
  private final Block value;

  AttentionValues(int heads, int width) {
    this.heads = heads;
    this.value = addChildBlock("value", Linear.builder().setUnits(width).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray v = Heads.through(value, store, inputs.singletonOrThrow(), training);
    NDArray values = Heads.apart(Heads.split(v, heads), heads);
    return new NDList(values);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputs) {
    value.initialize(manager, dataType, inputs);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape x = inputs[0];
    return new Shape[] {new Shape(x.get(0), heads, x.get(1), x.get(2) / heads)};
  }
}
