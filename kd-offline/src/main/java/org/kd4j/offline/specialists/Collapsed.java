package org.kd4j.offline.specialists;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Knowledge;

/**
 * What a generalist says of a group and a dustbin: log p of each class of the group, then the log
 * of the sum of p over all other classes.
 *
 * @param generalist knows all classes
 * @param group some of them, in ascending order
 */
public record Collapsed(Knowledge generalist, List<Integer> group) implements Knowledge {
  /** Checks the group. */
  public Collapsed {
    group = List.copyOf(group);
    int classes = generalist.spec().classes();
    UsageException.require(
        !group.isEmpty()
            && group.size() < classes
            && group.stream().distinct().count() == group.size()
            && group.stream().allMatch(c -> c >= 0 && c < classes),
        "a group must be some of the classes 0 to %d, was %s",
        classes - 1,
        group);
  }

  @Override
  public NetworkSpec spec() {
    NetworkSpec whole = generalist.spec();
    return new NetworkSpec(whole.architecture(), whole.input(), group.size() + 1);
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprints.of("collapsed", generalist, group);
  }

  @Override
  public Live open(Opening opening) {
    int classes = generalist.spec().classes();
    int outputs = group.size() + 1;
    return Answers.of(
        generalist.open(opening),
        outputs,
        logits -> {
          float[] collapsed = collapse(logits.toFloatArray(), classes, group);
          return logits
              .getManager()
              .create(collapsed, new Shape(collapsed.length / outputs, outputs));
        });
  }

  @Override
  public String toString() {
    return generalist + " of " + Part.told(group);
  }

  /** Log probabilities of group and dustbin, row after row. */
  static float[] collapse(float[] logits, int classes, List<Integer> group) {
    int rows = logits.length / classes;
    int outputs = group.size() + 1;
    boolean[] inside = new boolean[classes];
    group.forEach(c -> inside[c] = true);
    float[] collapsed = new float[rows * outputs];
    for (int r = 0; r < rows; r++) {
      double in = logSum(logits, r * classes, inside, true);
      double out = logSum(logits, r * classes, inside, false);
      double max = Math.max(in, out);
      double all = max + Math.log(Math.exp(in - max) + Math.exp(out - max));
      for (int i = 0; i < group.size(); i++) {
        collapsed[r * outputs + i] = (float) (logits[r * classes + group.get(i)] - all);
      }
      collapsed[r * outputs + group.size()] = (float) (out - all);
    }
    return collapsed;
  }

  /** log Σ exp z over the classes inside a group, or outside. */
  private static double logSum(float[] logits, int from, boolean[] inside, boolean which) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < inside.length; c++) {
      max = inside[c] == which ? Math.max(max, logits[from + c]) : max;
    }
    double sum = 0;
    for (int c = 0; c < inside.length; c++) {
      sum += inside[c] == which ? Math.exp(logits[from + c] - max) : 0;
    }
    return max + Math.log(sum);
  }
}
