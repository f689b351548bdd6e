package org.kd4j.offline.specialists;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.phase.Knowledge;

/** Live knowledge that gives logits alone, made of what networks say. */
final class Answers {
  private Answers() {}

  /**
   * What is made of somebody's logits.
   *
   * @param live who is asked
   * @param classes how many logits come out
   * @param made of the logits
   */
  static Knowledge.Live of(Knowledge.Live live, int classes, UnaryOperator<NDArray> made) {
    return of(live.networks(), classes, input -> made.apply(live.forward(input).logits()));
  }

  /**
   * What is made of an input.
   *
   * @param networks behind it
   * @param classes how many logits come out
   * @param logits of an input
   */
  static Knowledge.Live of(List<Network> networks, int classes, UnaryOperator<NDArray> logits) {
    return new Knowledge.Live() {
      @Override
      public Outputs forward(NDArray input) {
        NDArray answer = logits.apply(input);
        return new Outputs(List.of(TappedBlock.LOGITS), new NDList(answer, answer));
      }

      @Override
      public List<Network> networks() {
        return networks;
      }

      @Override
      public Map<String, Shape> taps() {
        return Map.of(TappedBlock.LOGITS, new Shape(classes));
      }
    };
  }
}
