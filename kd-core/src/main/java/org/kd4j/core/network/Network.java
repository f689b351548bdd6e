package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.Draws;
import org.kd4j.core.engine.Native;

/**
 * A network with weights, on a device: the live counterpart of a {@link NetworkSpec}. Belongs to
 * the thread and the manager that opened it; strategies never hold one.
 */
public final class Network implements AutoCloseable {
  private final NetworkSpec spec;
  private final TappedBlock block;
  private final NDManager manager;
  private final List<String> taps;
  private final SortedMap<String, Parameter> parameters = new TreeMap<>();
  private final Map<String, FirstWeights> first = new HashMap<>();
  private final Map<String, Shape> stageOutputs = new LinkedHashMap<>();

  private Network(NetworkSpec spec, NDManager manager) {
    this.spec = spec;
    this.manager = manager;
    this.block = spec.architecture().build(spec.inputShape(), spec.classes());
    this.taps = new ArrayList<>(block.taps());
    taps.addAll(block.tapsBeforeRectifiers());
    Initialization.zeros(block);
    Shape input = new Shape(1).addAll(spec.inputShape());
    block.initialize(manager, DataType.FLOAT32, input);
    Shape[] outputs = block.getOutputShapes(new Shape[] {input});
    for (int i = 0; i < taps.size(); i++) {
      stageOutputs.put(taps.get(i), outputs[i + 1].slice(1));
    }
    collect("", block, (path, parameter, draws) -> null);
  }

  /**
   * Opens a network with its first weights, drawn per parameter path: see {@link Initialization}.
   *
   * @param spec what to open
   * @param parent whose device and lifetime it takes
   * @param seed the trial's seed
   * @param line who the network is over its life; equal lines start alike
   * @return the network
   */
  public static Network fresh(NetworkSpec spec, NDManager parent, long seed, String line) {
    Network network = blank(spec, parent);
    Initialization.draw(
        path -> Draws.of(seed, "init", line, path), network.parameters, network.first);
    return network;
  }

  /** Opens a network with all weights zero, to be overwritten. */
  public static Network blank(NetworkSpec spec, NDManager parent) {
    return new Network(spec, parent.newSubManager());
  }

  /** What it is. */
  public NetworkSpec spec() {
    return spec;
  }

  /** Its stages. */
  public TappedBlock stages() {
    return block;
  }

  /** Parameters and buffers by path: {@code hidden1/03Linear/weight}. */
  public SortedMap<String, Parameter> parameters() {
    return Collections.unmodifiableSortedMap(parameters);
  }

  /** Shape of a sample's output at each tap. */
  public Map<String, Shape> tapShapes() {
    return Collections.unmodifiableMap(stageOutputs);
  }

  /**
   * Runs forward.
   *
   * @param pass mode and randomness
   * @param input (batch, sample shape…)
   * @return logits and taps
   */
  public Outputs forward(Pass pass, NDArray input) {
    return new Outputs(
        taps, block.forward(pass, new NDList(input), pass.mode() != Mode.EVALUATION));
  }

  /** All parameters and buffers where they lie: see {@link Native#values}. */
  public SortedMap<String, FloatBuffer> values() {
    SortedMap<String, FloatBuffer> values = new TreeMap<>();
    parameters.forEach((path, parameter) -> values.put(path, Native.values(parameter.getArray())));
    return values;
  }

  /** Copies all parameters and buffers out of the engine. */
  public SortedMap<String, float[]> weights() {
    SortedMap<String, float[]> weights = new TreeMap<>();
    parameters.forEach((path, parameter) -> weights.put(path, Native.read(parameter.getArray())));
    return weights;
  }

  /**
   * Overwrites all parameters and buffers.
   *
   * @param weights as many values under each path as the network has
   */
  public void load(Map<String, float[]> weights) {
    if (!weights.keySet().equals(parameters.keySet())) {
      throw new IllegalArgumentException(
          "Weights of another network: given "
              + weights.keySet()
              + ", needed "
              + parameters.keySet());
    }
    parameters.forEach((path, parameter) -> Native.write(parameter.getArray(), weights.get(path)));
  }

  /** Counts parameters and multiply-adds. */
  public Complexity complexity() {
    long count = 0;
    for (Parameter parameter : parameters.values()) {
      count += parameter.requiresGradient() ? parameter.getArray().size() : 0;
    }
    return new Complexity(count, multiplyAdds(block));
  }

  private static long multiplyAdds(Block block) {
    if (block instanceof Linear) {
      return weightSize(block) * leading(block.getInputShapes()[0]);
    }
    if (block instanceof Convolution) {
      Shape output = block.getOutputShapes(block.getInputShapes())[0];
      return weightSize(block) * output.slice(2).size();
    }
    long sum = block instanceof Products products ? products.multiplyAdds() : 0;
    for (var child : block.getChildren()) {
      sum += multiplyAdds(child.getValue());
    }
    return sum;
  }

  private static long weightSize(Block block) {
    return block.getDirectParameters().get("weight").getArray().size();
  }

  private static long leading(Shape shape) {
    return shape.slice(1, shape.dimension() - 1).size();
  }

  private void collect(String prefix, Block at, FirstWeights begins) {
    // Blocks around a stage have no name: paths are those of the network without them.
    if (at instanceof FakeQuantised quantised) {
      collect(prefix, quantised.inner(), begins);
      return;
    }
    if (at instanceof Begun begun) {
      collect(prefix, begun.inner(), begun.first(prefix));
      return;
    }
    for (var own : at.getDirectParameters()) {
      parameters.put(prefix + own.getKey(), own.getValue());
      first.put(prefix + own.getKey(), begins);
    }
    Map<String, Block> named = at instanceof TappedBlock tapped ? tapped.stages() : Map.of();
    if (!named.isEmpty()) {
      named.forEach((name, child) -> collect(prefix + name + "/", child, begins));
    } else {
      for (var child : at.getChildren()) {
        collect(prefix + child.getKey() + "/", child.getValue(), begins);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
