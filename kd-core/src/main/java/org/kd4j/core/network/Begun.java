package org.kd4j.core.network;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A stage whose parameters begin in a way of their own. It has no name in parameter paths, and goes
 * along where another network takes over the stage.
 */
final class Begun extends AbstractBlock {
  private final Block inner;
  private final String stage;
  private final FirstWeights first;

  /**
   * @param stage its name in the network it was made for
   * @param inner the stage
   * @param first how it begins
   */
  Begun(String stage, Block inner, FirstWeights first) {
    this.stage = stage;
    this.inner = addChildBlock("inner", inner);
    this.first = first;
  }

  /** The stage itself. */
  Block inner() {
    return inner;
  }

  /** How its parameters begin, where the stage stands under another path. */
  FirstWeights first(String prefix) {
    return (path, parameter, draws) ->
        first.of(stage + "/" + path.substring(prefix.length()), parameter, draws);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return inner.forward(store, inputs, training);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputs) {
    inner.initialize(manager, dataType, inputs);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return inner.getOutputShapes(inputs);
  }
}
