package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.Draws;

/**
 * A random crop of the image padded with background, then a mirror image with probability ½: the
 * augmentation of CIFAR of K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image
 * Recognition", CVPR 2016, section 4.2, which pads 4 pixels a side. A crop of the size before is a
 * {@link Shift} by up to the padding.
 *
 * @param crop the crop, as the move it is
 */
public record CropFlip(Shift crop) implements Augmentation {
  @Override
  public boolean fits(Shape sample) {
    return crop.fits(sample);
  }

  @Override
  public NDArray apply(NDArray images, int[] rows, Draws draws) {
    return new Flip().apply(crop.apply(images, rows, draws), rows, draws);
  }

  @Override
  public String toString() {
    return "crop-flip:" + crop.pixels();
  }
}
