package org.kd4j.core.testkit;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.List;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.BatchNorm;
import org.kd4j.core.network.Rectifier;
import org.kd4j.core.network.TappedBlock;

/**
 * A convolutional network for the tiny task: stages of 3×3 convolutions with batch normalisation
 * and rectifiers, the height and width halved between them. Taps: {@code stage1} …
 *
 * @param channels of each stage
 * @param depth convolutions in each
 */
public record TinyCnn(List<Integer> channels, int depth) implements Architecture {
  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock.Builder net = TappedBlock.of();
    for (int s = 0; s < channels.size(); s++) {
      SequentialBlock stage = new SequentialBlock();
      if (s > 0) {
        stage.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
      }
      for (int d = 0; d < depth; d++) {
        stage.add(convolution(channels.get(s))).add(new BatchNorm());
        if (d < depth - 1) {
          stage.add(Activation::relu);
        }
      }
      net.stage("stage" + (s + 1), stage.add(new Rectifier()));
    }
    return net.logits(
        new SequentialBlock()
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(classes).build()));
  }

  private static Block convolution(int filters) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(filters)
        .optPadding(new Shape(1, 1))
        .build();
  }

  @Override
  public String toString() {
    return "tinycnn:" + channels + "x" + depth;
  }
}
