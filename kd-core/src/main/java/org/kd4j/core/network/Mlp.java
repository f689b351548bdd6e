package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A multi-layer perceptron with rectified linear units, as in Hinton, Vinyals and Dean 2015,
 * section 3 (two layers of 1,200 or 800): {@code mlp:1200-1200,dropout=0.5,inputDropout=0.2}.
 * Without hidden layers ({@code mlp:0}) it is a linear classifier. Taps: {@code hidden1}, {@code
 * hidden2} … (after the unit, before dropout), {@code logits}; other names are {@code stage1}, …
 * and {@code penultimate} for the last of them.
 *
 * @param hidden units of each hidden layer
 * @param dropout probability to drop a hidden unit, default 0
 * @param inputDropout probability to drop an input, default 0
 */
public record Mlp(List<Integer> hidden, float dropout, float inputDropout) implements Architecture {
  private static final List<Double> SHARES = List.of(0.25, 0.5, 0.75);

  /** Checks ranges. */
  public Mlp {
    hidden = List.copyOf(hidden);
    for (int units : hidden) {
      UsageException.require(units >= 1, "a layer needs at least 1 unit, was %d", units);
    }
    UsageException.require(
        dropout >= 0 && dropout < 1, "dropout must be from 0 to below 1, was %s", dropout);
    UsageException.require(
        inputDropout >= 0 && inputDropout < 1,
        "inputDropout must be from 0 to below 1, was %s",
        inputDropout);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    Inputs.checkNoText(this, input);
    TappedBlock.Builder net = TappedBlock.of();
    Block before = Blocks.batchFlattenBlock();
    float rate = inputDropout;
    for (int layer = 0; layer < hidden.size(); layer++) {
      net.stage(
          "hidden" + (layer + 1),
          new SequentialBlock()
              .add(before)
              .add(new Dropout(rate))
              .add(Linear.builder().setUnits(hidden.get(layer)).build())
              .add(Activation::relu));
      before = Blocks.identityBlock();
      rate = dropout;
    }
    return net.logits(
        new SequentialBlock()
            .add(before)
            .add(new Dropout(rate))
            .add(Linear.builder().setUnits(classes).build()));
  }

  @Override
  public Map<String, String> otherNames() {
    Map<String, String> names = new TreeMap<>();
    for (int layer = 1; layer <= hidden.size(); layer++) {
      names.put("stage" + layer, "hidden" + layer);
      names.put("penultimate", "hidden" + layer);
    }
    return names;
  }

  /**
   * Up to three perceptrons at a quarter, half and three quarters of the way to a smaller one:
   * widths are interpolated geometrically, layer by layer where both have as many, else along the
   * depth; dropout is the smaller one's.
   */
  @Override
  public List<Architecture> between(Architecture smaller) {
    List<Architecture> found = new ArrayList<>();
    if (smaller instanceof Mlp end) {
      for (double share : SHARES) {
        Mlp candidate = new Mlp(widths(end, share), end.dropout, end.inputDropout);
        boolean apart = !candidate.hidden.equals(hidden) && !candidate.hidden.equals(end.hidden);
        if (apart && !found.contains(candidate)) {
          found.add(candidate);
        }
      }
    }
    return found;
  }

  /** As many layers as the share says, their widths read off along the depth. */
  @Override
  public Architecture slimmed(float layers, float width) {
    UsageException.require(
        !hidden.isEmpty(), "%s has no hidden layers that could be fewer or narrower", this);
    int count = Slim.share(hidden.size(), layers);
    List<Integer> slim = new ArrayList<>();
    for (int layer = 0; layer < count; layer++) {
      double depth = count == 1 ? 0.5 : layer / (count - 1.0);
      slim.add((int) Math.max(1, Math.round(width * StrictMath.exp(logWidth(depth)))));
    }
    return new Mlp(slim, 0, 0);
  }

  private List<Integer> widths(Mlp end, double share) {
    int layers = (int) Math.round((1 - share) * hidden.size() + share * end.hidden.size());
    List<Integer> widths = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      double depth = layers == 1 ? 0.5 : layer / (layers - 1.0);
      double log = (1 - share) * logWidth(depth) + share * end.logWidth(depth);
      widths.add((int) Math.max(1, Math.round(StrictMath.exp(log))));
    }
    return widths;
  }

  /** Logarithm of the width at a share of the depth, straight between layers; 0 without layers. */
  private double logWidth(double depth) {
    if (hidden.isEmpty()) {
      return 0;
    }
    double at = depth * (hidden.size() - 1);
    int above = (int) at;
    int below = Math.min(above + 1, hidden.size() - 1);
    return (1 - (at - above)) * StrictMath.log(hidden.get(above))
        + (at - above) * StrictMath.log(hidden.get(below));
  }

  @Override
  public String toString() {
    String sizes =
        hidden.isEmpty()
            ? "0"
            : hidden.stream().map(String::valueOf).collect(Collectors.joining("-"));
    return "mlp:"
        + sizes
        + (dropout > 0 ? ",dropout=" + dropout : "")
        + (inputDropout > 0 ? ",inputDropout=" + inputDropout : "");
  }

  /** Reads {@code mlp:SIZES,dropout=P,inputDropout=P}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("dropout", "inputDropout");
      UsageException.require(
          spec.argument().matches("\\d{1,6}(-\\d{1,6})*"),
          "mlp takes layer sizes joined by '-', as in mlp:1200-1200; was '%s'",
          spec);
      List<Integer> sizes =
          Arrays.stream(spec.argument().split("-")).map(Integer::valueOf).toList();
      return new Mlp(
          sizes.equals(List.of(0)) ? List.of() : sizes,
          spec.number("dropout", 0),
          spec.number("inputDropout", 0));
    }

    @Override
    public String summary() {
      return "mlp:1200-1200,dropout=0.5,inputDropout=0.2   perceptron with rectified linear units";
    }
  }
}
