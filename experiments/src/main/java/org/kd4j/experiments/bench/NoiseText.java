package org.kd4j.experiments.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Native;

/**
 * Texts of random tokens, all as long as they may be.
 *
 * @param size how many
 * @param length tokens of each
 * @param vocabulary tokens there are
 * @param classes of their labels
 */
record NoiseText(int size, int length, int vocabulary, int classes) implements Samples {
  @Override
  public String name() {
    return "noise";
  }

  @Override
  public Shape shape() {
    return new Shape(length, vocabulary);
  }

  @Override
  public int[] labels() {
    int[] labels = new int[size];
    Arrays.setAll(labels, i -> i % classes);
    return labels;
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.ofText(
        "noise of tokens " + size + " " + length + " " + vocabulary + " " + classes);
  }

  @Override
  public Rows open(NDManager manager) {
    int[] labels = labels();
    Draws draws = new Draws(size);
    return (step, rows, augmentation, unused) -> {
      var input = step.create(new Shape(rows.length, 3, length), DataType.INT64);
      var target = step.create(new Shape(rows.length), DataType.INT64);
      LongBuffer values = Native.bytes(input).asLongBuffer();
      LongBuffer wanted = Native.bytes(target).asLongBuffer();
      for (int row : rows) {
        for (int i = 0; i < length; i++) {
          values.put(1 + draws.below((long) row * length + i, vocabulary - 1));
        }
        for (int i = 0; i < 2 * length; i++) {
          values.put(i < length ? 1 : 0); // all of it text, one segment
        }
        wanted.put(labels[row]);
      }
      return new Batch(input, target, rows);
    };
  }
}
