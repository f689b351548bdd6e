package org.kd4j.features.text;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Corpus;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.TextSamples;
import org.kd4j.core.data.Vocabulary;
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
import org.kd4j.features.Shared;
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
 * learn with the student and are gone from what is deployed; they are there between equal widths
 * too, a {@code quantised(teacher)} student's say, for W is part of the method. Scores are compared
 * head by head, so both networks have as many heads; widths may differ. About padding see {@link
 * Padding}; the paper's code counts it.
 *
 * <p>{@code generalData} names a text without a task for the paper's general distillation: phase
 * "general", the layers on it for epochs of its own, before all this; see {@link Corpus}. Its
 * projections go on to learn in the phase that follows. There the paper has a teacher that was not
 * tuned to the task yet; here it is the task's. The paper reads it for 3 epochs. Its augmentation
 * of the task's text is {@code replacedWords}, see {@link WordReplacement}.
 */
public final class TinyBert implements DistillationStrategy {
  private final Options options;
  private @Nullable Read read;

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
   * @param replacedWords share of the words that are replaced, anew each epoch, in all phases on
   *     the task's text; 0 = texts as they are
   * @param generalData text without a task from which the layers are learnt first: phrases, tsv:DIR
   *     or a file of one text a line; none = without
   * @param generalTexts at most so many of its texts, the first
   * @param generalEpochs epochs on it, beside the student's
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
      float replacedWords,
      String generalData,
      int generalTexts,
      int generalEpochs) {
    /** Without a text of its own for general distillation. */
    private static final String NONE = "none";

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
      UsageException.require(
          !generalData.isBlank(), "generalData names a text, or is none; was '%s'", generalData);
      UsageException.require(
          generalTexts >= 1, "generalTexts must be 1 or more, was %d", generalTexts);
      UsageException.require(
          generalEpochs >= 1, "generalEpochs must be 1 or more, was %d", generalEpochs);
      UsageException.require(
          generalData.equals(NONE) || embeddingWeight + hiddenWeight + attentionWeight > 0,
          "generalData=%s has nothing to teach: embeddingWeight, hiddenWeight and attentionWeight are"
              + " all 0; leave it out",
          generalData);
    }

    private boolean general() {
      return !generalData.equals(NONE);
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
          pairs(task);
          if (options.embeddingWeight() > 0) {
            Encoders.embedding(task);
          }
          if (options.attentionWeight() > 0) {
            Encoders.sameHeads(
                task, "attention is compared head by head; attentionWeight=0 leaves it out");
          }
          UsageException.require(
              options.replacedWords() == 0 || WordReplacement.texts(task.transfer()).isPresent(),
              "replaces words, and %s is no set of texts in memory; replacedWords=0 leaves them",
              task.transfer().name());
          if (options.general()) {
            corpus(task);
          }
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
      if (options.general()) {
        Phase general = layers("general", task, start, teacher, options.generalEpochs());
        Feed feed =
            Feed.of(corpus(task), Augmentation.NONE).withCache(task.recipe().cacheMegabytes());
        Start begun = Start.resume(session.run(general.withFeed(feed)).network(Role.STUDENT));
        start = projects(general) ? begun.withAdapters() : begun;
      }
      List<Integer> epochs = Shared.epochs(all, List.of(options.layersShare()));
      start =
          Start.resume(
              session
                  .run(augmented(layers("layers", task, start, teacher, epochs.get(0))))
                  .network(Role.STUDENT));
      rest = epochs.get(1);
    }
    Phase prediction =
        Shared.phase(task, "prediction", start, prediction(), Trains.ALL, teacher, rest);
    return DistillationResult.of(session.run(augmented(prediction)).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }

  /** Whether a phase has projections that can go on: attention alone is compared without any. */
  private static boolean projects(Phase phase) {
    return phase.learners().stream().anyMatch(l -> !l.objective().needs().adapters().isEmpty());
  }

  /**
   * A text without a task as it was read.
   *
   * @param vocabulary whose tokens it is in
   * @param length where texts are cut
   * @param classes as many as the task's
   * @param texts what was read
   */
  private record Read(Vocabulary vocabulary, long length, int classes, TextSamples texts) {
    private boolean isFor(TextSamples task) {
      return vocabulary == task.vocabulary()
          && length == task.shape().get(0)
          && classes == task.classes();
    }
  }

  /** The text without a task, in the task's tokens: read once for all trials of a task. */
  private synchronized TextSamples corpus(Task task) {
    TextSamples own =
        WordReplacement.texts(task.transfer())
            .orElseThrow(
                () ->
                    new UsageException(
                        "takes the vocabulary for generalData from the task's texts, and "
                            + task.transfer().name()
                            + " is no set of texts in memory; say generalData=none"));
    Read known = read;
    if (known != null && known.isFor(own)) {
      return known.texts();
    }
    try {
      TextSamples texts = Corpus.read(options.generalData(), options.generalTexts(), own);
      read = new Read(own.vocabulary(), own.shape().get(0), own.classes(), texts);
      return texts;
    } catch (UsageException e) {
      throw new UsageException(
          "cannot learn from generalData=" + options.generalData() + ": " + e.getMessage(), e);
    }
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
                        WordReplacement.texts(samples).orElseThrow(), options.replacedWords()))
                .withCache(phase.feed().cacheMegabytes()));
  }

  /** The layers that are compared; none where no term reads them, whatever the map. */
  private List<TapPair> pairs(Task task) {
    return options.hiddenWeight() + options.attentionWeight() > 0
        ? Encoders.layers(options.taps(), task)
        : List.of();
  }

  /** The student up to the deepest tap that is compared. */
  private Phase layers(String name, Task task, Start start, Guide teacher, int epochs) {
    List<TapPair> layers = pairs(task);
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
        task, name, start, objective, Shared.whatIsCompared(objective), teacher, epochs);
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
      return new Options(
          "uniform", 1, 1, 1, Padding.COUNTED, 0.75f, 1, 1, 0, 0, Options.NONE, 10_000, 3);
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
          Map.ofEntries(
              entry(
                  "taps",
                  "pairs of layers, hidden.1:hidden.2+hidden.2:hidden.4, or uniform, top, bottom, skip, last"),
              entry("embeddingWeight", "weight of the embeddings; 0 = without"),
              entry("hiddenWeight", "weight of the hidden states, summed over layers; 0 = without"),
              entry(
                  "attentionWeight",
                  "weight of the attention scores before the softmax, summed over layers; 0 = without"),
              entry(
                  "padding",
                  "counted: these are means over padded tokens too, as in the published code; ignored: over"
                      + " tokens alone"),
              entry(
                  "layersShare",
                  "share of the student's epochs in which the layers are learnt; predictions have the rest"),
              entry(
                  "predictionWeight",
                  "weight of the soft targets, without a factor T²; 0 = without"),
              entry("temperature", "T of the soft targets; 1, the paper's"),
              entry("hardWeight", "weight of the labels beside them"),
              entry(
                  "replacedWords",
                  "share of the words of the task's text replaced by words of its other texts, anew each"
                      + " epoch; 0 = none"),
              entry(
                  "generalData",
                  "text without a task from which the layers are learnt first: phrases, tsv:DIR, a file of"
                      + " one text a line; none = without"),
              entry("generalTexts", "at most so many texts of generalData, the first"),
              entry(
                  "generalEpochs",
                  "epochs on generalData, beside the student's; 3, the published code's")),
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
