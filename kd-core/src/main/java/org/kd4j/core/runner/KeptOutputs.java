package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kd4j.core.engine.Native;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;

/**
 * What somebody says of every sample of a set, at those taps that are read.
 *
 * @param taps their names, the logits first
 * @param shapes of a sample at each
 * @param matrices (samples, numbers of a sample), FLOAT32, one for each
 */
record KeptOutputs(List<String> taps, List<Shape> shapes, List<NDArray> matrices) {
  /** Logits alone. */
  static KeptOutputs ofLogits(NDManager base, float[] logits, int n, int classes) {
    return new KeptOutputs(
        List.of(TappedBlock.LOGITS),
        List.of(new Shape(classes)),
        List.of(base.create(logits, new Shape(n, classes))));
  }

  /** Room for what will be said of some samples. */
  static KeptOutputs room(NDManager base, int n, Map<String, Shape> taps) {
    List<NDArray> matrices = new ArrayList<>();
    taps.values().forEach(shape -> matrices.add(Native.empty(base, new Shape(n, shape.size()))));
    return new KeptOutputs(List.copyOf(taps.keySet()), List.copyOf(taps.values()), matrices);
  }

  /** Takes what is said of a batch of samples that follow each other; it may be filled up. */
  void put(Outputs said, int first) {
    for (int t = 0; t < taps.size(); t++) {
      Native.writeRows(matrices.get(t), first, said.tap(taps.get(t)));
    }
  }

  /** What was said of some samples. */
  Outputs of(NDManager step, NDArray index) {
    NDList arrays = new NDList(taps.size() + 1);
    for (int t = 0; t < taps.size(); t++) {
      NDArray rows = Native.rows(step, matrices.get(t), index);
      arrays.add(rows.reshape(new Shape(index.size()).addAll(shapes.get(t))));
    }
    arrays.add(0, arrays.get(0));
    return new Outputs(taps, arrays);
  }
}
