package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Batch normalisation over the channel axis (S. Ioffe, C. Szegedy, "Batch Normalization:
 * Accelerating Deep Network Training by Reducing Internal Covariate Shift", ICML 2015), with
 * PyTorch's defaults: epsilon 1e-5, running statistics moved by 0.1 of each batch's. The mode comes
 * from the {@link Pass}, so that a guide can never move its statistics.
 */
public final class BatchNorm extends AbstractBlock {
  private final Parameter gamma = parameter("gamma", Parameter.Type.GAMMA, true);
  private final Parameter beta = parameter("beta", Parameter.Type.BETA, true);
  private final Parameter mean = parameter("runningMean", Parameter.Type.RUNNING_MEAN, false);
  private final Parameter variance = parameter("runningVar", Parameter.Type.RUNNING_VAR, false);

  private Parameter parameter(String name, Parameter.Type type, boolean learnt) {
    return addParameter(
        Parameter.builder().setName(name).setType(type).optRequiresGrad(learnt).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    Mode mode = training ? Pass.of(store, "batch norm").mode() : Mode.EVALUATION;
    return ai.djl.nn.norm.BatchNorm.batchNorm(
        x,
        statistics(store.getValue(mean, x.getDevice(), training), mode, x),
        statistics(store.getValue(variance, x.getDevice(), training), mode, x),
        store.getValue(gamma, x.getDevice(), training),
        store.getValue(beta, x.getDevice(), training),
        1,
        0.9f,
        1e-5f,
        mode != Mode.EVALUATION);
  }

  /** The engine moves the running statistics it is given; an observer gives it copies. */
  private static NDArray statistics(NDArray running, Mode mode, NDArray x) {
    if (mode != Mode.OBSERVING) {
      return running;
    }
    NDArray copy = running.duplicate();
    copy.attach(x.getManager());
    return copy;
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    Shape channels = new Shape(inputShapes[0].get(1));
    gamma.setShape(channels);
    beta.setShape(channels);
    mean.setShape(channels);
    variance.setShape(channels);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
