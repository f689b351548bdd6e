package org.kd4j.features.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;
import org.kd4j.features.FeatureDistillation;
import org.kd4j.features.LayerMap;
import org.kd4j.features.TapPair;

/**
 * TinyBERT: a transformer learns its teacher's embeddings, hidden states and attention scores layer
 * by layer, then its predictions. Phase "layers": embeddingWeight · mean (E_s W_e − E_t)² +
 * hiddenWeight · Σ mean (H_s W_h − H_t)² + attentionWeight · Σ mean (A_s − A_t)², sums over the
 * pairs of a layer map, A the scores before the softmax; pooler and classifier stay as they are.
 * Phase "prediction" goes on from there: predictionWeight · −Σ p log q at temperature T, without
 * T², + hardWeight · CE(y, z_s) (X. Jiao, Y. Yin, L. Shang, X. Jiang, X. Chen, L. Li, F. Wang, Q.
 * Liu, "TinyBERT: Distilling BERT for Natural Language Understanding", Findings of EMNLP 2020,
 * equations 7 to 11).
 *
 * <p>All weights of 1 but for the labels', which the paper does not use, T = 1 and the uniform
 * layer map are the paper's. Three quarters of the epochs for the layers are near the 10 of 13 of
 * its published code. A term of weight 0 is left out; without any term of the layers the prediction
 * has all epochs. Each pair of layers has a projection of its own, and so have the embeddings; they
 * learn with the student and are gone from what is deployed. Scores are compared head by head, so
 * both networks have as many heads; widths may differ. About padding see {@link Padding}; the
 * paper's code counts it.
 *
 * <p>The paper's general distillation, the layers on a large text without a task before all this,
 * is left out: the teacher is the task's. Its augmentation is {@code replacedWords}, see {@link
 * WordReplacement}.
 */
public final class TinyBert implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which layer of the student learns from which of the teacher: pairs or a rule
   * @param embeddingWeight weight of the embeddings; 0 = without
   * @param hiddenWeight weight of the hidden states; 0 = without
   * @param attentionWeight weight of the attention scores; 0 = without
   * @param padding whether these are means over padded tokens too
   * @param layersShare share of the student's epochs in which the layers are learnt
   * @param predictionWeight weight of the soft targets; 0 = without
   * @param temperature T of the soft targets, above 0
   * @param hardWeight weight of the labels beside them
   * @param replacedWords share of the words that are replaced, anew each epoch, in all phases; 0 =
   *     texts as they are
   */
  public record Options(
      String taps,
      float embeddingWeight,
      float hiddenWeight,
      float attentionWeight,
      Padding padding,
      float layersShare,
      float predictionWeight,
      float temperature,
      float hardWeight,
      float replacedWords) {
    /** Checks ranges. */
    public Options {
      LayerMap.parse(taps);
      Ranges.weight("embeddingWeight", embeddingWeight);
      Ranges.weight("hiddenWeight", hiddenWeight);
      Ranges.weight("attentionWeight", attentionWeight);
      FeatureDistillation.checkShare("layersShare", layersShare);
      Ranges.weight("predictionWeight", predictionWeight);
      Ranges.temperature(temperature);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          replacedWords >= 0 && replacedWords <= 1,
          "replacedWords must be from 0 to 1, was %s",
          replacedWords);
      UsageException.require(
          predictionWeight + hardWeight > 0,
          "predictionWeight and hardWeight are both 0: nothing would train the student's logits;"
              + " without predictions say hardWeight=1");
    }

    private boolean learnsLayers() {
      return embeddingWeight + hiddenWeight + attentionWeight > 0;
    }
  }

  /** This method with these options. */
  public TinyBert(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return Encoders.missing(
        task,
        () -> {
          Encoders.layers(options.taps(), task);
          if (options.attentionWeight() > 0) {
            Encoders.sameHeads(
                task, "attention is compared head by head; attentionWeight=0 leaves it out");
          }
          UsageException.require(
              options.replacedWords() == 0 || WordReplacement.texts(task.transfer()).isPresent(),
              "replaces words, and %s is no set of texts in memory; replacedWords=0 leaves them",
              task.transfer().name());
        });
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("tinybert", session.task());
    Task task = session.task();
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    int all = task.recipe().training().epochs();
    Start start = task.freshStudent();
    int rest = all;
    if (options.learnsLayers()) {
      List<Integer> epochs = Shared.epochs(all, List.of(options.layersShare()));
      start =
          Start.resume(
              session
                  .run(augmented(layers(task, start, teacher, epochs.get(0))))
                  .network(Role.STUDENT));
      rest = epochs.get(1);
    }
    Phase prediction =
        Shared.phase(task, "prediction", start, prediction(), Trains.ALL, teacher, rest);
    return DistillationResult.of(session.run(augmented(prediction)).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }

  /** A phase on texts with replaced words, if asked. */
  private Phase augmented(Phase phase) {
    Samples samples = phase.feed().samples();
    return options.replacedWords() == 0
        ? phase
        : phase.withFeed(
            Feed.of(
                samples,
                new WordReplacement(
                    WordReplacement.texts(samples).orElseThrow(), options.replacedWords())));
  }

  /** The student up to the deepest tap that is compared. */
  private Phase layers(Task task, Start start, Guide teacher, int epochs) {
    List<TapPair> layers = Encoders.layers(options.taps(), task);
    List<TapPair> embedding = List.of(new TapPair(Encoders.EMBEDDING, Encoders.EMBEDDING));
    List<TapPair> attention = layers.stream().map(l -> Encoders.within(l, "attention")).toList();
    Padding padding = options.padding();
    List<Weighted> terms = new ArrayList<>();
    terms.addAll(
        LogitTerms.term(
            "embedding", options.embeddingWeight(), new ProjectedStates(embedding, padding)));
    terms.addAll(
        LogitTerms.term("hidden", options.hiddenWeight(), new ProjectedStates(layers, padding)));
    terms.addAll(
        LogitTerms.term(
            "attention", options.attentionWeight(), new AttentionScores(attention, padding)));
    Objective objective = new Objective(terms);
    return Shared.phase(
        task, "layers", start, objective, Shared.whatIsCompared(objective), teacher, epochs);
  }

  private Objective prediction() {
    List<Weighted> terms = new ArrayList<>();
    terms.addAll(
        LogitTerms.term(
            "prediction", options.predictionWeight(), new Prediction(options.temperature())));
    terms.addAll(LogitTerms.term("hard", options.hardWeight(), new HardLabels()));
    return new Objective(terms);
  }

  /** Binds {@code tinybert}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("uniform", 1, 1, 1, Padding.COUNTED, 0.75f, 1, 1, 0, 0);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new TinyBert(options);
    }

    @Override
    public Description description() {
      return new Description(
          "a transformer learns embeddings, hidden states and attention, then predictions",
          "layers: embeddingWeight · mean (E_s W_e − E_t)² + hiddenWeight · Σ mean (H_s W_h − H_t)² +"
              + " attentionWeight · Σ mean (A_s − A_t)²; then predictionWeight · −Σ p_t log p_s +"
              + " hardWeight · CE(y, z_s)",
          Map.of(
              "taps",
              "pairs of layers, hidden.1:hidden.2+hidden.2:hidden.4, or uniform, top, bottom, skip, last",
              "embeddingWeight",
              "weight of the embeddings; 0 = without",
              "hiddenWeight",
              "weight of the hidden states, summed over layers; 0 = without",
              "attentionWeight",
              "weight of the attention scores before the softmax, summed over layers; 0 = without",
              "padding",
              "counted: these are means over padded tokens too, as in the published code; ignored: over"
                  + " tokens alone",
              "layersShare",
              "share of the student's epochs in which the layers are learnt; predictions have the rest",
              "predictionWeight",
              "weight of the soft targets, without a factor T²; 0 = without",
              "temperature",
              "T of the soft targets",
              "hardWeight",
              "weight of the labels beside them",
              "replacedWords",
              "share of the words replaced by words of other texts, anew each epoch; 0 = none"),
          "X. Jiao, Y. Yin, L. Shang, X. Jiang, X. Chen, L. Li, F. Wang, Q. Liu, TinyBERT: Distilling BERT"
              + " for Natural Language Understanding, Findings of EMNLP 2020",
          """
          @inproceedings{jiao2020tinybert,
            title={TinyBERT: Distilling BERT for Natural Language Understanding},
            author={Jiao, Xiaoqi and Yin, Yichun and Shang, Lifeng and Jiang, Xin and Chen, Xiao and Li, Linlin and Wang, Fang and Liu, Qun},
            booktitle={Findings of the Association for Computational Linguistics: EMNLP},
            year={2020}
          }""");
    }
  }
}
