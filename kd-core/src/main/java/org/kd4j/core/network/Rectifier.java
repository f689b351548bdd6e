package org.kd4j.core.network;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;

/**
 * The rectified linear unit that ends a stage, max(x, 0). The network has a tap before it, {@code
 * stage1.pre} beside {@code stage1}: methods that compare which neurons are on, and how far those
 * that are off are from it, read that one. It must be the last of a row of blocks, directly or at
 * the end of the last.
 */
public final class Rectifier extends AbstractBlock {
  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return new NDList(Activation.relu(inputs.singletonOrThrow()));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }

  /** Whether a stage ends in one. */
  static boolean ends(Block stage) {
    return stage instanceof Rectifier
        || stage instanceof SequentialBlock row && ends(last(row))
        || stage instanceof FakeQuantised quantised && ends(quantised.inner());
  }

  /** What a stage that ends in one puts into it. */
  static NDList before(Block stage, ParameterStore store, NDList inputs, boolean training) {
    if (stage instanceof FakeQuantised quantised) {
      return quantised.reading(
          store, inputs, training, pass -> before(quantised.inner(), pass, inputs, training));
    }
    if (!(stage instanceof SequentialBlock row)) {
      return inputs; // the rectifier itself
    }
    NDList through = inputs;
    for (Block block : row.getChildren().values().subList(0, row.getChildren().size() - 1)) {
      through = block.forward(store, through, training);
    }
    return before(last(row), store, through, training);
  }

  private static Block last(SequentialBlock row) {
    List<Block> blocks = row.getChildren().values();
    return blocks.get(blocks.size() - 1);
  }
}
