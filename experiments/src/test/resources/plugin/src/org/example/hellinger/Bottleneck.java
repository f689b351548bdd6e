package org.example.hellinger;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.NetworkFamily;
import org.kd4j.core.network.TappedBlock;

public record Bottleneck(int units) implements Architecture {
  @Override
  public TappedBlock build(Shape input, int classes) {
    return TappedBlock.of()
        .stage("squeezed", new SequentialBlock().add(Blocks.batchFlattenBlock()).add(linear(units)))
        .stage("widened", new SequentialBlock().add(linear(4 * units)).add(Activation::relu))
        .logits(linear(classes));
  }

  private static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  @Override
  public String toString() {
    return "bottleneck:" + units;
  }

  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      return new Bottleneck(spec.knowing().wholeArgument("units"));
    }

    @Override
    public String summary() {
      return "bottleneck:UNITS   a narrow linear layer and a wide one";
    }
  }
}
