package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * The residual networks for small images: a 3×3 convolution, three stages of n blocks of two 3×3
 * convolutions each with 16, 32 and 64 channels, the second and third stage begun with stride 2,
 * the mean over all places, a linear layer: 6n + 2 layers (K. He, X. Zhang, S. Ren, J. Sun, "Deep
 * Residual Learning for Image Recognition", CVPR 2016, section 4.2). {@code resnet:20} has 0.27
 * million parameters. First weights are those of all networks here, not the paper's normal draws.
 *
 * <p>Taps: {@code stem}, {@code stage1}, {@code stage2}, {@code stage3} (each after its last unit),
 * {@code penultimate} (the mean), {@code logits}; {@code stage1.pre}, … before a stage's last
 * rectifier.
 *
 * @param layers 8, 14, 20, … 110
 * @param width times the paper's channels, default 1
 * @param shortcut how a shortcut passes from one stage to the next, default identity
 */
public record ResNet(int layers, float width, Shortcut shortcut) implements Architecture {
  /** How a shortcut reaches a stage of more channels and half the size. */
  public enum Shortcut {
    /** Every second place, further channels zero: option A, the paper's for small images. */
    IDENTITY,
    /** A 1×1 convolution with stride 2 and normalisation: option B. */
    PROJECTION
  }

  private static final List<Integer> CHANNELS = List.of(16, 32, 64);
  private static final NDIndex EVERY_SECOND = new NDIndex(":, :, ::2, ::2");

  /** Sizes Mirzadeh et al. 2020 take assistants from, and the paper's own. */
  private static final List<Integer> CUSTOMARY = List.of(8, 14, 20, 26, 32, 44, 56, 110);

  /** Checks ranges. */
  public ResNet {
    UsageException.require(
        layers >= 8 && layers <= 110 && layers % 6 == 2,
        "resnet takes 6n + 2 layers from 8 to 110 (8, 14, 20, 32, 44, 56, 110), was %d",
        layers);
    UsageException.require(
        width > 0 && width <= 16, "resnet: width must be above 0 to 16, was %s", width);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    Convolutions.checkImages(this, input);
    int before = Slim.share(CHANNELS.get(0), width);
    TappedBlock.Builder net = TappedBlock.of().stage("stem", Convolutions.stem(before));
    for (int s = 0; s < CHANNELS.size(); s++) {
      int channels = Slim.share(CHANNELS.get(s), width);
      SequentialBlock stage = new SequentialBlock();
      int blocks = (layers - 2) / 6;
      for (int block = 0; block < blocks; block++) {
        Residual each = block(before, channels, s > 0 && block == 0 ? 2 : 1);
        stage.add(block == blocks - 1 ? each.open() : each);
        before = channels;
      }
      net.stage("stage" + (s + 1), stage.add(new Rectifier()));
    }
    return Convolutions.classified(net, classes);
  }

  private Residual block(int before, int channels, int stride) {
    Block body =
        Convolutions.rectified(3, channels, stride, 1)
            .add(Convolutions.normalised(3, channels, 1, 1));
    if (stride == 1) {
      return Residual.adding(body, Blocks.identityBlock());
    }
    return Residual.adding(
        body,
        shortcut == Shortcut.PROJECTION
            ? Convolutions.normalised(1, channels, stride, 1)
            : new LambdaBlock(x -> widened(x, channels - before), "widened"));
  }

  /** Every second place, with zeros for the channels that are not there, half on either side. */
  private static NDList widened(NDList inputs, int more) {
    NDArray places = inputs.singletonOrThrow().get(EVERY_SECOND);
    // The engine's order: the last axis first.
    return new NDList(places.pad(new Shape(0, 0, 0, 0, more / 2, more - more / 2), 0));
  }

  /** The customary sizes between, as wide as this one. */
  @Override
  public List<Architecture> between(Architecture smaller) {
    int least = smaller instanceof ResNet end ? end.layers : 0;
    return CUSTOMARY.stream()
        .filter(count -> count < layers && count > least)
        .sorted(Comparator.reverseOrder())
        .map(count -> (Architecture) new ResNet(count, width, shortcut))
        .toList();
  }

  /** The share of each stage's blocks. */
  @Override
  public Architecture slimmed(float layers, float width) {
    return new ResNet(
        6 * Slim.share((this.layers - 2) / 6, layers) + 2, this.width * width, shortcut);
  }

  @Override
  public String toString() {
    return "resnet:"
        + layers
        + (width == 1 ? "" : ",width=" + width)
        + (shortcut == Shortcut.IDENTITY ? "" : ",shortcut=projection");
  }

  /** Reads {@code resnet:LAYERS,width=W,shortcut=identity|projection}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("width", "shortcut");
      UsageException.require(
          spec.argument().matches("\\d{1,4}"),
          "resnet takes its number of layers, as in resnet:20; was '%s'",
          spec);
      String shortcut = spec.text("shortcut", "identity");
      for (Shortcut known : Shortcut.values()) {
        if (known.name().toLowerCase(Locale.ROOT).equals(shortcut)) {
          return new ResNet(Integer.parseInt(spec.argument()), spec.number("width", 1), known);
        }
      }
      throw Names.unknown("shortcut of resnet", shortcut, List.of("identity", "projection"));
    }

    @Override
    public String summary() {
      return "resnet:8|14|20|…|110,width=1,shortcut=identity|projection   residual network for"
          + " small images";
    }
  }
}
