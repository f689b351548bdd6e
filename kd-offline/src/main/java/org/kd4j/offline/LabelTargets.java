package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.Target;

/**
 * Soft targets that were corrected by the labels: the first of the two ways of using labels in G.
 * Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", NIPS 2014 deep
 * learning workshop, section 2. (The second, an objective of their own, the authors found better.)
 * Samples without a label keep what the teacher says, so these targets declare no need of labels.
 */
final class LabelTargets {
  private LabelTargets() {}

  /**
   * (1 − h)·p + h·onehot: {@link LogitFormulas#mixedWithLabels}.
   *
   * @param of what the teachers say, p
   * @param labelShare h, above 0 and below 1
   */
  record Mixed(Target of, float labelShare) implements Target {
    /** Checks the share. */
    Mixed {
      UsageException.require(
          labelShare > 0 && labelShare < 1,
          "labelShare must be above 0 and below 1, was %s;"
              + " for soft targets without labels use labels=objective, hardWeight=0",
          labelShare);
    }

    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      return LogitFormulas.mixedWithLabels(
          of.logProbabilities(view, temperature), view.target(), labelShare);
    }

    @Override
    public Needs needs() {
      return of.needs();
    }

    @Override
    public void begin(EpochView epoch, Memory memory) {
      of.begin(epoch, memory);
    }

    @Override
    public String toString() {
      return "mix(" + of + ", " + labelShare + "·labels)";
    }
  }

  /**
   * The label's probability and the highest change places: {@link LogitFormulas#shiftedToLabels}.
   *
   * @param of what the teachers say
   */
  record Shifted(Target of) implements Target {
    @Override
    public NDArray logProbabilities(StepView view, float temperature) {
      return LogitFormulas.shiftedToLabels(of.logProbabilities(view, temperature), view.target());
    }

    @Override
    public Needs needs() {
      return of.needs();
    }

    @Override
    public void begin(EpochView epoch, Memory memory) {
      of.begin(epoch, memory);
    }

    @Override
    public String toString() {
      return "shift(" + of + ", labels)";
    }
  }
}
