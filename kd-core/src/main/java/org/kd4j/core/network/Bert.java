package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A {@link Transformer} that begins with published weights instead of draws: {@code bert:DIR}, a
 * {@linkplain BertDirectory directory} as BERT's are published (J. Devlin et al., "BERT:
 * Pre-training of Deep Bidirectional Transformers for Language Understanding", NAACL 2019). As a
 * teacher or student it is fine-tuned from there. A classifier that is not among the weights, or
 * has another number of classes, is drawn.
 *
 * @param directory whose weights; enters fingerprints by its content
 * @param dropout in fine-tuning, default what the directory's config says
 */
public record Bert(BertDirectory directory, float dropout) implements Architecture {
  /** Checks the dropout. */
  public Bert {
    UsageException.require(
        dropout >= 0 && dropout < 1, "dropout must be from 0 to below 1, was %s", dropout);
  }

  /** With the dropout its config says. */
  public Bert(BertDirectory directory) {
    this(directory, directory.encoder().dropout());
  }

  /** The network without its weights. */
  public Transformer encoder() {
    Transformer own = directory.encoder();
    return new Transformer(
        own.layers(), own.width(), own.heads(), own.ffn(), dropout, own.positions());
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    Inputs.checkText(this, input);
    UsageException.require(
        input.get(1) == directory.vocabulary(),
        "%s knows %d tokens, the texts were made of %d; read them with the vocabulary that was"
            + " published with the weights",
        this,
        directory.vocabulary(),
        input.get(1));
    boolean head = beginsTrained(classes);
    return encoder()
        .build(
            input,
            classes,
            (path, parameter, draws) ->
                !head && path.startsWith(TappedBlock.LOGITS + "/")
                    ? FirstWeights.TRUNCATED_NORMAL.of(path, parameter, draws)
                    : directory.values(path));
  }

  /** Where its directory holds a classifier of as many classes. */
  @Override
  public boolean beginsTrained(int classes) {
    return directory.classes().orElse(-1) == classes;
  }

  /** Those between its encoder and the smaller one, which begin with draws. */
  @Override
  public List<Architecture> between(Architecture smaller) {
    return encoder().between(smaller);
  }

  /** A slimmer encoder, which begins with draws. */
  @Override
  public Architecture slimmed(float layers, float width) {
    return encoder().slimmed(layers, width);
  }

  @Override
  public Map<String, String> otherNames() {
    return encoder().otherNames();
  }

  @Override
  public String toString() {
    return "bert:"
        + directory
        + (dropout == directory.encoder().dropout() ? "" : ",dropout=" + dropout);
  }

  /** Reads {@code bert:DIR,dropout=P}. */
  public static final class Family implements NetworkFamily {
    @Override
    public Architecture parse(SpecText spec) {
      spec.knowing("dropout");
      UsageException.require(
          !spec.argument().isEmpty(),
          "bert takes a directory of published weights, as in bert:bert-base-uncased; was '%s'",
          spec);
      try {
        BertDirectory directory = BertDirectory.read(Path.of(spec.argument()));
        return new Bert(directory, spec.number("dropout", directory.encoder().dropout()));
      } catch (InvalidPathException e) {
        throw new UsageException("bert: '" + spec.argument() + "' is no path", e);
      }
    }

    @Override
    public String summary() {
      return "bert:DIR,dropout=0.1   published weights (config.json, model.safetensors), to train"
          + " further";
    }
  }
}
