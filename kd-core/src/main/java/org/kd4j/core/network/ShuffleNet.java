package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.pooling.Pool;
import java.util.Map;
import java.util.TreeSet;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A network of grouped 1×1 convolutions whose channels are shuffled between the groups: units of a
 * grouped 1×1 convolution to a quarter of the channels, the shuffle, a depthwise 3×3 convolution
 * and a grouped 1×1 convolution back, beside a shortcut; three stages of 4, 8 and 4 units, each
 * begun by a unit of stride 2 that puts the pooled input beside (X. Zhang, X. Zhou, M. Lin, J. Sun,
 * "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices", CVPR 2018,
 * table 1). For small images the first convolution keeps the size and nothing is pooled before the
 * stages.
 *
 * <p>Taps: {@code stem}, {@code stage1}, {@code stage2}, {@code stage3} (the paper's stages 2 to
 * 4), {@code penultimate} (the mean over all places), {@code logits}.
 *
 * @param width times the paper's channels, rounded to what the groups divide
 * @param groups of the 1×1 convolutions: 1, 2, 3, 4 or 8; default 3
 */
public record ShuffleNet(float width, int groups) implements Architecture {
  /** Channels of the first stage by groups; each further stage doubles them. */
  private static final Map<Integer, Integer> FIRST = Map.of(1, 144, 2, 200, 3, 240, 4, 272, 8, 384);

  private static final int[] UNITS = {4, 8, 4};

  /** Checks ranges. */
  public ShuffleNet {
    UsageException.require(
        width > 0 && width <= 4, "shufflenet: width must be above 0 to 4, was %s", width);
    UsageException.require(
        FIRST.containsKey(groups),
        "shufflenet: groups must be among %s, was %d",
        new TreeSet<>(FIRST.keySet()),
        groups);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    Convolutions.checkImages(this, input);
    int before = channels(24, groups);
    TappedBlock.Builder net = TappedBlock.of().stage("stem", Convolutions.stem(before));
    for (int s = 0; s < UNITS.length; s++) {
      int channels = channels(FIRST.get(groups) << s, 4 * groups);
      UsageException.require(
          channels > before,
          "%s: so narrow that stage %d has no more channels than what is before it (%d), which it puts"
              + " beside its own; take a greater width",
          this,
          s + 1,
          before);
      SequentialBlock stage = new SequentialBlock();
      for (int unit = 0; unit < UNITS[s]; unit++) {
        // The very first unit has too few channels to group them (the paper's section 3.2).
        Residual each = unit(before, channels, unit == 0 ? 2 : 1, s + unit == 0 ? 1 : groups);
        stage.add(unit == UNITS[s] - 1 ? each.open() : each);
        before = channels;
      }
      net.stage("stage" + (s + 1), stage.add(new Rectifier()));
    }
    return Convolutions.classified(net, classes);
  }

  private Residual unit(int before, int channels, int stride, int firstGroups) {
    int narrow = channels / 4;
    boolean joining = stride == 2;
    Block body =
        Convolutions.rectified(1, narrow, 1, firstGroups)
            .add(new LambdaBlock(x -> shuffled(x, groups), "shuffled"))
            .add(Convolutions.normalised(3, narrow, stride, narrow))
            .add(Convolutions.normalised(1, joining ? channels - before : channels, 1, groups));
    return joining
        ? Residual.joining(
            body, Pool.avgPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)))
        : Residual.adding(body, Blocks.identityBlock());
  }

  /** Channels as a matrix (groups, channels of a group), transposed; they stay side by side. */
  static NDList shuffled(NDList inputs, int groups) {
    NDArray x = inputs.singletonOrThrow();
    Shape shape = x.getShape();
    long n = shape.get(0);
    long channels = shape.get(1);
    long height = shape.get(2);
    long width = shape.get(3);
    return new NDList(
        x.transpose(0, 2, 3, 1)
            .reshape(n, height, width, groups, channels / groups)
            .transpose(0, 1, 2, 4, 3)
            .reshape(n, height, width, channels)
            .transpose(0, 3, 1, 2));
  }

  /** The paper's channels times the width, at the nearest multiple. */
  private int channels(int paper, int multiple) {
    return multiple * Slim.share(paper / multiple, width);
  }

  /** The share of the width; how many units a stage has is the family's own. */
  @Override
  public Architecture slimmed(float layers, float width) {
    return new ShuffleNet(this.width * width, groups);
  }

  @Override
  public String toString() {
    return "shufflenet:" + width + ",groups=" + groups;
  }

  /** Reads {@code shufflenet:WIDTH,groups=G}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("groups");
      UsageException.require(
          spec.argument().matches("\\d{1,3}(\\.\\d{1,9})?"),
          "shufflenet takes its width, as in shufflenet:0.5,groups=3; was '%s'",
          spec);
      return new ShuffleNet(Float.parseFloat(spec.argument()), spec.integer("groups", 3));
    }

    @Override
    public String summary() {
      return "shufflenet:1,groups=3   grouped 1×1 convolutions, channels shuffled; WIDTH times the"
          + " channels";
    }
  }
}
