package org.kd4j.features;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import org.kd4j.core.network.BatchNorm;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.TapRef;

/**
 * The adapter that brings a feature to as many channels as another has: a 1×1 convolution for maps,
 * a linear layer for vectors, then batch normalisation. Without it the first thing a short phase
 * learns is the mean of the other's features, which it reaches by pushing rectified units as a
 * whole, up for good or off for good.
 *
 * @param from what goes in
 * @param to whose channels come out
 */
public record Channels(TapRef from, TapRef to) implements Adapter {
  /** The adapter of a pair. */
  static Channels of(TapPair pair) {
    return new Channels(pair.ofStudent(), pair.ofTeacher());
  }

  /** The name of a pair's adapter. */
  static String name(TapPair pair) {
    return pair.student() + "-" + pair.teacher();
  }

  @Override
  public Block block(Shapes shapes) {
    long channels = shapes.of(to).get(0);
    Block linear =
        shapes.of(from).dimension() == 1
            ? Linear.builder().setUnits(channels).optBias(false).build()
            : convolution(channels, 1, false);
    return new SequentialBlock().add(linear).add(new BatchNorm());
  }

  /** A convolution that keeps height and width. */
  static Block convolution(long channels, int kernel, boolean bias) {
    return Conv2d.builder()
        .setKernelShape(new Shape(kernel, kernel))
        .setFilters(Math.toIntExact(channels))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optBias(bias)
        .build();
  }

  @Override
  public Shape input(Shapes shapes) {
    return shapes.of(from);
  }
}
