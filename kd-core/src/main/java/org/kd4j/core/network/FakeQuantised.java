package org.kd4j.core.network;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.Function;

/**
 * A block that reads its weights quantised. It has no name of its own in parameter paths, and it
 * goes along where another network takes over the stage.
 */
final class FakeQuantised extends AbstractBlock {
  private final Block inner;
  private final int bits;

  FakeQuantised(Block inner, int bits) {
    this.inner = addChildBlock("inner", inner);
    this.bits = bits;
  }

  /** The block in full precision. */
  Block inner() {
    return inner;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return reading(store, inputs, training, pass -> inner.forward(pass, inputs, training));
  }

  /** Forwards what is inside, or a part of it. */
  NDList reading(
      ParameterStore store, NDList inputs, boolean training, Function<Pass, NDList> forward) {
    Pass pass = training ? Pass.of(store, "quantised") : evaluation(store);
    NDManager manager = inputs.head().getManager();
    return pass.reading(
        w -> Quantisation.straightThrough(w, bits, manager), () -> forward.apply(pass));
  }

  private static Pass evaluation(ParameterStore store) {
    return store instanceof Pass pass ? pass : Pass.evaluation();
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
