package org.kd4j.experiments.study;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Splits;
import org.kd4j.core.evaluation.Predictions;

/** Chooses the report's test images, before any prediction is looked at. */
final class Galleries {
  private static final int IMAGES = 6;

  private Galleries() {}

  /** The first test image of each of six classes; empty where samples are no images. */
  static Optional<Gallery> of(Splits splits) {
    Shape shape = splits.test().shape();
    if (!(splits.test() instanceof ArraySamples test) || shape.dimension() != 3) {
      return Optional.empty();
    }
    int[] all = test.labels();
    List<Integer> rows = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<float[]> pixels = new ArrayList<>();
    for (int i = 0; i < all.length && rows.size() < IMAGES; i++) {
      if (all[i] >= 0 && !labels.contains(all[i])) {
        rows.add(i);
        labels.add(all[i]);
        pixels.add(grey(test.raw(i), shape));
      }
    }
    return Optional.of(
        new Gallery(
            rows, labels, pixels, (int) shape.get(1), (int) shape.get(2), splits.classNames()));
  }

  /** Channels averaged, scaled so that the brightest value is 1. */
  private static float[] grey(float[] raw, Shape shape) {
    int channels = (int) shape.get(0);
    float[] grey = new float[raw.length / channels];
    float max = 1e-6f;
    for (int i = 0; i < raw.length; i++) {
      grey[i % grey.length] += raw[i] / channels;
      max = Math.max(max, raw[i]);
    }
    for (int i = 0; i < grey.length; i++) {
      grey[i] /= max;
    }
    return grey;
  }

  /** Predictions of some rows. */
  static Predictions rows(Predictions all, List<Integer> rows) {
    float[] logits = new float[rows.size() * all.classes()];
    int[] labels = new int[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(
          all.logits(), rows.get(i) * all.classes(), logits, i * all.classes(), all.classes());
      labels[i] = all.labels()[rows.get(i)];
    }
    return new Predictions(logits, all.classes(), labels);
  }
}
