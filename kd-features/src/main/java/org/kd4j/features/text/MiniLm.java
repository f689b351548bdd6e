package org.kd4j.features.text;

import java.util.ArrayList;
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
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;
import org.kd4j.features.FeatureDistillation;
import org.kd4j.features.Shared;
import org.kd4j.features.TapPair;

/**
 * MiniLM: the last layer's self-attention alone. Phase "attention": attentionWeight · KL(A_t ‖ A_s)
 * + valueWeight · KL(R_t ‖ R_s), A what a token attends to, R = softmax(V·Vᵀ/√d) how values relate,
 * both mean over heads and tokens; what the last layer does afterwards, pooler and classifier stay
 * as they are. Phase "student" goes on from there: hardWeight · CE(y, z_s) + softWeight · T² · KL
 * (W. Wang, F. Wei, L. Dong, H. Bao, N. Yang, M. Zhou, "MiniLM: Deep Self-Attention Distillation
 * for Task-Agnostic Compression of Pre-Trained Transformers", NeurIPS 2020, equations 6 to 9).
 *
 * <p>Numbers of layers and widths may differ, numbers of heads may not. Nothing is learnt beside
 * the student. Both weights of 1 and labels alone afterwards are the paper's; it distils a teacher
 * of general language on general text, where here the task's own teacher teaches on the task's
 * text. Padding is neither attended to nor asked: more of it changes nothing.
 */
public final class MiniLm implements DistillationStrategy {
  private final Options options;

  /**
   * @param attentionWeight weight of the attention distributions; 0 = without
   * @param valueWeight weight of the value relations; 0 = without
   * @param attentionShare share of the student's epochs in which these are learnt
   * @param hardWeight weight of the labels afterwards
   * @param softWeight weight of soft targets beside them; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      float attentionWeight,
      float valueWeight,
      float attentionShare,
      float hardWeight,
      float softWeight,
      float temperature) {
    /** Checks ranges. */
    public Options {
      Ranges.weight("attentionWeight", attentionWeight);
      Ranges.weight("valueWeight", valueWeight);
      UsageException.require(
          attentionWeight + valueWeight > 0,
          "attentionWeight and valueWeight are both 0: nothing to distil");
      FeatureDistillation.checkShare("attentionShare", attentionShare);
      LogitTerms.check(hardWeight, softWeight, temperature);
    }
  }

  /** This method with these options. */
  public MiniLm(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return Encoders.missing(
        task,
        () -> {
          Encoders.last(task);
          Encoders.sameHeads(
              task, "attention is compared head by head; give the student's network heads=…");
        });
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("minilm", session.task());
    Task task = session.task();
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    List<Integer> epochs =
        Shared.epochs(task.recipe().training().epochs(), List.of(options.attentionShare()));
    Objective own = attention(Encoders.last(task));
    Phase attention =
        Shared.phase(
            task,
            "attention",
            task.freshStudent(),
            own,
            Shared.whatIsCompared(own),
            teacher,
            epochs.get(0));
    Trained begun = session.run(attention).network(Role.STUDENT);
    Phase student =
        Shared.phase(
            task,
            "student",
            Start.resume(begun),
            LogitTerms.objective(
                options.hardWeight(), options.softWeight(), options.temperature(), List.of()),
            Trains.ALL,
            teacher,
            epochs.get(1));
    return DistillationResult.of(session.run(student).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }

  private Objective attention(TapPair last) {
    TapPair scores = Encoders.within(last, "attention");
    TapPair values = Encoders.within(last, "value");
    List<Weighted> terms = new ArrayList<>();
    terms.addAll(
        LogitTerms.term("attention", options.attentionWeight(), new AttentionShares(scores)));
    terms.addAll(LogitTerms.term("value", options.valueWeight(), new ValueRelations(values)));
    return new Objective(terms);
  }

  /** Binds {@code minilm}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(1, 1, 0.5f, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new MiniLm(options);
    }

    @Override
    public Description description() {
      return new Description(
          "the last layer's attention and the relations of its values, then the labels",
          "attention: attentionWeight · KL(A_t || A_s) + valueWeight · KL(R_t || R_s); then hardWeight ·"
              + " CE(y, z_s) + softWeight · T² · KL(p_t || p_s)",
          Map.of(
              "attentionWeight",
              "weight of the last layer's attention distributions; 0 = without; 1, the paper's",
              "valueWeight",
              "weight of the relations of its values; 0 = without; 1, the paper's",
              "attentionShare",
              "share of the student's epochs in which these are learnt; the labels have the rest",
              "hardWeight",
              LogitTerms.HARD,
              "softWeight",
              LogitTerms.SOFT,
              "temperature",
              LogitTerms.TEMPERATURE),
          "W. Wang, F. Wei, L. Dong, H. Bao, N. Yang, M. Zhou, MiniLM: Deep Self-Attention Distillation for"
              + " Task-Agnostic Compression of Pre-Trained Transformers, NeurIPS 2020",
          """
          @inproceedings{wang2020minilm,
            title={MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers},
            author={Wang, Wenhui and Wei, Furu and Dong, Li and Bao, Hangbo and Yang, Nan and Zhou, Ming},
            booktitle={Advances in Neural Information Processing Systems},
            year={2020}
          }""");
    }
  }
}
