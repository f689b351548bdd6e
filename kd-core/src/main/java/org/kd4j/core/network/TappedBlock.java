package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.UsageException;

/**
 * A DJL block made of named stages, one after the other, that gives out the output of every stage:
 * the last stage's first (the logits), then all of them in order. The stages' names are the taps.
 * DJL has no forward hooks; extra outputs need none.
 */
public final class TappedBlock extends AbstractBlock {
  /** The name of the last stage of every network. */
  public static final String LOGITS = "logits";

  private final Map<String, Block> stages;

  private TappedBlock(Map<String, Block> stages) {
    this.stages = stages;
    stages.forEach(this::addChildBlock);
  }

  /** Begins a network. */
  public static Builder of() {
    return new Builder();
  }

  /** Names stages one by one. */
  public static final class Builder {
    private final Map<String, Block> stages = new LinkedHashMap<>();

    /**
     * Adds a stage.
     *
     * @param name its tap
     * @param block any block with one input and one output
     * @return this
     */
    public Builder stage(String name, Block block) {
      UsageException.require(
          stages.put(name, block) == null,
          "a network names its stages apart; '%s' came twice",
          name);
      return this;
    }

    /**
     * Ends with the layer that gives the logits.
     *
     * @param block the last block
     * @return the network's block
     */
    public TappedBlock logits(Block block) {
      stage(LOGITS, block);
      return new TappedBlock(stages);
    }
  }

  /** The names of the taps, in order of depth; the last is {@code logits}. */
  public List<String> taps() {
    return List.copyOf(stages.keySet());
  }

  /** The stages by name. */
  Map<String, Block> stages() {
    return stages;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList current = inputs;
    List<NDArray> outputs = new ArrayList<>(stages.size());
    for (Block stage : stages.values()) {
      current = stage.forward(store, current, training);
      outputs.add(current.singletonOrThrow());
    }
    NDList all = new NDList(current.singletonOrThrow());
    all.addAll(outputs);
    return all;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape[] shapes = inputShapes;
    for (Block stage : stages.values()) {
      stage.initialize(manager, dataType, shapes);
      shapes = stage.getOutputShapes(shapes);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape[] shapes = inputShapes;
    List<Shape> all = new ArrayList<>();
    for (Block stage : stages.values()) {
      shapes = stage.getOutputShapes(shapes);
      all.add(shapes[0]);
    }
    all.add(0, shapes[0]);
    return all.toArray(Shape[]::new);
  }
}
