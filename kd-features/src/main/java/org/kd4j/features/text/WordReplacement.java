package org.kd4j.features.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Relabelled;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.TextSamples;
import org.kd4j.core.data.Vocabulary;
import org.kd4j.core.engine.Native;

/**
 * Texts with some of their tokens replaced, anew each epoch: each but the special ones with a
 * probability, by a token of another text drawn from the same set, so that frequent tokens come in
 * frequently. Lengths and segments stay. TinyBERT's authors write twenty copies of each text once,
 * and take words that BERT expects in the place or whose vectors are near (section 3.3, algorithm
 * 1, with a probability of 0.4).
 *
 * @param texts what is augmented, and where tokens come from
 * @param share of the tokens, above 0 and at most 1
 */
public record WordReplacement(TextSamples texts, float share) implements Augmentation {
  /** Checks the range. */
  public WordReplacement {
    UsageException.require(
        share > 0 && share <= 1, "share must be above 0 and at most 1, was %s", share);
  }

  /** The texts behind samples, whatever their labels; empty where they are none in memory. */
  static Optional<TextSamples> texts(Samples samples) {
    if (samples instanceof Relabelled relabelled) {
      return texts(relabelled.of());
    }
    return samples instanceof TextSamples texts ? Optional.of(texts) : Optional.empty();
  }

  @Override
  public boolean fits(Shape sample) {
    return sample.equals(texts.shape());
  }

  @Override
  public NDArray apply(NDArray batch, int[] rows, Draws draws) {
    Shape shape = batch.getShape();
    int length = Math.toIntExact(shape.get(2));
    long[] kept = new long[Math.toIntExact(shape.size())];
    long[] put = new long[kept.length];
    Arrays.fill(kept, 1);
    BitSet special = special();
    for (int i = 0; i < rows.length; i++) {
      Draws own = draws.at(rows[i]);
      int[] tokens = texts.tokens(rows[i]);
      for (int at = 0; at < tokens.length; at++) {
        if (own.uniform(3L * at) >= share || special.get(tokens[at])) {
          continue;
        }
        int other = drawn(own, at);
        if (!special.get(other)) {
          int where = i * TextSamples.PLANES * length + at; // of plane 0, the tokens
          kept[where] = 0;
          put[where] = other;
        }
      }
    }
    return batch
        .mul(Native.longs(batch.getManager(), kept, shape))
        .add(Native.longs(batch.getManager(), put, shape));
  }

  /** A token between the first and the last of any text; all texts are as likely. */
  private int drawn(Draws draws, int at) {
    int[] other = texts.tokens(draws.below(3L * at + 1, texts.size()));
    return other[
        Math.min(other.length - 1, 1 + draws.below(3L * at + 2, Math.max(1, other.length - 2)))];
  }

  private BitSet special() {
    BitSet special = new BitSet();
    Vocabulary.SPECIAL.forEach(token -> special.set(texts.vocabulary().id(token)));
    return special;
  }

  @Override
  public String toString() {
    return "words replaced (" + share + ")";
  }
}
