package org.kd4j.offline.specialists;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Relabelled;
import org.kd4j.core.data.Samples;
import org.kd4j.core.phase.Biased;
import org.kd4j.core.phase.Knowledge;

/**
 * The dustbin class of a specialist: all classes outside its group in one, the last of its logits.
 */
public final class Dustbin {
  private Dustbin() {}

  /**
   * What a specialist's dustbin logit lacks because its group was sampled more often than nature
   * has it: log[(1 − s)/s · f/(1 − f)], 0 where f = s. Bayes' rule multiplies the odds of dustbin
   * against group by exactly that when the share of the group goes from f to s (G. Hinton, O.
   * Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015, section 5.2: "the log
   * of the proportion by which the specialist class is oversampled").
   *
   * @param naturalShare s, the group's share of the samples
   * @param sampledShare f, the group's share of what the specialist was shown
   * @return to be added to the dustbin logit
   */
  public static double correction(double naturalShare, double sampledShare) {
    UsageException.require(
        naturalShare > 0 && naturalShare < 1 && sampledShare > 0 && sampledShare < 1,
        "a group's shares must be above 0 and below 1, were %s of the samples and %s of those shown",
        naturalShare,
        sampledShare);
    return naturalShare == sampledShare
        ? 0
        : Math.log(1 - naturalShare)
            - Math.log(naturalShare)
            + Math.log(sampledShare)
            - Math.log(1 - sampledShare);
  }

  /**
   * Samples as a specialist sees them: labels 0, 1 … for its group, then the dustbin's.
   *
   * @param samples of all classes
   * @param group some of them
   * @param line the specialist's, for the name
   * @return unlabelled where they were
   */
  public static Samples relabelled(Samples samples, List<Integer> group, String line) {
    int[] own = new int[samples.classes()];
    Arrays.fill(own, group.size());
    IntStream.range(0, group.size()).forEach(i -> own[group.get(i)] = i);
    List<Integer> labels =
        Arrays.stream(samples.labels()).map(l -> l < 0 ? l : own[l]).boxed().toList();
    return new Relabelled(samples, samples.name() + "/" + line, labels, group.size() + 1);
  }

  /** Knowledge of a group and a dustbin with something added to the dustbin's logit. */
  public static Biased shifted(Knowledge of, double shift) {
    List<Float> shifts = new ArrayList<>(Collections.nCopies(of.spec().classes(), 0f));
    shifts.set(shifts.size() - 1, (float) shift);
    return new Biased(of, shifts);
  }
}
