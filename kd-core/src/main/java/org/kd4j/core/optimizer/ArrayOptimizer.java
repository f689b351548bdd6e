package org.kd4j.core.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;

/** The optimiser behind all specs: some arrays of state per parameter, a rule, and a step count. */
final class ArrayOptimizer implements Optimizer {
  private static final String STEP = "step";

  /** How one parameter moves. */
  @FunctionalInterface
  interface Rule {
    void apply(NDArray parameter, NDArray gradient, List<NDArray> state, float rate, long step);
  }

  private final SortedMap<String, NDArray> parameters;
  private final List<String> names;
  private final Rule rule;
  private final NDManager manager;
  private final SortedMap<String, List<NDArray>> state = new TreeMap<>();
  private long step;

  ArrayOptimizer(SortedMap<String, NDArray> parameters, List<String> names, Rule rule) {
    UsageException.require(
        !parameters.isEmpty(),
        "there is nothing to train: the network has no trainable parameters");
    this.parameters = parameters;
    this.names = names;
    this.rule = rule;
    this.manager = parameters.get(parameters.firstKey()).getManager().newSubManager();
    parameters.forEach(
        (path, parameter) -> {
          List<NDArray> arrays = new ArrayList<>();
          names.forEach(name -> arrays.add(manager.zeros(parameter.getShape())));
          state.put(path, arrays);
        });
  }

  @Override
  public void step(SortedMap<String, NDArray> gradients, float rate) {
    step++;
    gradients.forEach(
        (path, gradient) ->
            rule.apply(parameters.get(path), gradient, state.get(path), rate, step));
  }

  @Override
  public SortedMap<String, FloatBuffer> state() {
    SortedMap<String, FloatBuffer> saved = new TreeMap<>();
    state.forEach(
        (path, arrays) -> {
          for (int i = 0; i < names.size(); i++) {
            saved.put(names.get(i) + ":" + path, Native.values(arrays.get(i)));
          }
        });
    saved.put(STEP, FloatBuffer.wrap(new float[] {(int) (step >>> 20), step & 0xfffff}));
    return saved;
  }

  @Override
  public void load(Map<String, float[]> saved) {
    state.forEach(
        (path, arrays) -> {
          for (int i = 0; i < names.size(); i++) {
            Native.write(arrays.get(i), saved.get(names.get(i) + ":" + path));
          }
        });
    float[] count = saved.get(STEP);
    step = ((long) count[0] << 20) + (long) count[1];
  }

  @Override
  public void close() {
    manager.close();
  }
}
