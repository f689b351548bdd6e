package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import org.kd4j.core.base.UsageException;

/** What the residual and separable networks are made of. */
final class Convolutions {
  private Convolutions() {}

  /** A convolution without bias that keeps the size but for its stride, then normalisation. */
  static SequentialBlock normalised(int kernel, int filters, int stride, int groups) {
    return normalised(new SequentialBlock(), kernel, filters, stride, groups);
  }

  private static SequentialBlock normalised(
      SequentialBlock row, int kernel, int filters, int stride, int groups) {
    return row.add(
            Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optGroups(groups)
                .optBias(false) // the normalisation's shift takes its place
                .build())
        .add(new BatchNorm());
  }

  /** The same, then rectified linear units. */
  static SequentialBlock rectified(int kernel, int filters, int stride, int groups) {
    return normalised(kernel, filters, stride, groups).add(Activation::relu);
  }

  /** With fewer channels the engine normalises them faster one after the other. */
  private static final int MANY = 8;

  /**
   * Lays the images out with the channels of a place side by side, as the engine's convolutions and
   * all that follows them then stay; shapes and values are the same, the training a tenth to two
   * times faster. Not where the first convolution gives few channels: there it takes twice as long.
   *
   * @param filters of the first convolution
   */
  static SequentialBlock channelsLast(int filters) {
    return new SequentialBlock()
        .addSingleton(
            images ->
                filters < MANY
                    ? images
                    : images
                        .transpose(0, 2, 3, 1)
                        .flatten()
                        .reshape(images.size(0), images.size(2), images.size(3), images.size(1))
                        .transpose(0, 3, 1, 2));
  }

  /** How a network begins: images laid out {@link #channelsLast}, then {@link #rectified}. */
  static SequentialBlock stem(int filters) {
    return normalised(channelsLast(filters), 3, filters, 1, 1).add(Activation::relu);
  }

  /** Ends a network: the mean over all places is the tap {@code penultimate}. */
  static TappedBlock classified(TappedBlock.Builder net, int classes) {
    return net.stage("penultimate", Pool.globalAvgPool2dBlock())
        .logits(Linear.builder().setUnits(classes).build());
  }

  /** Refuses what is no image, or a smaller one than 8×8. */
  static void checkImages(Architecture network, Shape input) {
    Inputs.checkNoText(network, input);
    UsageException.require(
        input.dimension() == 3 && input.get(1) >= 8 && input.get(2) >= 8,
        "%s needs images of at least 8×8, samples are %s",
        network,
        input);
  }
}
