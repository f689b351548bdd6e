package org.kd4j.offline.specialists;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Knowledge;

/**
 * A generalist and its specialists as one: for each sample the generalist's {@code topN} most
 * probable classes call the specialists of their groups, and the logits are log q, q the
 * distribution that agrees best with all who spoke ({@link Combination}); where nobody is called, q
 * is the generalist's own (G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural
 * Network", 2015, section 5.4).
 *
 * <p>A specialist is forwarded on those samples of a batch that call it. The whole costs the
 * parameters of all its networks, and of each sample the forwards of those that were called.
 *
 * @param generalist knows all classes
 * @param parts the specialists
 * @param topN how many of the most probable classes call their specialists; 1 in the paper
 */
public record GeneralistWithSpecialists(Knowledge generalist, List<Part> parts, int topN)
    implements Knowledge {
  private static final int MOST_TOLD = 6;

  /** Checks that they fit. */
  public GeneralistWithSpecialists {
    parts = List.copyOf(parts);
    UsageException.require(!parts.isEmpty(), "a generalist with specialists needs at least one");
    NetworkSpec whole = generalist.spec();
    UsageException.require(
        topN >= 1 && topN <= whole.classes(),
        "topN must be from 1 to the number of classes, %d, was %d",
        whole.classes(),
        topN);
    for (Part part : parts) {
      int last = part.group().get(part.group().size() - 1);
      UsageException.require(
          last < whole.classes() && part.group().size() < whole.classes(),
          "the group %s must be some of the generalist's classes, 0 to %d",
          part.group(),
          whole.classes() - 1);
      UsageException.require(
          part.specialist().spec().inputShape().equals(whole.inputShape()),
          "generalist and specialist must take the same inputs, were %s and %s",
          whole.inputShape(),
          part.specialist().spec().inputShape());
    }
  }

  /** The specialists' groups. */
  public List<List<Integer>> groups() {
    return parts.stream().map(Part::group).toList();
  }

  @Override
  public NetworkSpec spec() {
    return generalist.spec();
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprints.of("generalist with specialists", generalist, parts, topN);
  }

  @Override
  public Live open(Opening opening) {
    Together together =
        new Together(
            generalist.open(opening),
            parts.stream().map(p -> p.specialist().open(opening)).toList(),
            groups(),
            spec().classes(),
            topN);
    return Answers.of(together.networks(), spec().classes(), together::logits);
  }

  @Override
  public String toString() {
    return generalist
        + (parts.size() > MOST_TOLD
            ? " with " + parts.size() + " specialists"
            : parts.stream()
                .map(p -> Part.told(p.group()))
                .collect(Collectors.joining(", ", " with specialists of ", "")));
  }

  /** All of them on a device; buffers are used again from row to row. */
  private static final class Together {
    private final Live generalist;
    private final List<Live> specialists;
    private final List<List<Integer>> groups;
    private final int topN;
    private final Combination combination;
    private final double[] general;
    private final double[][] special;
    private final double[] q;

    Together(
        Live generalist,
        List<Live> specialists,
        List<List<Integer>> groups,
        int classes,
        int topN) {
      this.generalist = generalist;
      this.specialists = specialists;
      this.groups = groups;
      this.topN = topN;
      this.combination = new Combination(classes, groups);
      this.general = new double[classes];
      this.special = groups.stream().map(g -> new double[g.size() + 1]).toArray(double[][]::new);
      this.q = new double[classes];
    }

    NDArray logits(NDArray input) {
      float[] said = generalist.forward(input).logits().toFloatArray();
      boolean[][] active = ActiveSpecialists.of(said, q.length, groups, topN);
      float[][] heard = new float[specialists.size()][];
      for (int m = 0; m < heard.length; m++) {
        int[] rows = callers(active, m);
        heard[m] =
            rows.length == 0
                ? new float[0]
                : specialists.get(m).forward(only(input, rows)).logits().toFloatArray();
      }
      return input
          .getManager()
          .create(combined(said, heard, active), new Shape(active.length, q.length));
    }

    private static int[] callers(boolean[][] active, int specialist) {
      return IntStream.range(0, active.length).filter(r -> active[r][specialist]).toArray();
    }

    /** Some rows of an input; itself where they are all. */
    private static NDArray only(NDArray input, int[] rows) {
      long samples = input.getShape().get(0);
      if (rows.length == samples) {
        return input;
      }
      NDManager manager = input.getManager();
      NDArray where = manager.create(Arrays.stream(rows).asLongStream().toArray());
      NDArray flat = input.reshape(samples, input.size() / samples);
      return Native.rows(manager, flat, where)
          .reshape(new Shape(rows.length).addAll(input.getShape().slice(1)));
    }

    /** What specialists said stands in the order of those who called them. */
    private float[] combined(float[] said, float[][] heard, boolean[][] active) {
      float[] logits = new float[said.length];
      int[] next = new int[special.length];
      for (int r = 0; r < active.length; r++) {
        LogSoftmax.probabilities(said, r, general);
        for (int m = 0; m < special.length; m++) {
          if (active[r][m]) {
            LogSoftmax.probabilities(heard[m], next[m]++, special[m]);
          }
        }
        combination.minimize(general, special, active[r], q);
        for (int c = 0; c < q.length; c++) {
          // A logit must be finite: students are taught by it.
          logits[r * q.length + c] = (float) Math.log(Math.max(q[c], Double.MIN_NORMAL));
        }
      }
      return logits;
    }

    List<Network> networks() {
      List<Network> all = new ArrayList<>(generalist.networks());
      specialists.forEach(s -> all.addAll(s.networks()));
      return all;
    }
  }
}
