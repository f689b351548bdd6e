package org.kd4j.core.data;

import java.util.Arrays;
import org.kd4j.core.base.UsageException;

/**
 * Puts texts together from the numbers of their words: {@code [CLS] words [SEP]}, or {@code [CLS]
 * first [SEP] second [SEP]} for a pair. What is longer than allowed is cut and counted; of a pair
 * the longer text loses its last token first.
 */
public final class TextBuilder {
  private final Vocabulary vocabulary;
  private final int length;
  private int[] tokens = new int[1 << 12];
  private int[] starts = new int[1 << 8];
  private int[] seconds = new int[1 << 8];
  private int[] labels = new int[1 << 8];
  private int size;
  private int cut;

  /**
   * @param vocabulary what the numbers mean
   * @param length the longest a text may be, in tokens, the special ones among them
   */
  public TextBuilder(Vocabulary vocabulary, int length) {
    UsageException.require(
        length >= 4 && length <= 4096, "length must be 4 to 4096 tokens, was %d", length);
    this.vocabulary = vocabulary;
    this.length = length;
  }

  /**
   * Adds a text.
   *
   * @param words its token numbers, without special ones
   * @param label its class; −1 for none
   */
  public void add(int[] words, int label) {
    int room = length - 2;
    cut += words.length > room ? 1 : 0;
    int kept = Math.min(room, words.length);
    int[] text = new int[kept + 2];
    text[0] = vocabulary.id(Vocabulary.FIRST);
    System.arraycopy(words, 0, text, 1, kept);
    text[kept + 1] = vocabulary.id(Vocabulary.END);
    add(text, text.length, label);
  }

  /**
   * Adds a pair of texts.
   *
   * @param first token numbers of the first, without special ones
   * @param second of the second
   * @param label the pair's class; −1 for none
   */
  public void add(int[] first, int[] second, int label) {
    int room = length - 3;
    int a = first.length;
    int b = second.length;
    cut += a + b > room ? 1 : 0;
    while (a + b > room) {
      if (a > b) {
        a--;
      } else {
        b--;
      }
    }
    int[] text = new int[a + b + 3];
    text[0] = vocabulary.id(Vocabulary.FIRST);
    System.arraycopy(first, 0, text, 1, a);
    text[a + 1] = vocabulary.id(Vocabulary.END);
    System.arraycopy(second, 0, text, a + 2, b);
    text[a + b + 2] = vocabulary.id(Vocabulary.END);
    add(text, a + 2, label);
  }

  /** Adds a text as it is, special tokens and all. */
  void add(int[] text, int second, int label) {
    if (size + 1 >= starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
      seconds = Arrays.copyOf(seconds, starts.length);
      labels = Arrays.copyOf(labels, starts.length);
    }
    int from = starts[size];
    int end = Math.addExact(from, text.length);
    if (end > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(end, 2 * tokens.length));
    }
    System.arraycopy(text, 0, tokens, from, text.length);
    seconds[size] = second;
    labels[size] = label;
    starts[++size] = end;
  }

  /** How many texts were longer than allowed. */
  public int cut() {
    return cut;
  }

  /** A name that says how many texts were cut; as it is where none was. */
  String told(String name) {
    return told(name, cut, length);
  }

  /** The same of several sets of texts together. */
  static String told(String name, int cut, int length) {
    return cut == 0 ? name : name + " (" + cut + " texts cut at " + length + " tokens)";
  }

  /**
   * The texts so far.
   *
   * @param name what people call them
   * @param classes how many classes
   */
  public TextSamples build(String name, int classes) {
    return new TextSamples(
        name,
        vocabulary,
        length,
        classes,
        Arrays.copyOf(tokens, starts[size]),
        Arrays.copyOf(starts, size + 1),
        Arrays.copyOf(seconds, size),
        Arrays.copyOf(labels, size));
  }
}
