package org.kd4j.core.data;

import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/**
 * Handwriting-like characters, 28×28 grey, drawn on the spot from stroke skeletons of our own: as
 * many as wanted, without a file, and hard enough that capacity and regularisation show. A skeleton
 * is bent point by point, slanted, turned, scaled, moved, inked with a pen of random width, and
 * grained.
 *
 * <p>Sample i of a split is a pure function of (seed, split, i): more samples never change those
 * before them. Classes follow each other in turn, so every split is balanced. With 36 classes,
 * digits and letters overlap as they do in handwriting (0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B), which is
 * what a teacher's soft targets can tell.
 *
 * @param classes 10 (digits) or 36 (digits and letters)
 * @param seed of the data, apart from a trial's
 */
public record Strokes(int classes, long seed) {
  /** Pixels along each side. */
  public static final int SIZE = 28;

  /** Samples drawn by one thread at a time. */
  private static final int BLOCK = 250;

  private static final String CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** Checks the number of classes. */
  public Strokes {
    UsageException.require(
        classes == 10 || classes == 36,
        "strokes come in 10 classes (digits) or 36 (digits and letters), not %d",
        classes);
  }

  /** A character per class. */
  public List<String> classNames() {
    return CHARACTERS.chars().limit(classes).mapToObj(Character::toString).toList();
  }

  /** The class of a sample. */
  public int label(int index) {
    return index % classes;
  }

  /**
   * Draws the first samples of a split.
   *
   * @param split its name: {@code train}, {@code test}
   * @param count how many
   * @return their pixels, row after row, 0 = paper, 255 = ink
   */
  public byte[] images(String split, int count) {
    byte[] pixels = new byte[Math.multiplyExact(count, SIZE * SIZE)];
    Draws draws = Draws.of(seed, "strokes", split, classes);
    int blocks = (count + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(b -> draw(draws, b * BLOCK, Math.min(count, (b + 1) * BLOCK), pixels));
    return pixels;
  }

  private void draw(Draws draws, int from, int to, byte[] pixels) {
    Pen pen = new Pen(SIZE);
    for (int i = from; i < to; i++) {
      List<Skeleton> ways = Skeleton.ALL.get(CHARACTERS.charAt(label(i)));
      pen.write(ways, draws.at(i), pixels, i * SIZE * SIZE);
    }
  }
}
