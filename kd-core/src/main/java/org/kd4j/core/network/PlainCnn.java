package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * The plain convolutional networks of the teacher-assistant paper: groups of 3×3 convolutions with
 * batch normalisation and rectified linear units, each group ended by 2×2 max pooling, then linear
 * layers (S. I. Mirzadeh et al., "Improved Knowledge Distillation via Teacher Assistant", AAAI
 * 2020; layer lists of the authors' published code). Taps: {@code group1} … (after pooling), {@code
 * fc} where there is one, {@code logits}; {@code group1.pre}, … before the group's last rectifier.
 * Other names are {@code stage1}, … for the groups and {@code penultimate} for the last tap before
 * the logits, a map where there is no {@code fc}.
 *
 * @param layers the paper's size: 2, 4, 6, 8 or 10
 * @param wide the paper's wider lists, for 100 classes; default false
 * @param share of the lists' channels and units, above 0 to 1; default 1
 */
public record PlainCnn(int layers, boolean wide, float share) implements Architecture {
  private record Plan(List<List<Integer>> groups, List<Integer> linear) {}

  private static final Map<Integer, Plan> NARROW =
      Map.of(
          2, new Plan(List.of(List.of(16), List.of(16)), List.of()),
          4, new Plan(List.of(List.of(16, 16), List.of(32, 32)), List.of()),
          6, new Plan(List.of(List.of(16, 16), List.of(32, 32), List.of(64, 64)), List.of()),
          8,
              new Plan(
                  List.of(List.of(16, 16), List.of(32, 32), List.of(64, 64), List.of(128, 128)),
                  List.of(64)),
          10,
              new Plan(
                  List.of(
                      List.of(32, 32),
                      List.of(64, 64),
                      List.of(128, 128),
                      List.of(256, 256, 256, 256)),
                  List.of(128)));

  private static final Map<Integer, Plan> WIDE =
      Map.of(
          2, new Plan(List.of(List.of(32), List.of(32)), List.of()),
          4, new Plan(List.of(List.of(32, 32), List.of(64, 64)), List.of()),
          6, new Plan(List.of(List.of(32, 32), List.of(64, 64), List.of(128, 128)), List.of()),
          8,
              new Plan(
                  List.of(List.of(32, 32), List.of(64, 64), List.of(128, 128), List.of(256, 256)),
                  List.of(64)),
          10,
              new Plan(
                  List.of(
                      List.of(32, 32),
                      List.of(64, 64),
                      List.of(128, 128),
                      List.of(256, 256, 256, 256)),
                  List.of(512)));

  /** Checks the size. */
  public PlainCnn {
    UsageException.require(
        NARROW.containsKey(layers), "cnn takes 2, 4, 6, 8 or 10 layers, was %d", layers);
    UsageException.require(
        share > 0 && share <= 1, "cnn: share must be above 0 to 1, was %s", share);
  }

  /** A network as wide as the paper's. */
  public PlainCnn(int layers, boolean wide) {
    this(layers, wide, 1);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    Plan plan = (wide ? WIDE : NARROW).get(layers);
    Inputs.checkNoText(this, input);
    long least = 1L << plan.groups().size();
    UsageException.require(
        input.dimension() == 3 && input.get(1) >= least && input.get(2) >= least,
        "%s pools %d times and needs images of at least %d×%d, samples are %s",
        this,
        plan.groups().size(),
        least,
        least,
        input);
    TappedBlock.Builder net = TappedBlock.of();
    for (int g = 0; g < plan.groups().size(); g++) {
      List<Integer> filters = plan.groups().get(g);
      int first = Slim.share(filters.get(0), share);
      SequentialBlock group = g == 0 ? Convolutions.channelsLast(first) : new SequentialBlock();
      for (int c = 0; c < filters.size(); c++) {
        group.add(convolution(Slim.share(filters.get(c), share))).add(new BatchNorm());
        if (c < filters.size() - 1) {
          group.add(Activation::relu);
        }
      }
      // The largest of the rectified is the rectified largest, value and gradient.
      Block pool = Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
      net.stage("group" + (g + 1), group.add(pool).add(new Rectifier()));
    }
    Block before = Blocks.batchFlattenBlock();
    for (int units : plan.linear()) {
      net.stage(
          "fc",
          new SequentialBlock()
              .add(before)
              .add(linear(Slim.share(units, share)))
              .add(Activation::relu));
      before = Blocks.identityBlock();
    }
    return net.logits(new SequentialBlock().add(before).add(linear(classes)));
  }

  @Override
  public Map<String, String> otherNames() {
    Plan plan = (wide ? WIDE : NARROW).get(layers);
    Map<String, String> names = new TreeMap<>();
    for (int g = 1; g <= plan.groups().size(); g++) {
      names.put("stage" + g, "group" + g);
      names.put("penultimate", plan.linear().isEmpty() ? "group" + g : "fc");
    }
    return names;
  }

  /** The paper's numbers of layers between, as wide as this one. */
  @Override
  public List<Architecture> between(Architecture smaller) {
    int least = smaller instanceof PlainCnn end ? end.layers : 0;
    return NARROW.keySet().stream()
        .filter(count -> count < layers && count > least)
        .sorted(Comparator.reverseOrder())
        .map(count -> (Architecture) new PlainCnn(count, wide, share))
        .toList();
  }

  /** The paper's largest number of layers within the share; the smallest where none is. */
  @Override
  public Architecture slimmed(float layers, float width) {
    int most = Slim.share(this.layers, layers);
    int count = NARROW.keySet().stream().filter(c -> c <= most).max(Integer::compare).orElse(2);
    return new PlainCnn(count, wide, share * width);
  }

  private static Block convolution(int filters) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(filters)
        .optPadding(new Shape(1, 1))
        .build();
  }

  private static Block linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  @Override
  public String toString() {
    return "cnn:" + layers + (wide ? ",width=wide" : "") + (share < 1 ? ",share=" + share : "");
  }

  /** Reads {@code cnn:LAYERS,width=narrow|wide,share=S}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("width", "share");
      UsageException.require(
          spec.argument().matches("\\d{1,3}"),
          "cnn takes its number of layers, as in cnn:10; was '%s'",
          spec);
      String width = spec.text("width", "narrow");
      UsageException.require(
          width.equals("narrow") || width.equals("wide"),
          "cnn: width is narrow or wide, was '%s'",
          width);
      return new PlainCnn(
          Integer.parseInt(spec.argument()), width.equals("wide"), spec.number("share", 1));
    }

    @Override
    public String summary() {
      return "cnn:2|4|6|8|10,width=narrow|wide,share=1   the plain networks of the teacher-assistant paper";
    }
  }
}
