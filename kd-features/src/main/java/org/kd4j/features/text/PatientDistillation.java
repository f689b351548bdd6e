package org.kd4j.features.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;
import org.kd4j.features.Shared;
import org.kd4j.features.TapPair;

/**
 * Patient knowledge distillation: the student's intermediate layers learn what the teacher's say of
 * the first token. hardWeight · CE(y, z_s) + softWeight · T² · KL(p_t ‖ p_s) + patientWeight · Σ
 * ‖h_s/‖h_s‖ − h_t/‖h_t‖‖², sum over pairs of layers and over the width, mean over the batch (S.
 * Sun, Y. Cheng, Z. Gan, J. Liu, "Patient Knowledge Distillation for BERT Model Compression",
 * EMNLP-IJCNLP 2019, equations 5 to 8).
 *
 * <p>{@code patient=skip} pairs every k-th of the teacher's layers, {@code last} the teacher's last
 * ones, both without the last layer, which the logits speak for: 2, 4, 6, 8, 10 or 7 to 11 of a
 * teacher's 12 for a student of 6. The student begins as the teacher's first layers, as in the
 * paper (there before the teacher was fine-tuned). Weights of one half and T = 10 are from the
 * ranges the paper searched, patientWeight=10 its smallest; the published code divides the term by
 * layers and width, so its 100 to 1000 mean less there. States are compared without a projection,
 * so both networks have one width.
 */
public final class PatientDistillation implements DistillationStrategy {
  private final Options options;

  /**
   * @param patient which layers learn from which
   * @param copied which of the teacher's layers the student begins as
   * @param patientWeight weight of the layers' term; 0 = without
   * @param hardWeight weight of the labels
   * @param softWeight weight of the soft targets; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      Patience patient,
      String copied,
      float patientWeight,
      float hardWeight,
      float softWeight,
      float temperature) {
    /** Checks ranges. */
    public Options {
      Copied.checkOption(copied);
      Ranges.weight("patientWeight", patientWeight);
      LogitTerms.check(hardWeight, softWeight, temperature);
    }
  }

  /** Which of the teacher's layers are learnt from; the last of both is never among them. */
  public enum Patience {
    /** Every k-th, k times as many layers as the student has. */
    SKIP,
    /** The last ones. */
    LAST
  }

  /** This method with these options. */
  public PatientDistillation(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return Encoders.missing(
        task,
        () -> {
          if (options.patientWeight() > 0) {
            pairs(task);
            Encoders.sameWidth(
                task,
                "states are compared unit by unit, without a projection; patientWeight=0 leaves"
                    + " them out");
          }
          Copied.check(options.copied(), task);
        });
  }

  /** The layers' term; none where its weight is 0, which asks nothing of the layers. */
  private List<Weighted> patient(Task task) {
    return options.patientWeight() == 0
        ? List.of()
        : LogitTerms.term("patient", options.patientWeight(), new PatientStates(pairs(task)));
  }

  private List<TapPair> pairs(Task task) {
    if (options.patient() == Patience.SKIP) {
      return Encoders.layers("skip", task);
    }
    List<TapPair> top = Encoders.layers("top", task);
    UsageException.require(
        top.size() >= 2,
        "needs two layers of the student's, of which the last is left out, and %s has %s",
        task.student(),
        top);
    return top.subList(0, top.size() - 1);
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("pkd", session.task());
    Task task = session.task();
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    Objective objective =
        LogitTerms.objective(
            options.hardWeight(), options.softWeight(), options.temperature(), patient(task));
    Phase student =
        Shared.phase(
            task,
            "student",
            Copied.start(options.copied(), task, session.teacher()),
            objective,
            Trains.ALL,
            teacher,
            task.recipe().training().epochs());
    return DistillationResult.of(session.run(student).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }

  /** Binds {@code pkd}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(Patience.SKIP, "bottom", 10, 0.5f, 0.5f, 10);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new PatientDistillation(options);
    }

    @Override
    public Description description() {
      return new Description(
          "intermediate layers learn what the teacher's say of the first token",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(p_t || p_s) + patientWeight · Σ ||h_s/||h_s|| −"
              + " h_t/||h_t||||²",
          Map.of(
              "patient",
              "skip: from every k-th of the teacher's layers; last: from its last ones; without the very"
                  + " last in either case",
              "copied",
              Copied.OPTION,
              "patientWeight",
              "weight of the layers' term, summed over layers and width; 0 = without; 10 to 1000 in the paper",
              "hardWeight",
              LogitTerms.HARD,
              "softWeight",
              LogitTerms.SOFT + "; 0.2 to 0.7 in the paper, the labels have the rest",
              "temperature",
              LogitTerms.TEMPERATURE + "; 5 to 20 in the paper"),
          "S. Sun, Y. Cheng, Z. Gan, J. Liu, Patient Knowledge Distillation for BERT Model Compression,"
              + " EMNLP-IJCNLP 2019",
          """
          @inproceedings{sun2019patient,
            title={Patient Knowledge Distillation for BERT Model Compression},
            author={Sun, Siqi and Cheng, Yu and Gan, Zhe and Liu, Jingjing},
            booktitle={Conference on Empirical Methods in Natural Language Processing},
            year={2019}
          }""");
    }
  }
}
