package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.kd4j.core.base.UsageException;

/**
 * Inverted dropout: in training each unit is dropped with probability {@code rate} and the others
 * are divided by 1 − rate (N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks
 * from Overfitting", JMLR 2014). DJL's own draws from a process-wide generator; this one asks the
 * {@link Pass}.
 */
public final class Dropout extends AbstractBlock {
  private final float rate;

  /**
   * @param rate probability to drop, from 0 to below 1
   */
  public Dropout(float rate) {
    UsageException.require(
        rate >= 0 && rate < 1, "dropout must be from 0 to below 1, was %s", rate);
    this.rate = rate;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return new NDList(drop(store, inputs.singletonOrThrow(), rate, training));
  }

  /**
   * The same for blocks that drop something in their midst.
   *
   * @return x itself outside of training
   */
  static NDArray drop(ParameterStore store, NDArray x, float rate, boolean training) {
    if (!training || rate == 0) {
      return x;
    }
    return x.mul(Pass.of(store, "dropout").keepMask(x.getManager(), x.getShape(), 1 - rate));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
