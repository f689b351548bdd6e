package org.kd4j.online;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** Reads a gate and the branches it weighs: {@link BranchedNetwork#gated}. Nothing to learn. */
final class GatedSum extends AbstractBlock {
  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList branches = inputs.subNDList(1);
    return new NDList(BranchedNetwork.gated(inputs.get(0), NDArrays.stack(branches, 1)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[1]};
  }
}
