package org.kd4j.core.data;

import ai.djl.ndarray.types.Shape;
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
 * <p>With 1,296 classes, a class is an ordered pair of the 36 characters, {@code AB} another than
 * {@code BA}: two of them side by side, each by a hand of its own, 28×56. That is what methods for
 * many classes need.
 *
 * @param classes 10 (digits), 36 (digits and letters) or 1296 (pairs of those)
 * @param seed of the data, apart from a trial's
 */
public record Strokes(int classes, long seed) {
  /** Pixels along each side of a character. */
  public static final int SIZE = 28;

  /** Classes of pairs. */
  public static final int PAIRS = 1296;

  /** Samples drawn by one thread at a time. */
  private static final int BLOCK = 250;

  private static final String CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** Checks the number of classes. */
  public Strokes {
    UsageException.require(
        classes == 10 || classes == 36 || classes == PAIRS,
        "strokes come in 10 classes (digits), 36 (digits and letters) or 1296 (pairs of those),"
            + " not %d",
        classes);
  }

  /** What is written in each class: a character, or two. */
  public List<String> classNames() {
    return IntStream.range(0, classes).mapToObj(this::written).toList();
  }

  private String written(int label) {
    int all = CHARACTERS.length();
    return classes == PAIRS
        ? "" + CHARACTERS.charAt(label / all) + CHARACTERS.charAt(label % all)
        : CHARACTERS.substring(label, label + 1);
  }

  /** The class of a sample. */
  public int label(int index) {
    return index % classes;
  }

  /** The shape of an image: (1, 28, 28), of pairs (1, 28, 56). */
  public Shape shape() {
    return new Shape(1, SIZE, width());
  }

  private int width() {
    return SIZE * places();
  }

  /** Characters in an image. */
  private int places() {
    return classes == PAIRS ? 2 : 1;
  }

  /**
   * Draws the first samples of a split.
   *
   * @param split its name: {@code train}, {@code test}
   * @param count how many
   * @return their pixels, row after row, 0 = paper, 255 = ink
   */
  public byte[] images(String split, int count) {
    byte[] pixels = new byte[Math.multiplyExact(count, SIZE * width())];
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
      String text = written(label(i));
      for (int place = 0; place < places(); place++) {
        List<Skeleton> ways = Skeleton.ALL.get(text.charAt(place));
        Draws own = draws.at((long) i * places() + place);
        pen.write(ways, own, pixels, i * SIZE * width() + place * SIZE, width());
      }
    }
  }
}
