package org.kd4j.experiments.study;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.evaluation.Evaluation;

/**
 * {@code robustness}: accuracy of the deployed network on the first 2,000 test images, disturbed in
 * ways no network was shown; {@code noise}: Gaussian, deviation a fifth of the range of values, cut
 * to that range; {@code blur}: mean of the 3×3 places around each; {@code shift}: moved by 2 places
 * along both axes, in a direction drawn for each image, zeros moving in. The disturbed images are
 * the same for all trials.
 */
final class Robustness implements Measurement {
  private static final int MOST = 2_000;
  private static final double DEVIATION = 0.2;
  private static final int SHIFT = 2;

  @Override
  public Optional<String> missing(ArraySamples test) {
    return test.shape().dimension() == 3
        ? Optional.empty()
        : Optional.of("needs images, samples are " + test.shape());
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    int size = Math.min(MOST, trial.test().size());
    ArraySamples some = trial.test().subset("test", IntStream.range(0, size).toArray());
    Image shape = Image.of(some);
    SortedMap<String, Double> numbers = new TreeMap<>();
    numbers.put("noise", accuracy(trial, some, (row, from) -> shape.noise(row, from)));
    numbers.put("blur", accuracy(trial, some, (row, from) -> shape.blur(from)));
    numbers.put("shift", accuracy(trial, some, (row, from) -> shape.shift(row, from)));
    return numbers;
  }

  /** Changes an image. */
  @FunctionalInterface
  private interface Disturbance {
    float[] of(int row, float[] from);
  }

  private static double accuracy(Ended trial, ArraySamples some, Disturbance by) {
    int width = some.raw(0).length;
    float[] values = new float[some.size() * width];
    for (int row = 0; row < some.size(); row++) {
      System.arraycopy(by.of(row, some.raw(row)), 0, values, row * width, width);
    }
    ArraySamples disturbed =
        ArraySamples.ofFloats(
            some.name(), some.shape(), some.classes(), values, some.labels(), some.normalization());
    return Evaluation.accuracy(trial.predictions().of(trial.deployed(), disturbed));
  }

  /** Images of one shape, and the range of their values. */
  record Image(int channels, int height, int width, float low, float high) {
    static Image of(ArraySamples samples) {
      float low = Float.MAX_VALUE;
      float high = -Float.MAX_VALUE;
      for (int row = 0; row < samples.size(); row++) {
        for (float v : samples.raw(row)) {
          low = Math.min(low, v);
          high = Math.max(high, v);
        }
      }
      long[] shape = samples.shape().getShape();
      return new Image((int) shape[0], (int) shape[1], (int) shape[2], low, high);
    }

    float[] noise(int row, float[] from) {
      Draws draws = Draws.of(0, "robustness noise").at(row);
      float[] to = new float[from.length];
      for (int i = 0; i < from.length; i++) {
        double v = from[i] + DEVIATION * (high - low) * draws.gaussian(i);
        to[i] = (float) Math.max(low, Math.min(high, v));
      }
      return to;
    }

    /** The mean of the places around each that are in the image. */
    float[] blur(float[] from) {
      float[] to = new float[from.length];
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            double sum = 0;
            int count = 0;
            for (int v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
              for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
                sum += from[at(c, v, u)];
                count++;
              }
            }
            to[at(c, y, x)] = (float) (sum / count);
          }
        }
      }
      return to;
    }

    float[] shift(int row, float[] from) {
      Draws draws = Draws.of(0, "robustness shift").at(row);
      int down = draws.below(0, 2) == 0 ? SHIFT : -SHIFT;
      int right = draws.below(1, 2) == 0 ? SHIFT : -SHIFT;
      float[] to = new float[from.length];
      for (int c = 0; c < channels; c++) {
        for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
          for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
            to[at(c, y, x)] = from[at(c, y - down, x - right)];
          }
        }
      }
      return to;
    }

    private int at(int c, int y, int x) {
      return (c * height + y) * width + x;
    }
  }
}
