package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.kd4j.core.engine.Native;

/**
 * The sum of a token's, its position's and its segment's embedding, normalised: (batch, 3, length)
 * of ids to (batch, length, width).
 */
final class TextEmbedding extends AbstractBlock {
  private static final int SEGMENTS = 2;

  private final Parameter tokens = table("tokens", Parameter.Type.WEIGHT);
  // small beside the tokens', and left in full precision where weights are quantised
  private final Parameter positions = table("positions", Parameter.Type.OTHER);
  private final Parameter segments = table("segments", Parameter.Type.OTHER);
  private final Block norm;
  private final long width;
  private final long most;
  private final float dropout;

  /**
   * @param width of an embedding
   * @param most positions; 0 = as many as a sample has tokens at most
   * @param dropout of the sum
   */
  TextEmbedding(int width, int most, float dropout) {
    this.width = width;
    this.most = most;
    this.dropout = dropout;
    this.norm = addChildBlock("norm", EncoderLayer.norm());
  }

  private Parameter table(String name, Parameter.Type type) {
    return addParameter(Parameter.builder().setName(name).setType(type).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray text = inputs.singletonOrThrow();
    NDManager manager = text.getManager();
    NDArray sum = Native.rows(manager, value(tokens, store, text, training), plane(text, 0));
    sum.addi(Native.rows(manager, value(segments, store, text, training), plane(text, 2)));
    NDArray places =
        value(positions, store, text, training)
            .get(new NDIndex().addSliceDim(0, text.getShape().get(2)));
    places.attach(manager); // else it would stay with the network
    sum.addi(places);
    NDArray x = Dropout.drop(store, Heads.through(norm, store, sum, training), dropout, training);
    return new NDList(x);
  }

  /** Ids, mask or segments of a batch of texts: (batch, length). */
  static NDArray plane(NDArray text, long which) {
    return text.get(new NDIndex().addAllDim().addIndices(which));
  }

  private static NDArray value(
      Parameter parameter, ParameterStore store, NDArray beside, boolean training) {
    return store.getValue(parameter, beside.getDevice(), training);
  }

  @Override
  protected void prepare(Shape[] inputs) {
    Shape text = inputs[0];
    tokens.setShape(new Shape(text.get(2), width));
    positions.setShape(new Shape(most == 0 ? text.get(1) : most, width));
    segments.setShape(new Shape(SEGMENTS, width));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputs) {
    norm.initialize(manager, dataType, getOutputShapes(inputs));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0), inputs[0].get(1), width)};
  }
}
