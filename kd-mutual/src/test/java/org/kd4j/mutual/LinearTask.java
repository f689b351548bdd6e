package org.kd4j.mutual;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/**
 * A linear classifier, plain gradient descent and few steps: small enough to write the equations of
 * a paper out in plain Java, in double precision, and hold the framework against them.
 */
final class LinearTask {
  static final long SEED = 5;
  static final int BATCH = 40;
  static final double RATE = 0.5;
  private static final ArraySamples SAMPLES = TinyTask.samples("linear", 100, 3);

  private LinearTask() {}

  static ArraySamples samples() {
    return SAMPLES;
  }

  static Task task(ArraySamples samples, int epochs) {
    NetworkSpec spec = NetworkSpec.of(new Mlp(List.of(), 0, 0), samples.shape(), samples.classes());
    Recipe recipe =
        new Recipe(
            Training.of(epochs, BATCH),
            new Sgd(Schedule.constant((float) RATE), 0, false, 0, 0),
            Augmentation.NONE);
    return new Task("linear", samples, samples, Optional.empty(), spec, spec, recipe, recipe);
  }

  /** The rows of every batch of an epoch, in the order everybody reads them. */
  static int[][] batches(int epoch) {
    int[] order = Draws.of(SEED, "order", Feed.MAIN).at(epoch).permutation(SAMPLES.size());
    int[][] batches = new int[(order.length + BATCH - 1) / BATCH][];
    for (int b = 0; b < batches.length; b++) {
      batches[b] = Arrays.copyOfRange(order, b * BATCH, Math.min(order.length, (b + 1) * BATCH));
    }
    return batches;
  }

  /** 1 at the label, 0 elsewhere. */
  static double onehot(int label, int c) {
    return label == c ? 1 : 0;
  }

  /** softmax(W x + b), with the first weights of a line. */
  static final class Net {
    final double[][] weight;
    final double[] bias;

    private Net(double[][] weight, double[] bias) {
      this.weight = weight;
      this.bias = bias;
    }

    static Net of(Map<String, float[]> weights) {
      float[] flat = ending(weights, "weight");
      float[] shift = ending(weights, "bias");
      Net net =
          new Net(new double[shift.length][flat.length / shift.length], new double[shift.length]);
      for (int c = 0; c < shift.length; c++) {
        net.bias[c] = shift[c];
        for (int f = 0; f < net.weight[c].length; f++) {
          net.weight[c][f] = flat[c * net.weight[c].length + f];
        }
      }
      return net;
    }

    static Net fresh(String line) {
      try (NDManager manager = NDManager.newBaseManager()) {
        return of(Network.fresh(task(SAMPLES, 1).student(), manager, SEED, line).weights());
      }
    }

    Net copy() {
      return new Net(
          Arrays.stream(weight).map(double[]::clone).toArray(double[][]::new), bias.clone());
    }

    /** The distributions of some samples. */
    double[][] probabilities(int[] rows) {
      double[][] p = new double[rows.length][bias.length];
      for (int i = 0; i < rows.length; i++) {
        float[] x = SAMPLES.raw(rows[i]);
        double sum = 0;
        for (int c = 0; c < bias.length; c++) {
          double z = bias[c];
          for (int f = 0; f < x.length; f++) {
            z += weight[c][f] * x[f] / 255;
          }
          p[i][c] = Math.exp(z);
          sum += p[i][c];
        }
        for (int c = 0; c < bias.length; c++) {
          p[i][c] /= sum;
        }
      }
      return p;
    }

    /** One step of descent, given the loss's derivative by each sample's logits. */
    void descend(int[] rows, double[][] byLogits) {
      for (int i = 0; i < rows.length; i++) {
        float[] x = SAMPLES.raw(rows[i]);
        for (int c = 0; c < bias.length; c++) {
          double step = RATE * byLogits[i][c];
          bias[c] -= step;
          for (int f = 0; f < x.length; f++) {
            weight[c][f] -= step * x[f] / 255;
          }
        }
      }
    }

    /** The largest difference of any weight. */
    double distance(Net other) {
      double most = 0;
      for (int c = 0; c < bias.length; c++) {
        most = Math.max(most, Math.abs(bias[c] - other.bias[c]));
        for (int f = 0; f < weight[c].length; f++) {
          most = Math.max(most, Math.abs(weight[c][f] - other.weight[c][f]));
        }
      }
      return most;
    }

    private static float[] ending(Map<String, float[]> weights, String name) {
      return weights.entrySet().stream()
          .filter(e -> e.getKey().endsWith(name))
          .map(Map.Entry::getValue)
          .reduce(
              (a, b) -> {
                throw new IllegalStateException("two layers");
              })
          .orElseThrow();
    }
  }
}
