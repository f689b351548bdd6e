package org.kd4j.features.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
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

/**
 * DistilBERT: a student that begins as some of its teacher's layers learns from soft targets, from
 * labels, and the direction of the teacher's last hidden states: hardWeight · CE(y, z_s) +
 * softWeight · T² · KL(p_t ‖ p_s) + cosineWeight · mean (1 − cos(h_s, h_t)), the last mean over
 * tokens, padding left out (V. Sanh, L. Debut, J. Chaumond, T. Wolf, "DistilBERT, a distilled
 * version of BERT: smaller, faster, cheaper and lighter", NeurIPS 2019 workshop on energy efficient
 * machine learning, section 3).
 *
 * <p>The uniform layer map begins the student as every other layer of a teacher twice as deep, as
 * in the paper; the published code takes 1, 3, 5, 8, 10 and 12 of 12, which can be written out.
 * Weights of 5, 2 and 1 and T = 2 are the published code's for its pre-training, where masked
 * language modelling stands in the place that labels have here. Both networks have one width and as
 * many heads.
 */
public final class DistilBert implements DistillationStrategy {
  private final Options options;

  /**
   * @param copied which of the teacher's layers the student begins as
   * @param cosineWeight weight of the directions of the last hidden states; 0 = without
   * @param hardWeight weight of the labels
   * @param softWeight weight of the soft targets; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String copied, float cosineWeight, float hardWeight, float softWeight, float temperature) {
    /** Checks ranges. */
    public Options {
      Copied.checkOption(copied);
      Ranges.weight("cosineWeight", cosineWeight);
      LogitTerms.check(hardWeight, softWeight, temperature);
    }
  }

  /** This method with these options. */
  public DistilBert(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return Encoders.missing(
        task,
        () -> {
          if (options.cosineWeight() > 0) {
            Encoders.last(task);
            Encoders.sameWidth(
                task, "a cosine is taken between their states; cosineWeight=0 leaves it out");
          }
          Copied.check(options.copied(), task);
        });
  }

  /** The directions' term; none where its weight is 0, which asks nothing of the layers. */
  private List<Weighted> cosine(Task task) {
    return options.cosineWeight() == 0
        ? List.of()
        : LogitTerms.term(
            "cosine", options.cosineWeight(), new StateDirections(Encoders.last(task)));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("distilbert", session.task());
    Task task = session.task();
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    Objective objective =
        LogitTerms.objective(
            options.hardWeight(), options.softWeight(), options.temperature(), cosine(task));
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

  /** Binds {@code distilbert}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("uniform", 1, 2, 5, 2);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new DistilBert(options);
    }

    @Override
    public Description description() {
      return new Description(
          "begins as some of the teacher's layers; soft targets, labels, directions of hidden states",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(p_t || p_s) + cosineWeight · mean (1 − cos(h_s,"
              + " h_t))",
          Map.of(
              "copied", Copied.OPTION,
              "cosineWeight", "weight of the directions of the last hidden states; 0 = without",
              "hardWeight", LogitTerms.HARD,
              "softWeight", LogitTerms.SOFT,
              "temperature", LogitTerms.TEMPERATURE),
          "V. Sanh, L. Debut, J. Chaumond, T. Wolf, DistilBERT, a distilled version of BERT: smaller, faster,"
              + " cheaper and lighter, NeurIPS 2019 workshop on energy efficient machine learning",
          """
          @inproceedings{sanh2019distilbert,
            title={{DistilBERT}, a distilled version of {BERT}: smaller, faster, cheaper and lighter},
            author={Sanh, Victor and Debut, Lysandre and Chaumond, Julien and Wolf, Thomas},
            booktitle={NeurIPS Workshop on Energy Efficient Machine Learning and Cognitive Computing},
            year={2019}
          }""");
    }
  }
}
