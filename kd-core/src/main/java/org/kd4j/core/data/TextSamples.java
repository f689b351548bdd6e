package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;

/**
 * Texts as token numbers, end to end in one array: tokenised once, padded only when a batch is
 * gathered, and only to the longest text of that batch.
 *
 * <p>A batch is INT64 (batch, 3, longest): plane 0 the token numbers, 0 = {@code [PAD]} beyond a
 * text's end; plane 1 the mask, 1 = token, 0 = padding; plane 2 the segments, 1 from the second of
 * a pair on, 0 before and in the padding. The shape of a sample is (length, vocabulary), what its
 * one-hot tokens would be.
 */
public final class TextSamples implements MemorySamples {
  /** Planes of a batch. */
  public static final int PLANES = 3;

  private final String name;
  private final Vocabulary vocabulary;
  private final int length;
  private final int classes;
  private final int[] tokens;
  private final int[] starts;
  private final int[] seconds;
  private final int[] labels;
  private volatile @Nullable Fingerprint fingerprint;

  /**
   * @param name what people call them
   * @param vocabulary what the numbers mean
   * @param length the longest a text may be, in tokens
   * @param classes how many classes
   * @param tokens the texts' token numbers, end to end; kept, not copied
   * @param starts where each text begins, and at last where the last one ends; kept, not copied
   * @param seconds where in each text the second of a pair begins, its length without one; kept,
   *     not copied
   * @param labels a label per text, −1 for none; kept, not copied
   */
  TextSamples(
      String name,
      Vocabulary vocabulary,
      int length,
      int classes,
      int[] tokens,
      int[] starts,
      int[] seconds,
      int[] labels) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.length = length;
    this.classes = classes;
    this.tokens = tokens;
    this.starts = starts;
    this.seconds = seconds;
    this.labels = labels;
    UsageException.require(labels.length > 0, "%s holds no samples", name);
    for (int row = 0; row < labels.length; row++) {
      UsageException.require(
          length(row) >= 1 && length(row) <= length,
          "%s: row %d has %d tokens; texts have 1 to %d",
          name,
          row,
          length(row),
          length);
      UsageException.require(
          labels[row] >= -1 && labels[row] < classes,
          "%s: row %d has label %d; labels are 0 to %d, or -1 for none",
          name,
          row,
          labels[row],
          classes - 1);
    }
    for (int token : tokens) {
      UsageException.require(
          token > 0 && token < vocabulary.size(),
          "%s: a text holds token %d; tokens are 1 to %d, and 0 is padding",
          name,
          token,
          vocabulary.size() - 1);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int classes() {
    return classes;
  }

  /** (length, vocabulary). */
  @Override
  public Shape shape() {
    return new Shape(length, vocabulary.size());
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  /** What the token numbers mean. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** How many tokens a text has, the special ones among them. */
  @Override
  public int length(int row) {
    return starts[row + 1] - starts[row];
  }

  /** A text's token numbers. */
  public int[] tokens(int row) {
    return Arrays.copyOfRange(tokens, starts[row], starts[row + 1]);
  }

  /** Where in a text the second of a pair begins; its length without one. */
  public int second(int row) {
    return seconds[row];
  }

  @Override
  public TextSamples subset(String newName, int[] rows) {
    TextBuilder some = new TextBuilder(vocabulary, length);
    for (int row : rows) {
      some.add(tokens(row), seconds[row], labels[row]);
    }
    return some.build(newName, classes);
  }

  @Override
  public TextSamples relabelled(String newName, int[] newLabels) {
    return new TextSamples(
        newName, vocabulary, length, classes, tokens, starts, seconds, newLabels.clone());
  }

  @Override
  public Fingerprint fingerprint() {
    Fingerprint known = fingerprint;
    if (known == null) {
      String head = "text " + length + " " + classes + " " + vocabulary.fingerprint();
      known =
          Fingerprint.ofBytes(
              ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)),
              ints(tokens),
              ints(starts),
              ints(seconds),
              ints(labels));
      fingerprint = known;
    }
    return known;
  }

  private static ByteBuffer ints(int[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(values);
    return buffer;
  }

  @Override
  public Rows open(NDManager manager) {
    return this::gather; // a batch of numbers is so small that it may come from the heap each time
  }

  private Batch gather(NDManager step, int[] rows, Augmentation augmentation, Draws draws) {
    augmentation.requireFitting(this);
    int longest = Arrays.stream(rows).map(this::length).max().orElse(0);
    long[] planes = new long[rows.length * PLANES * longest];
    long[] targets = new long[rows.length];
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      int own = length(row);
      for (int t = 0; t < own; t++) {
        planes[at + t] = tokens[starts[row] + t];
      }
      Arrays.fill(planes, at + longest, at + longest + own, 1);
      Arrays.fill(planes, at + 2 * longest + seconds[row], at + 2 * longest + own, 1);
      at += PLANES * longest;
      targets[i] = labels[row];
    }
    NDArray input = Native.longs(step, planes, new Shape(rows.length, PLANES, longest));
    return new Batch(
        augmentation.apply(input, rows, draws),
        Native.longs(step, targets, new Shape(rows.length)),
        rows);
  }

  @Override
  public String toString() {
    return name + " (" + size() + " texts, " + classes + " classes)";
  }
}
