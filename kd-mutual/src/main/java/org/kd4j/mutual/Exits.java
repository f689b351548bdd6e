package org.kd4j.mutual;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.BatchNorm;
import org.kd4j.core.network.TappedBlock;

/**
 * A network with exits along its way: beside each stage below the last, a bottleneck that brings
 * the stage's features to the shape of the deepest, and a linear classifier on top (L. Zhang, J.
 * Song, A. Gao, J. Chen, C. Bao, K. Ma, "Be Your Own Teacher: Improve the Performance of
 * Convolutional Neural Networks via Self Distillation", ICCV 2019, section 3). The network itself
 * keeps its stages, names and parameter paths, so its first weights are those it has alone.
 *
 * <p>Between images, a bottleneck is 1×1 convolution to a quarter of the channels, k×k convolution
 * of stride k down to the deepest features' height and width, 1×1 convolution to their channels,
 * each with batch normalisation and rectified linear units, as in the authors' code. Where the
 * deepest features are a vector it is a linear layer with rectified linear units, after the global
 * average of an image. Taps: the network's own, then {@code bottleneck1}, {@code exit1} ….
 *
 * @param network the network they are along; a single stage before its logits has its exit there
 */
public record Exits(Architecture network) implements Architecture {
  /** The name of an exit's logits, counted from 1. */
  static String exit(int number) {
    return "exit" + number;
  }

  /** The name of an exit's features, counted from 1. */
  static String bottleneck(int number) {
    return "bottleneck" + number;
  }

  /**
   * Where a network's exits are, and the stage its own classifier reads.
   *
   * @param stages an exit each, in order of depth
   * @param deepest the stage before the logits
   */
  record Places(List<String> stages, String deepest) {
    static Places of(Architecture network, TappedBlock block) {
      List<String> below = new ArrayList<>(block.taps());
      below.remove(TappedBlock.LOGITS);
      UsageException.require(
          !below.isEmpty(),
          "%s goes from its input straight to its logits; exits need a stage in between",
          network);
      String deepest = below.get(below.size() - 1);
      return new Places(
          below.size() == 1 ? below : List.copyOf(below.subList(0, below.size() - 1)), deepest);
    }
  }

  /** Where the exits are of samples of a shape. */
  Places places(Shape input, int classes) {
    return Places.of(network, network.build(input, classes));
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock own = network.build(input, classes);
    Places places = Places.of(network, own);
    Map<String, Shape> shapes = shapes(own, input);
    TappedBlock.Builder all = TappedBlock.of();
    own.stages()
        .forEach(
            (name, block) -> {
              if (!name.equals(TappedBlock.LOGITS)) {
                all.branch(name, block, sources(own, name));
              }
            });
    for (int i = 1; i <= places.stages().size(); i++) {
      String stage = places.stages().get(i - 1);
      Block features = between(stage, shapes.get(stage), shapes.get(places.deepest()));
      all.branch(bottleneck(i), features, stage);
      all.branch(exit(i), classifier(classes), bottleneck(i));
    }
    return all.logits(own.stages().get(TappedBlock.LOGITS), sources(own, TappedBlock.LOGITS));
  }

  private static String[] sources(TappedBlock block, String stage) {
    return block.sources().get(stage).toArray(String[]::new);
  }

  /** The shape of a sample's output of each stage. */
  private static Map<String, Shape> shapes(TappedBlock block, Shape input) {
    Shape[] outputs = block.getOutputShapes(new Shape[] {new Shape(1).addAll(input)});
    Map<String, Shape> shapes = new HashMap<>();
    for (int i = 0; i < block.taps().size(); i++) {
      shapes.put(block.taps().get(i), outputs[i + 1].slice(1));
    }
    return shapes;
  }

  private Block between(String stage, Shape from, Shape to) {
    if (to.dimension() == 1 && (from.dimension() == 1 || from.dimension() == 3)) {
      Block vector = from.dimension() == 1 ? Blocks.identityBlock() : Pool.globalAvgPool2dBlock();
      return new SequentialBlock()
          .add(vector)
          .add(Linear.builder().setUnits(to.get(0)).build())
          .add(Activation::relu);
    }
    UsageException.require(
        to.dimension() == 3
            && from.dimension() == 3
            && from.get(1) >= to.get(1)
            && from.get(2) >= to.get(2),
        "%s: no exit leads from stage '%s' of shape %s to the deepest features' %s; exits are between"
            + " vectors, or between images that do not grow",
        network,
        stage,
        from,
        to);
    Shape step = new Shape(from.get(1) / to.get(1), from.get(2) / to.get(2));
    int within = (int) Math.max(1, to.get(0) / 4);
    SequentialBlock block = new SequentialBlock();
    convolution(block, within, new Shape(1, 1));
    convolution(block, within, step);
    convolution(block, (int) to.get(0), new Shape(1, 1));
    Shape given = block.getOutputShapes(new Shape[] {new Shape(1).addAll(from)})[0].slice(1);
    UsageException.require(
        given.equals(to),
        "%s: an exit leads from stage '%s' of shape %s to %s, not to the deepest features' %s",
        network,
        stage,
        from,
        given,
        to);
    return block;
  }

  private static void convolution(SequentialBlock into, int filters, Shape size) {
    into.add(Conv2d.builder().setKernelShape(size).optStride(size).setFilters(filters).build())
        .add(new BatchNorm())
        .add(Activation::relu);
  }

  private static Block classifier(int classes) {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(classes).build());
  }

  @Override
  public String toString() {
    return "exits(" + network + ")";
  }
}
