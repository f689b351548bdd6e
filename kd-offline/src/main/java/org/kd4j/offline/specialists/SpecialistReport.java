package org.kd4j.offline.specialists;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.kd4j.core.evaluation.Predictions;

/**
 * What specialists were good for, on labelled samples: the measures of G. Hinton, O. Vinyals, J.
 * Dean, "Distilling the Knowledge in a Neural Network", 2015, section 5.5, tables 3 and 4. Rows
 * without a label do not count.
 *
 * @param all over all samples: the accuracy
 * @param conditional over the samples of classes that some specialist covers, with predictions
 *     restricted to those classes: the paper's conditional accuracy
 * @param specialists one by one
 * @param coverage by how many specialists cover the true class, from none
 * @param called by how many specialists were active, from none: samples
 */
public record SpecialistReport(
    Gain all,
    Gain conditional,
    List<Specialist> specialists,
    List<Gain> coverage,
    List<Integer> called) {

  /**
   * Generalist against all together on some samples.
   *
   * @param samples how many
   * @param generalistRight of them, by the generalist alone
   * @param wholeRight of them, with its specialists
   */
  public record Gain(int samples, int generalistRight, int wholeRight) {
    /** Share the generalist has right; NaN without samples. */
    public double generalistAccuracy() {
      return (double) generalistRight / samples;
    }

    /** Share all together have right; NaN without samples. */
    public double wholeAccuracy() {
      return (double) wholeRight / samples;
    }

    /** Relative change of accuracy, as in the paper's table 4; NaN where it had none right. */
    public double relativeChange() {
      return (double) (wholeRight - generalistRight) / generalistRight;
    }
  }

  /**
   * One specialist.
   *
   * @param group its classes
   * @param conditional over the samples of its classes, with predictions restricted to them
   * @param active samples that called it
   * @param activeOnGroup of them, those of its classes
   */
  public record Specialist(List<Integer> group, Gain conditional, int active, int activeOnGroup) {}

  /** Copies. */
  public SpecialistReport {
    specialists = List.copyOf(specialists);
    coverage = List.copyOf(coverage);
    called = List.copyOf(called);
  }

  /** Mean number of networks a sample was forwarded through, the generalist's included. */
  public double networksPerSample() {
    double calls = IntStream.range(0, called.size()).mapToDouble(n -> n * called.get(n)).sum();
    return 1 + calls / called.stream().mapToInt(Integer::intValue).sum();
  }

  /** In sentences, one a line. */
  public List<String> told() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "all together " + told(all) + "; on the classes that are covered " + told(conditional));
    for (int m = 0; m < specialists.size(); m++) {
      Specialist s = specialists.get(m);
      lines.add(
          String.format(
              Locale.ROOT,
              "specialist-%d for %s: %s; called for %d of %d samples, %d of them its own",
              m + 1,
              Part.told(s.group()),
              told(s.conditional()),
              s.active(),
              all.samples(),
              s.activeOnGroup()));
    }
    for (int n = 0; n < coverage.size(); n++) {
      if (coverage.get(n).samples() > 0) {
        Gain gain = coverage.get(n);
        lines.add(
            String.format(
                Locale.ROOT,
                "classes that %d cover: %+d right of %d",
                n,
                gain.wholeRight() - gain.generalistRight(),
                gain.samples()));
      }
    }
    return lines;
  }

  private static String told(Gain gain) {
    return String.format(
        Locale.ROOT,
        "%.2f %% right (generalist %.2f %%)",
        100 * gain.wholeAccuracy(),
        100 * gain.generalistAccuracy());
  }

  /**
   * Compares a generalist alone with its specialists.
   *
   * @param whole what was evaluated
   * @param generalist predictions of its generalist
   * @param together predictions of all of it, on the same samples
   */
  public static SpecialistReport of(
      GeneralistWithSpecialists whole, Predictions generalist, Predictions together) {
    return of(whole.groups(), whole.topN(), generalist, together);
  }

  static SpecialistReport of(
      List<List<Integer>> groups, int topN, Predictions generalist, Predictions together) {
    if (!Arrays.equals(generalist.labels(), together.labels())) {
      throw new IllegalArgumentException("generalist and whole must predict the same samples");
    }
    int[] labels = generalist.labels();
    boolean[][] active =
        ActiveSpecialists.of(generalist.logits(), generalist.classes(), groups, topN);
    int[] classes = IntStream.range(0, generalist.classes()).toArray();
    int[] covering = new int[classes.length];
    groups.forEach(group -> group.forEach(c -> covering[c]++));
    int[] covered = Arrays.stream(classes).filter(c -> covering[c] > 0).toArray();

    List<Specialist> specialists = new ArrayList<>();
    for (int m = 0; m < groups.size(); m++) {
      int specialist = m;
      int[] group = groups.get(m).stream().mapToInt(Integer::intValue).toArray();
      IntPredicate own = r -> Arrays.binarySearch(group, labels[r]) >= 0;
      specialists.add(
          new Specialist(
              groups.get(m),
              gain(generalist, together, group, own),
              count(labels, r -> active[r][specialist]),
              count(labels, r -> active[r][specialist] && own.test(r))));
    }
    List<Gain> coverage = new ArrayList<>();
    List<Integer> called = new ArrayList<>();
    for (int n = 0; n <= groups.size(); n++) {
      int times = n;
      coverage.add(gain(generalist, together, classes, r -> covering[labels[r]] == times));
      called.add(count(labels, r -> trues(active[r]) == times));
    }
    return new SpecialistReport(
        gain(generalist, together, classes, r -> true),
        gain(generalist, together, covered, r -> covering[labels[r]] > 0),
        specialists,
        coverage,
        called);
  }

  private static Gain gain(
      Predictions generalist, Predictions together, int[] among, IntPredicate counts) {
    int[] labels = generalist.labels();
    return new Gain(
        count(labels, counts),
        count(labels, r -> counts.test(r) && best(generalist, r, among) == labels[r]),
        count(labels, r -> counts.test(r) && best(together, r, among) == labels[r]));
  }

  /** The class of the highest logit among some, the first of equals. */
  private static int best(Predictions predictions, int row, int[] among) {
    int from = row * predictions.classes();
    int best = -1;
    for (int c : among) {
      best =
          best < 0 || predictions.logits()[from + c] > predictions.logits()[from + best] ? c : best;
    }
    return best;
  }

  private static int count(int[] labels, IntPredicate counts) {
    return (int)
        IntStream.range(0, labels.length).filter(r -> labels[r] >= 0 && counts.test(r)).count();
  }

  private static int trues(boolean[] values) {
    return (int) IntStream.range(0, values.length).filter(m -> values[m]).count();
  }
}
