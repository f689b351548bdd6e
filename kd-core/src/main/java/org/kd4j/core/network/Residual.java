package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Two paths from one input that meet in a rectified linear unit: relu(shortcut(x) + body(x)), or
 * side by side along the channels.
 */
final class Residual extends AbstractBlock {
  private final Block body;
  private final Block shortcut;
  private final boolean added;

  private Residual(Block body, Block shortcut, boolean added) {
    this.body = addChildBlock("body", body);
    this.shortcut = addChildBlock("shortcut", shortcut);
    this.added = added;
  }

  /** The sum of both. */
  static Residual adding(Block body, Block shortcut) {
    return new Residual(body, shortcut, true);
  }

  /** The channels of the shortcut, then those of the body. */
  static Residual joining(Block body, Block shortcut) {
    return new Residual(body, shortcut, false);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray by = shortcut.forward(store, inputs, training).singletonOrThrow();
    NDArray through = body.forward(store, inputs, training).singletonOrThrow();
    return new NDList(Activation.relu(added ? by.add(through) : by.concat(through, 1)));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputs) {
    body.initialize(manager, dataType, inputs);
    shortcut.initialize(manager, dataType, inputs);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape through = body.getOutputShapes(inputs)[0];
    if (added) {
      return new Shape[] {through};
    }
    long channels = through.get(1) + shortcut.getOutputShapes(inputs)[0].get(1);
    return new Shape[] {new Shape(through.get(0), channels).addAll(through.slice(2))};
  }
}
