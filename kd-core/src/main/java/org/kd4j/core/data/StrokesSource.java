package org.kd4j.core.data;

import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code strokes}, {@code strokes:36} or {@code strokes:1296}: generated handwriting-like
 * characters or pairs of them, see {@link Strokes}. Needs no file. Brings its own validation set,
 * so {@code train=10000} is what networks learn from. Of pairs there are more unless asked
 * otherwise, so that there are a few of each: train=25920, validation=2592, test=3888.
 */
public final class StrokesSource implements DataSource {
  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing("train", "validation", "test", "seed");
    int classes = spec.argument().isEmpty() ? 10 : classes(spec);
    Strokes strokes = new Strokes(classes, spec.integer("seed", 0));
    String name = classes == 10 ? "strokes" : "strokes-" + classes;
    boolean pairs = classes == Strokes.PAIRS;
    return new DataSet(
        name,
        samples(strokes, name, "train", count(spec, "train", pairs ? 20 * classes : 10_000)),
        Optional.of(
            samples(
                strokes,
                name,
                "validation",
                count(spec, "validation", pairs ? 2 * classes : 1_000))),
        samples(strokes, name, "test", count(spec, "test", pairs ? 3 * classes : 2_000)),
        strokes.classNames(),
        0);
  }

  private static int classes(SpecText spec) {
    try {
      return Integer.parseInt(spec.argument());
    } catch (NumberFormatException e) {
      throw new UsageException(
          "strokes come in 10, 36 or 1296 classes, as in strokes:36; was '" + spec + "'", e);
    }
  }

  private static int count(SpecText spec, String key, int otherwise) {
    int count = spec.integer(key, otherwise);
    UsageException.require(
        count >= 1 && count <= 1_000_000,
        "%s: %s must be 1 to 1000000 images, was %d",
        spec.head(),
        key,
        count);
    return count;
  }

  private static ArraySamples samples(Strokes strokes, String name, String split, int count) {
    int[] labels = new int[count];
    java.util.Arrays.setAll(labels, strokes::label);
    return ArraySamples.ofBytes(
        name + "/" + split,
        strokes.shape(),
        strokes.classes(),
        strokes.images(split, count),
        labels,
        Normalization.by(255));
  }

  @Override
  public String summary() {
    return "generated handwriting: strokes (10 digits), strokes:36 (digits and letters),"
        + " strokes:1296 (pairs of those, 28x56); options train=10000, validation=1000, test=2000"
        + " (of pairs 25920, 2592, 3888), seed=0";
  }
}
