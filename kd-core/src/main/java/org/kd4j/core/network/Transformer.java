package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A transformer encoder that classifies text: {@code transformer:4x312,heads=12,ffn=1200} (A.
 * Vaswani et al., "Attention Is All You Need", NeurIPS 2017; as in J. Devlin et al., "BERT:
 * Pre-training of Deep Bidirectional Transformers for Language Understanding", NAACL 2019): token,
 * position and two segment embeddings, normalised after each half of a layer (epsilon 1e-12), GELU
 * by the error function, tanh of a layer on the first token, a linear classifier. Published weights
 * fit it.
 *
 * <p>A sample's shape is (most tokens, vocabulary). A batch is INT64 (batch, 3, length): token ids,
 * the mask (1 = token, 0 = padding), segments; the length is at most the samples'.
 *
 * <p>First weights are BERT's: normal with deviation 0.02, truncated at two deviations, biases 0.
 *
 * <p>Taps: {@code hidden.0} = {@code embedding} (batch, length, width); of layer i from 0 {@code
 * attention.i}, the scores Q·Kᵀ/√d without mask (batch, heads, length, length), {@code value.i}
 * (batch, heads, length, d) and {@code hidden.i+1}; {@code pooled} = {@code penultimate} (batch,
 * width); {@code logits}. Other names of {@code hidden.1}, … are {@code stage1}, ….
 *
 * @param layers of the encoder
 * @param width of a hidden state
 * @param heads of each layer, default one for each 64 of the width, at least 1; divides the width
 * @param ffn units of a feed-forward network, default four times the width
 * @param dropout of hidden states and of attention, default BERT's 0.1
 * @param positions most tokens it can read; default 0 = as many as the data's texts have at most
 */
public record Transformer(int layers, int width, int heads, int ffn, float dropout, int positions)
    implements Architecture {
  private static final float DROPOUT = 0.1f;
  private static final List<Double> SHARES = List.of(0.25, 0.5, 0.75);

  /** Checks ranges. */
  public Transformer {
    UsageException.require(
        layers >= 1 && layers <= 96, "transformer: layers must be from 1 to 96, was %d", layers);
    UsageException.require(
        width >= 1 && width <= 16384, "transformer: width must be from 1 to 16384, was %d", width);
    UsageException.require(
        heads >= 1 && width % heads == 0,
        "transformer: heads must divide the width, was %d for a width of %d; say heads=…",
        heads,
        width);
    UsageException.require(ffn >= 1, "transformer: ffn must be 1 or more, was %d", ffn);
    UsageException.require(
        dropout >= 0 && dropout < 1, "dropout must be from 0 to below 1, was %s", dropout);
    UsageException.require(
        positions >= 0,
        "transformer: positions must be 1 or more, or 0 for the data's, was %d",
        positions);
  }

  /** A transformer with the customary heads, feed-forward networks and dropout. */
  public static Transformer of(int layers, int width) {
    return new Transformer(layers, width, heads(width), 4 * width, DROPOUT, 0);
  }

  private static int heads(int width) {
    return Math.max(1, width / 64);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    return build(input, classes, FirstWeights.TRUNCATED_NORMAL);
  }

  /** The same with first weights of another kind. */
  TappedBlock build(Shape input, int classes, FirstWeights first) {
    Inputs.checkText(this, input);
    UsageException.require(
        positions == 0 || positions >= input.get(0),
        "%s has %d positions, samples have up to %d tokens; give the data length=%d, which cuts longer"
            + " texts and counts them, or take a network of more positions",
        this,
        positions,
        input.get(0),
        positions);
    Stages net = new Stages(first);
    net.stage("hidden.0", new TextEmbedding(width, positions, dropout), TappedBlock.INPUT);
    net.also("embedding", "hidden.0");
    for (int i = 0; i < layers; i++) {
      String hidden = "hidden." + i;
      net.stage("attention." + i, new AttentionScores(heads, width), hidden);
      net.stage("value." + i, new AttentionValues(heads, width), hidden);
      net.stage(
          "hidden." + (i + 1),
          new EncoderLayer(heads, width, ffn, dropout),
          hidden,
          "attention." + i,
          "value." + i,
          TappedBlock.INPUT);
    }
    net.stage("pooled", new Pooler(width), "hidden." + layers);
    net.also("penultimate", "pooled");
    Block classifier =
        new SequentialBlock()
            .add(new Dropout(dropout))
            .add(Linear.builder().setUnits(classes).build());
    return net.builder.logits(new Begun(TappedBlock.LOGITS, classifier, first), "penultimate");
  }

  @Override
  public Map<String, String> otherNames() {
    Map<String, String> names = new TreeMap<>();
    for (int layer = 1; layer <= layers; layer++) {
      names.put("stage" + layer, "hidden." + layer);
    }
    return names;
  }

  /**
   * The shares a query gives to keys: softmax of its scores over the tokens, none to padding.
   *
   * @param scores a tap {@code attention.i}, (batch, heads, length, length)
   * @param text the network's input
   * @return as the scores
   */
  public static NDArray shares(NDArray scores, NDArray text) {
    return EncoderLayer.shares(scores, text);
  }

  /** Stages that begin alike. */
  private record Stages(FirstWeights first, TappedBlock.Builder builder) {
    Stages(FirstWeights first) {
      this(first, TappedBlock.of());
    }

    void stage(String name, Block block, String... from) {
      builder.branch(name, new Begun(name, block, first), from);
    }

    void also(String name, String of) {
      builder.branch(name, Blocks.identityBlock(), of);
    }
  }

  /**
   * Up to three at a quarter, half and three quarters of the way to a smaller one: as many layers
   * as the share says; heads, width of a head and feed-forward units interpolated geometrically.
   */
  @Override
  public List<Architecture> between(Architecture smaller) {
    List<Architecture> found = new ArrayList<>();
    Architecture last = smaller instanceof Bert bert ? bert.encoder() : smaller;
    if (last instanceof Transformer end) {
      for (double share : SHARES) {
        Transformer candidate = towards(end, share);
        boolean apart =
            candidate.apartFrom(this) && candidate.apartFrom(end) && !found.contains(candidate);
        if (apart) {
          found.add(candidate);
        }
      }
    }
    return found;
  }

  private Transformer towards(Transformer end, double share) {
    int count = geometric(heads, end.heads, share);
    return new Transformer(
        (int) Math.round((1 - share) * layers + share * end.layers),
        count * geometric(width / heads, end.width / end.heads, share),
        count,
        geometric(ffn, end.ffn, share),
        end.dropout,
        end.positions);
  }

  private boolean apartFrom(Transformer other) {
    return layers != other.layers
        || width != other.width
        || heads != other.heads
        || ffn != other.ffn;
  }

  private static int geometric(int from, int to, double share) {
    return (int)
        Math.max(
            1,
            Math.round(
                StrictMath.exp((1 - share) * StrictMath.log(from) + share * StrictMath.log(to))));
  }

  /**
   * The shares of layers, width and feed-forward units; as many heads, each narrower, for attention
   * is compared and begins head by head. Heads whose share is less than one unit become fewer.
   */
  @Override
  public Architecture slimmed(float layers, float width) {
    int each = this.width / heads;
    boolean divisible = each * width >= 1;
    int count = divisible ? heads : Slim.share(this.width, width);
    return new Transformer(
        Slim.share(this.layers, layers),
        count * (divisible ? Slim.share(each, width) : 1),
        count,
        Slim.share(ffn, width),
        0,
        positions);
  }

  @Override
  public String toString() {
    return "transformer:"
        + layers
        + "x"
        + width
        + (heads == heads(width) ? "" : ",heads=" + heads)
        + (ffn == 4 * width ? "" : ",ffn=" + ffn)
        + (dropout == DROPOUT ? "" : ",dropout=" + dropout)
        + (positions == 0 ? "" : ",positions=" + positions);
  }

  /** Reads {@code transformer:LAYERSxWIDTH,heads=H,ffn=F,dropout=P,positions=N}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("heads", "ffn", "dropout", "positions");
      UsageException.require(
          spec.argument().matches("\\d{1,3}x\\d{1,5}"),
          "transformer takes layers and width joined by 'x', as in transformer:4x312; was '%s'",
          spec);
      String[] size = spec.argument().split("x");
      int width = Integer.parseInt(size[1]);
      return new Transformer(
          Integer.parseInt(size[0]),
          width,
          spec.integer("heads", heads(width)),
          spec.integer("ffn", 4 * width),
          spec.number("dropout", DROPOUT),
          spec.integer("positions", 0));
    }

    @Override
    public String summary() {
      return "transformer:LAYERSxWIDTH,heads=WIDTH/64,ffn=4·WIDTH,dropout=0.1,positions=the data's"
          + "   encoder of text, as BERT";
    }
  }
}
