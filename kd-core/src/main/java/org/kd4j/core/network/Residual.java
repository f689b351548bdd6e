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
  private final boolean rectified;

  private Residual(Block body, Block shortcut, boolean added, boolean rectified) {
    this.body = addChildBlock("body", body);
    this.shortcut = addChildBlock("shortcut", shortcut);
    this.added = added;
    this.rectified = rectified;
  }

  /** The sum of both. */
  static Residual adding(Block body, Block shortcut) {
    return new Residual(body, shortcut, true, true);
  }

  /** The channels of the shortcut, then those of the body. */
  static Residual joining(Block body, Block shortcut) {
    return new Residual(body, shortcut, false, true);
  }

  /** The same without the rectifier, which follows as a block of its own. */
  Residual open() {
    return new Residual(body, shortcut, added, false);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    // Several to a stage: each lets go of what it made.
    return new NDList(Scoped.output(() -> met(store, inputs, training)));
  }

  private NDArray met(ParameterStore store, NDList inputs, boolean training) {
    NDArray by = shortcut.forward(store, inputs, training).singletonOrThrow();
    NDArray through = body.forward(store, inputs, training).singletonOrThrow();
    NDArray met = added ? by.add(through) : by.concat(through, 1);
    return rectified ? Activation.relu(met) : met;
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
