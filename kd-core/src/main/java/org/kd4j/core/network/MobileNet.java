package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A network of depthwise separable convolutions: each 3×3 convolution is split into one per channel
 * and a 1×1 convolution across them, both normalised and rectified (A. G. Howard et al.,
 * "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017, table
 * 1). Strides are those customary for images of 32×32: the first convolution and the first stage
 * keep the size, the four stages after it halve it. {@code mobilenet:1} has 3.2 million parameters.
 *
 * <p>Taps: {@code stem}, {@code stage1} … {@code stage5} (one per size), {@code penultimate} (the
 * mean over all places), {@code logits}.
 *
 * @param width times the paper's channels (its α)
 * @param repeats blocks of 512 channels that keep the size: the paper's 5, or 0 for its shallow
 *     network
 */
public record MobileNet(float width, int repeats) implements Architecture {
  /** Checks ranges. */
  public MobileNet {
    UsageException.require(
        width > 0 && width <= 4, "mobilenet: width must be above 0 to 4, was %s", width);
    UsageException.require(
        repeats >= 0 && repeats <= 20, "mobilenet: repeats must be 0 to 20, was %d", repeats);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    Convolutions.checkImages(this, input);
    TappedBlock.Builder net = TappedBlock.of().stage("stem", Convolutions.stem(channels(32)));
    int before = channels(32);
    int[] sizes = {64, 128, 256, 512, 1024};
    int[] blocks = {1, 2, 2, 1 + repeats, 2};
    for (int s = 0; s < sizes.length; s++) {
      SequentialBlock stage = new SequentialBlock();
      int channels = channels(sizes[s]);
      for (int block = 0; block < blocks[s]; block++) {
        SequentialBlock pointwise = Convolutions.normalised(1, channels, 1, 1);
        stage
            .add(Convolutions.rectified(3, before, s > 0 && block == 0 ? 2 : 1, before))
            .add(pointwise.add(new Rectifier()));
        before = channels;
      }
      net.stage("stage" + (s + 1), stage);
    }
    return Convolutions.classified(net, classes);
  }

  private int channels(int paper) {
    return Slim.share(paper, width);
  }

  /** The share of the blocks that repeat; none may be left, as in the paper's shallow network. */
  @Override
  public Architecture slimmed(float layers, float width) {
    return new MobileNet(this.width * width, Math.round(repeats * layers));
  }

  @Override
  public String toString() {
    return "mobilenet:" + width + (repeats == 5 ? "" : ",repeats=" + repeats);
  }

  /** Reads {@code mobilenet:WIDTH,repeats=N}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("repeats");
      UsageException.require(
          spec.argument().matches("\\d{1,3}(\\.\\d{1,9})?"),
          "mobilenet takes its width, as in mobilenet:0.5; was '%s'",
          spec);
      return new MobileNet(Float.parseFloat(spec.argument()), spec.integer("repeats", 5));
    }

    @Override
    public String summary() {
      return "mobilenet:0.5,repeats=5   depthwise separable convolutions; WIDTH times the channels";
    }
  }
}
