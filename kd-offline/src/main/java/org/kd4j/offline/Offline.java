package org.kd4j.offline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Biased;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Soft targets from a fixed teacher: the student minimises hardWeight · CE(y, z_s) + softWeight ·
 * T² · KL(softmax(z_t/T) ‖ softmax(z_s/T)), both means over the batch. The hard term is at
 * temperature 1, and so is the student in use (G. Hinton, O. Vinyals, J. Dean, "Distilling the
 * Knowledge in a Neural Network", NIPS 2014 deep learning workshop, section 2).
 *
 * <p>Samples without a label count in the soft term alone, so a transfer set may be labelled in
 * part or not at all. {@code labels} chooses how labels are used: in an objective of their own (the
 * paper's better way, the default), or to correct the soft targets, where {@code mix} takes (1 −
 * labelShare)·p + labelShare·onehot and {@code shift} lets the label's and the top probability
 * change places. The hard term keeps its weight in either case, since the options mean what they
 * say; for the paper's first way alone give {@code hardWeight=0} beside it.
 *
 * <p>{@code biasCorrection=validation} is for transfer sets that lack whole classes: afterwards one
 * number is added to the missing classes' logits, the one of −15, −14.9 … 15 with the best
 * validation accuracy (of equals the nearest to 0), and the student without it is reported as
 * {@code uncorrected}. A class is missing where train has it and no labelled transfer sample does;
 * if none is missing, or no transfer sample has a label, the student stays as it is.
 */
public final class Offline implements DistillationStrategy {
  private final Options options;

  /**
   * @param temperature T, above 0
   * @param softWeight weight of the soft term, with its factor T²
   * @param hardWeight weight of the labels, "considerably lower" in the paper
   * @param labels whether labels also correct the soft targets, and how
   * @param labelShare h, the label's share where targets are mixed with labels
   * @param biasCorrection whether the logits of classes missing from the transfer set are shifted
   *     afterwards
   * @param start where the student starts
   */
  public record Options(
      float temperature,
      float softWeight,
      float hardWeight,
      LabelUse labels,
      float labelShare,
      Correction biasCorrection,
      StudentStart start) {
    /** Checks ranges. */
    public Options {
      Ranges.temperature(temperature);
      Ranges.weight("softWeight", softWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          softWeight + hardWeight > 0,
          "softWeight and hardWeight are both 0: nothing to learn from");
      UsageException.require(
          labelShare > 0 && labelShare < 1,
          "labelShare must be above 0 and below 1, was %s",
          labelShare);
    }

    /** A fresh student, labels in an objective of their own alone, and nothing corrected. */
    public Options(float temperature, float softWeight, float hardWeight) {
      this(
          temperature,
          softWeight,
          hardWeight,
          LabelUse.OBJECTIVE,
          0.1f,
          Correction.NONE,
          StudentStart.FRESH);
    }
  }

  /** How labels are used. */
  public enum LabelUse {
    /** In an objective of their own. */
    OBJECTIVE,
    /** Also mixed into the soft targets. */
    MIX,
    /** Also to lift the label to the top of the soft targets. */
    SHIFT
  }

  /** Whether and by what the student is corrected for classes it was not shown. */
  public enum Correction {
    /** Not at all. */
    NONE,
    /** By a shift chosen on validation samples. */
    VALIDATION
  }

  /** Where the student starts. */
  public enum StudentStart {
    /** From weights drawn for it. */
    FRESH,
    /** From those of the teacher's layers that its own are made like, evenly spread. */
    TEACHER
  }

  /** Soft targets with these options. */
  public Offline(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    Optional<String> samples =
        options.biasCorrection() == Correction.VALIDATION
            ? Requirements.NONE.withValidation().missing(task)
            : Optional.empty();
    return samples.isEmpty() && options.start() == StudentStart.TEACHER
        ? TeacherLayers.missing(task)
        : samples;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    UsageException.require(
        options.biasCorrection() == Correction.NONE || task.validation().isPresent(),
        "biasCorrection=validation chooses by validation,"
            + " and the task sets no samples aside for it");
    Trained taught = session.teacher();
    Guide teacher = new Guide(Role.TEACHER, taught);
    Start start =
        options.start() == StudentStart.TEACHER
            ? TeacherLayers.start(task, taught)
            : task.freshStudent();
    Phase phase = task.phase("student", start, objective(Target.of(Role.TEACHER)), teacher);
    Trained student = session.run(phase).network(Role.STUDENT);
    return corrected(session, student).with("teacher", teacher.knowledge());
  }

  /** A term of weight 0 is left out, so that labels alone are known to be alone. */
  private Objective objective(Target target) {
    Target used =
        switch (options.labels()) {
          case OBJECTIVE -> target;
          case MIX -> new LabelTargets.Mixed(target, options.labelShare());
          case SHIFT -> new LabelTargets.Shifted(target);
        };
    SoftTargets soft = new SoftTargets(used, options.temperature());
    if (options.hardWeight() == 0) {
      return Objective.of("soft", options.softWeight(), soft);
    }
    Objective hard = Objective.hard(options.hardWeight());
    return options.softWeight() == 0 ? hard : hard.and("soft", options.softWeight(), soft);
  }

  private DistillationResult corrected(DistillationSession session, Trained student) {
    Task task = session.task();
    SortedSet<Integer> missing = BiasCorrection.missing(task.train(), task.transfer());
    if (options.biasCorrection() == Correction.NONE || missing.isEmpty()) {
      return DistillationResult.of(student);
    }
    Predictions said = session.predict(student, task.validation().orElseThrow());
    float shift = BiasCorrection.bestShift(said, missing);
    session.note(BiasCorrection.told(shift));
    List<Float> shifts = BiasCorrection.shifts(said.classes(), missing, shift);
    return DistillationResult.of(new Biased(student, shifts)).with("uncorrected", student);
  }

  /** Binds {@code offline}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(4, 0.9f, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Offline(options);
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets from a fixed teacher",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T))",
          Map.of(
              "temperature",
                  "T, softens both distributions; 4, RepDistiller's; 1 to 20 in the paper",
              "softWeight",
                  "weight of the soft term, which keeps its factor T²; 0.9, RepDistiller's",
              "hardWeight",
                  "weight of the labels; 0.1, RepDistiller's; considerably lower than the other in the paper",
              "labels",
                  "in an objective of their own, or also in the soft targets: mixed in, or"
                      + " exchanged with the top probability",
              "labelShare", "the label's share of a mixed target",
              "biasCorrection",
                  "shift the logits of classes missing from the transfer set afterwards, by what"
                      + " validation accuracy likes best",
              "start",
                  "where the student starts: fresh, or from the teacher's layers that are made as"
                      + " its own, evenly spread"),
          "G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network,"
              + " NIPS deep learning workshop, 2014",
          """
          @article{hinton2015distilling,
            title={Distilling the Knowledge in a Neural Network},
            author={Hinton, Geoffrey and Vinyals, Oriol and Dean, Jeff},
            journal={arXiv preprint arXiv:1503.02531},
            year={2015}
          }""");
    }
  }
}
