package org.kd4j.offline.specialists;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Sampling;

/**
 * Half from a specialist's group, half from all others: an epoch reads every sample of the group
 * once and as many of the rest, drawn uniformly, none twice before all were read once; shuffled
 * together. Unlabelled samples are left out (G. Hinton, O. Vinyals, J. Dean, "Distilling the
 * Knowledge in a Neural Network", 2015, section 5.2).
 *
 * @param samples the group's classes and, last, the dustbin
 */
public record HalfFrom(Samples samples) implements Sampling {
  /** The group's share of what is read. */
  public static final double SHARE = 0.5;

  /** Both sides need samples. */
  public HalfFrom {
    int group = group(samples).length;
    int rest = rest(samples).length;
    UsageException.require(
        group > 0 && rest > 0,
        "a specialist learns from samples of its group and from others, %s has %d and %d",
        samples.name(),
        group,
        rest);
  }

  @Override
  public int draws(int size) {
    return 2 * group(samples).length;
  }

  @Override
  public int[] rows(int size, Draws draws) {
    int[] group = group(samples);
    int[] rest = rest(samples);
    int[] both = Arrays.copyOf(group, 2 * group.length);
    int[] order = {};
    for (int i = 0; i < group.length; i++) {
      if (i % rest.length == 0) {
        order = draws.at(1 + i / rest.length).permutation(rest.length);
      }
      both[group.length + i] = rest[order[i % rest.length]];
    }
    return Arrays.stream(draws.at(0).permutation(both.length)).map(i -> both[i]).toArray();
  }

  /** The group's share of the labelled samples. */
  public double naturalShare() {
    double group = group(samples).length;
    return group / (group + rest(samples).length);
  }

  private static int[] group(Samples samples) {
    return rows(samples, 0, samples.classes() - 1);
  }

  private static int[] rest(Samples samples) {
    return rows(samples, samples.classes() - 1, samples.classes());
  }

  private static int[] rows(Samples samples, int from, int below) {
    int[] labels = samples.labels();
    return IntStream.range(0, labels.length)
        .filter(r -> labels[r] >= from && labels[r] < below)
        .toArray();
  }

  @Override
  public String toString() {
    return "half from the group";
  }
}
