package org.kd4j.features;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.TappedBlock;

/**
 * A network with a paraphraser beside one of its maps: convolutions to fewer channels, tap {@code
 * factor}, and back, tap {@code rebuilt}. Logits and all other taps are the network's own.
 *
 * @param whole the network
 * @param tap whose map is paraphrased
 * @param share channels of the factor by those of the map
 */
record Paraphrased(Architecture whole, String tap, float share) implements Architecture {
  /** The tap of the map in other words. */
  static final String FACTOR = "factor";

  /** The tap of the map rebuilt from the factor. */
  static final String REBUILT = "rebuilt";

  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock network = whole.build(input, classes);
    TappedBlock.Builder both = TappedBlock.of();
    network
        .stages()
        .forEach(
            (name, block) -> {
              String[] from = network.sources().get(name).toArray(String[]::new);
              if (!name.equals(TappedBlock.LOGITS)) {
                both.branch(name, block, from);
              }
            });
    Shape[] outputs = network.getOutputShapes(new Shape[] {new Shape(1).addAll(input)});
    long channels = outputs[network.taps().indexOf(tap) + 1].get(1);
    long fewer = Math.max(1, Math.round(share * (double) channels));
    both.branch(FACTOR, convolutions(channels, fewer), tap);
    both.branch(REBUILT, convolutions(fewer, channels), FACTOR);
    String[] head = network.sources().get(TappedBlock.LOGITS).toArray(String[]::new);
    return both.logits(network.stages().get(TappedBlock.LOGITS), head);
  }

  /** Three 3×3 convolutions with leaky rectifiers of slope 0.1 between, the middle one narrows. */
  static Block convolutions(long in, long out) {
    return new SequentialBlock()
        .add(Channels.convolution(in, 3, true))
        .add(Activation.leakyReluBlock(0.1f))
        .add(Channels.convolution(out, 3, true))
        .add(Activation.leakyReluBlock(0.1f))
        .add(Channels.convolution(out, 3, true));
  }

  @Override
  public String toString() {
    return whole + "+paraphraser@" + tap;
  }
}
