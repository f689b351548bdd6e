package org.kd4j.experiments.catalog;

import java.util.Locale;
import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.experiments.study.Defaults;
import org.kd4j.experiments.study.StudySpec;

/** How much a study may spend: the same question at three sizes. */
public enum Budget {
  /** Seconds: shows that everything works, and nothing about the question. */
  SMOKE(1, 1, 2, 500),
  /** Minutes: the size of the default comparison. */
  QUICK(Defaults.SEEDS, Defaults.EPOCHS, Defaults.TEACHER_EPOCHS, Defaults.TRAIN),
  /** As the paper has it. */
  PAPER(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private final int seeds;
  private final int epochs;
  private final int teacherEpochs;
  private final int train;

  Budget(int seeds, int epochs, int teacherEpochs, int train) {
    this.seeds = seeds;
    this.epochs = epochs;
    this.teacherEpochs = teacherEpochs;
    this.train = train;
  }

  /** The most seeds. */
  public int seeds() {
    return seeds;
  }

  /** The most epochs of a student. */
  public int epochs() {
    return epochs;
  }

  /** The most epochs of a teacher. */
  public int teacherEpochs() {
    return teacherEpochs;
  }

  /** The most training rows of a set that has many. */
  public int train() {
    return train;
  }

  /** A study within this budget: seeds, epochs and drawn training rows cut where they are more. */
  public StudySpec within(StudySpec spec) {
    if (this == PAPER) {
      return spec;
    }
    SplitSpec split = spec.split();
    String source = SpecText.parse(spec.data()).head();
    boolean large = split.train().isPresent() || Defaults.train(source).isPresent();
    if (large) {
      int rows = Math.min(train, split.train().orElse(train));
      split = split.withTrain(Optional.of(rows));
      split =
          split.transfer().isEmpty()
              ? split
              : split.withTransfer(Math.min(rows, split.transfer().get()));
    }
    return new StudySpec(
        spec.name(),
        spec.data(),
        split,
        spec.teacher().withEpochs(Math.min(teacherEpochs, spec.teacher().epochs())),
        spec.student().withEpochs(Math.min(epochs, spec.student().epochs())),
        spec.strategies(),
        spec.seeds().subList(0, Math.min(seeds, spec.seeds().size())),
        spec.teacherSeed(),
        spec.checkpointEverySteps(),
        spec.measure(),
        spec.cacheMegabytes());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
