package org.kd4j.features.text;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.strategy.Task;
import org.kd4j.features.FeatureDistillation;
import org.kd4j.features.LayerMap;
import org.kd4j.features.TapPair;

/** The encoders of a task's text: which layers learn from which, and what of them is comparable. */
final class Encoders {
  /** The tap of the embeddings; the layers' are {@code hidden.1} to the last. */
  static final String EMBEDDING = "hidden.0";

  private static final String HIDDEN = "hidden.";

  private Encoders() {}

  /** What a task lacks, as a clause: text first, then what a method asks beyond it. */
  static Optional<String> missing(Task task, Runnable beyond) {
    return FeatureDistillation.missing(
        () -> {
          Shape sample = task.transfer().shape();
          UsageException.require(
              sample.dimension() == 2,
              "needs text, and a sample of %s is %s; take the data set phrases, say",
              task.transfer().name(),
              sample);
          beyond.run();
        });
  }

  /**
   * The layers that learn from each other.
   *
   * @param taps a layer map as written
   * @param task whose
   * @return pairs of taps {@code hidden.i}
   */
  static List<TapPair> layers(String taps, Task task) {
    return LayerMap.parse(taps).pairs(task, LayerMap.Kind.LAYERS);
  }

  /** The last layer of both. */
  static TapPair last(Task task) {
    return layers("last", task).get(0);
  }

  /** Another tap of the layers that end in a pair of hidden states: attention, value. */
  static TapPair within(TapPair layer, String what) {
    return new TapPair(
        what + "." + (number(layer.student()) - 1), what + "." + (number(layer.teacher()) - 1));
  }

  private static int number(String hidden) {
    return Integer.parseInt(hidden.substring(HIDDEN.length()));
  }

  /** Refuses networks without embeddings of tokens. */
  static void embedding(Task task) {
    size(task.student(), EMBEDDING, 1);
    size(task.teacher(), EMBEDDING, 1);
  }

  /**
   * Refuses networks of different numbers of heads.
   *
   * @param why they must be equal and the way out, for the message
   */
  static void sameHeads(Task task, String why) {
    same(task, "heads", "attention.0", 0, why);
  }

  /**
   * Refuses networks of different widths.
   *
   * @param why they must be equal and the way out, for the message
   */
  static void sameWidth(Task task, String why) {
    same(task, "units in a hidden state", EMBEDDING, 1, why);
  }

  private static void same(Task task, String what, String tap, int axis, String why) {
    long student = size(task.student(), tap, axis);
    long teacher = size(task.teacher(), tap, axis);
    UsageException.require(
        student == teacher,
        "needs as many %s on both sides, and the student (%s) has %d, the teacher (%s) %d: %s",
        what,
        task.student(),
        student,
        task.teacher(),
        teacher,
        why);
  }

  private static long size(NetworkSpec network, String tap, int axis) {
    Map<String, Shape> taps = network.taps();
    Shape shape = taps.get(tap);
    UsageException.require(
        shape != null, "needs transformers, and %s has no tap '%s' but %s", network, tap, taps);
    return shape.get(axis);
  }
}
