package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.kd4j.core.base.Names;

/**
 * What a forward gave: the logits and every named intermediate output.
 *
 * @param taps the names: stages in order of depth, then those before rectifiers
 * @param arrays the logits first, then one array per tap
 */
public record Outputs(List<String> taps, NDList arrays) {

  /** (batch, classes), before any softmax. */
  public NDArray logits() {
    return arrays.get(0);
  }

  /** The output of a stage; an error naming those there are if it has none of that name. */
  public NDArray tap(String name) {
    int at = taps.indexOf(name);
    if (at < 0) {
      throw Names.unknown("tap", name, taps);
    }
    return arrays.get(at + 1);
  }

  /** The same outputs cut from the graph: nothing that reads them moves the network. */
  public Outputs detached() {
    NDList cut = new NDList(arrays.size());
    for (NDArray array : arrays) {
      cut.add(array.stopGradient());
    }
    return new Outputs(taps, cut);
  }
}
