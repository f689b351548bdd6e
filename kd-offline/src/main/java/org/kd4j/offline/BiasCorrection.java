package org.kd4j.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Predictions;

/**
 * The correction of a student that was never shown some classes (G. Hinton, O. Vinyals, J. Dean,
 * "Distilling the Knowledge in a Neural Network", NIPS 2014 deep learning workshop, section 3: with
 * no 3 in the transfer set the student knows threes from the teacher's soft targets alone, and errs
 * because the bias of that class is far too low).
 *
 * <p>One number b, <em>added to the logits of the missing classes</em>; the kept classes' logits
 * stay. The paper lowers the two kept classes instead where only two were kept (by 7.6): what a
 * softmax says does not change when all logits move together, so that is b = +7.6 here. The authors
 * chose the offset on the test set; here it is chosen on validation samples.
 */
final class BiasCorrection {
  /** How many steps the grid has to either side: ±15 in tenths. */
  private static final int STEPS = 150;

  private static final float STEPS_TO_ONE = 10;

  private BiasCorrection() {}

  /**
   * The classes students cannot have learnt from labels: those of some training sample that no
   * labelled sample of the transfer set has. Empty if the transfer set has no label at all, for
   * then no class was kept either.
   *
   * @param train what the teacher learnt from
   * @param transfer what students learn from
   * @return the missing classes
   */
  static SortedSet<Integer> missing(Samples train, Samples transfer) {
    SortedSet<Integer> kept = labels(transfer);
    SortedSet<Integer> missing = labels(train);
    missing.removeAll(kept);
    return kept.isEmpty() ? kept : missing;
  }

  private static SortedSet<Integer> labels(Samples samples) {
    SortedSet<Integer> found = new TreeSet<>();
    for (int label : samples.labels()) {
      if (label >= 0) {
        found.add(label);
      }
    }
    return found;
  }

  /**
   * The shift of the missing classes' logits at which most labelled samples are predicted right, of
   * −15, −14.9 … 15; of equally good ones the nearest to 0, and of two such the positive one. Among
   * the missing classes, and among the kept, a common shift changes no order, so each sample is
   * settled between its best missing and its best kept class.
   *
   * @param on what the student says of validation samples
   * @param missing some but not all of the classes
   * @return the shift
   */
  static float bestShift(Predictions on, SortedSet<Integer> missing) {
    int[] right = new int[2 * STEPS + 1];
    for (int row = 0; row < on.size(); row++) {
      int lost = best(on, row, missing, true);
      int kept = best(on, row, missing, false);
      int label = on.labels()[row];
      if (label == lost || label == kept) {
        float lostLogit = on.logits()[row * on.classes() + lost];
        float keptLogit = on.logits()[row * on.classes() + kept];
        for (int i = 0; i < right.length; i++) {
          float raised = lostLogit + shift(i - STEPS);
          boolean wins = raised > keptLogit || (raised == keptLogit && lost < kept);
          right[i] += label == (wins ? lost : kept) ? 1 : 0;
        }
      }
    }
    int best = 0;
    for (int k = 1; k <= STEPS; k++) {
      best = right[STEPS + k] > right[STEPS + best] ? k : best;
      best = right[STEPS - k] > right[STEPS + best] ? -k : best;
    }
    return shift(best);
  }

  /** The shift in words; one at the grid's end may be too small. */
  static String told(float shift) {
    float most = shift(STEPS);
    return String.format(
        Locale.ROOT,
        "on validation, logits of the classes that were not shown are shifted by %+.1f%s",
        shift,
        Math.abs(shift) < most
            ? ""
            : String.format(
                Locale.ROOT, ", the end of the grid of ±%.0f: more may be better", most));
  }

  private static float shift(int steps) {
    return steps / STEPS_TO_ONE;
  }

  /** The class of the highest logit on one side, the first of equals. */
  private static int best(Predictions on, int row, SortedSet<Integer> missing, boolean among) {
    int best = -1;
    for (int c = 0; c < on.classes(); c++) {
      if (missing.contains(c) == among
          && (best < 0
              || on.logits()[row * on.classes() + c] > on.logits()[row * on.classes() + best])) {
        best = c;
      }
    }
    return best;
  }

  /** A shift of some classes, as one number per class. */
  static List<Float> shifts(int classes, SortedSet<Integer> missing, float shift) {
    List<Float> shifts = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      shifts.add(missing.contains(c) ? shift : 0);
    }
    return shifts;
  }
}
