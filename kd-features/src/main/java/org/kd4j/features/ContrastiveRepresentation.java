package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.Native;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Contrastive representation distillation: what student and teacher make of a sample is to be told
 * from what they make of others. hardWeight · CE(y, z_s) + contrastWeight · (noise-contrastive loss
 * of the student's embedding among the teacher's remembered ones, and the other way round) (Y.
 * Tian, D. Krishnan, P. Isola, "Contrastive Representation Distillation", ICLR 2020, section 3 and
 * appendix, by the authors' code).
 *
 * <p>Both features are embedded by a linear layer that learns, to 128 numbers of length 1. Two
 * banks remember the embeddings of all n samples: each step draws K rows of other classes for each
 * of its samples, and moves its samples' own rows by the momentum. Z, which scales the products to
 * probabilities, is set once, by the first batch. τ = 0.07, momentum 0.5 and weight 0.8 are the
 * authors', K = 16384 too; never more than there are samples of other classes. Draws are with
 * replacement and hang on the step alone. Samples without a label count as a class of their own:
 * they are told from labelled samples alone, and labelled samples from them as from another class,
 * which for a few of them is wrong. Of text it takes {@code pooled}: an embedding has to be of one
 * size.
 *
 * <p>Memory: the banks take 2 · n · width numbers, and as much again in every checkpoint; a step
 * takes about 3 · batch · (n + 3K) numbers for each of the two ways. With 50,000 samples and a
 * batch of 64 the banks are 51 MB, and 79 MB were measured for a way.
 */
public final class ContrastiveRepresentation implements DistillationStrategy {
  private final Options options;

  /**
   * @param taps which tap of the student learns from which of the teacher: one pair, or a rule that
   *     gives one
   * @param contrastWeight weight of the contrast
   * @param negatives samples of other classes beside each, K
   * @param width numbers of an embedding
   * @param sharpness τ, what products are divided by, above 0
   * @param momentum how much of a remembered embedding stays when its sample comes up, below 1
   * @param hardWeight weight of the labels
   * @param softWeight weight of soft targets beside it; 0 = without
   * @param temperature T of the soft targets, above 0
   */
  public record Options(
      String taps,
      float contrastWeight,
      int negatives,
      int width,
      float sharpness,
      float momentum,
      float hardWeight,
      float softWeight,
      float temperature)
      implements Blend {
    /** Checks ranges. */
    public Options {
      FeatureDistillation.check(taps, hardWeight, softWeight, temperature);
      Ranges.positive("contrastWeight", contrastWeight);
      UsageException.require(negatives >= 1, "negatives must be 1 or more, was %d", negatives);
      UsageException.require(width >= 1, "width must be 1 or more, was %d", width);
      Ranges.positive("sharpness", sharpness);
      UsageException.require(
          momentum >= 0 && momentum < 1, "momentum must be from 0 to below 1, was %s", momentum);
    }
  }

  /** This method with these options. */
  public ContrastiveRepresentation(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    return FeatureDistillation.missing(() -> contrast(task));
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    refuseUnfit("crd", session.task());
    Weighted own =
        FeatureDistillation.weighted(
            "contrast", options.contrastWeight(), contrast(session.task()));
    return FeatureDistillation.together(session, FeatureDistillation.objective(options, own));
  }

  private Contrast contrast(Task task) {
    List<TapPair> pairs = LayerMap.parse(options.taps()).pairs(task, LayerMap.Kind.SIZED);
    UsageException.require(
        pairs.size() == 1, "compares one layer of each, and taps names %s", pairs);
    Samples samples = task.transfer();
    int others = Negatives.fewest(samples.labels(), samples.classes());
    UsageException.require(
        others > 0, "needs samples of two classes, and those of %s are of one", samples.name());
    return new Contrast(
        pairs.get(0),
        samples,
        Math.min(options.negatives(), others),
        options.width(),
        options.sharpness(),
        options.momentum());
  }

  /**
   * The contrast of a student's and a teacher's feature: {@link ContrastFormulas#noiseContrast},
   * both ways.
   *
   * @param pair the taps
   * @param samples the phase's own: its rows are the banks' rows
   * @param negatives K, at most as many as there are of other classes
   * @param width of an embedding
   * @param sharpness τ
   * @param momentum of the banks
   */
  public record Contrast(
      TapPair pair, Samples samples, int negatives, int width, float sharpness, float momentum)
      implements LossTerm {
    private static final String STUDENT = "student";
    private static final String TEACHER = "teacher";
    private static final String SCALES = "scales";

    @Override
    public void begin(EpochView epoch, Memory memory) {
      if (!memory.has(SCALES)) {
        memory.set(STUDENT, first(epoch.draws().at(0)));
        memory.set(TEACHER, first(epoch.draws().at(1)));
        memory.set(SCALES, new float[2]);
      }
    }

    /** Uniform, of about length 1. */
    private float[] first(Draws draws) {
      double most = 1 / Math.sqrt(width / 3.0);
      float[] bank = new float[Math.multiplyExact(samples.size(), width)];
      for (int i = 0; i < bank.length; i++) {
        bank[i] = (float) draws.uniform(i, -most, most);
      }
      return bank;
    }

    @Override
    public NDArray value(StepView view) {
      NDArray student = embedded(view, STUDENT, view.own().tap(pair.student()));
      NDArray teacher = embedded(view, TEACHER, view.of(Role.TEACHER).tap(pair.teacher()));
      long[] chosen =
          new Negatives(samples.labels(), samples.classes())
              .beside(view.rows(), negatives, view.draws());
      NDArray rows =
          Native.longs(student.getManager(), chosen, new Shape(view.rows().length, 1L + negatives));
      NDArray loss =
          contrast(view, student, TEACHER, rows, 0).add(contrast(view, teacher, STUDENT, rows, 1));
      move(view, STUDENT, student);
      move(view, TEACHER, teacher);
      return loss;
    }

    private static NDArray embedded(StepView view, String side, NDArray feature) {
      return ContrastFormulas.normalized(view.adapter(side, Maps.flat(feature)));
    }

    /** One side's embeddings among what is remembered of the other's. */
    private NDArray contrast(StepView view, NDArray embedded, String bank, NDArray rows, int at) {
      NDArray scores = ContrastFormulas.scores(embedded, bank(view, bank), rows, sharpness);
      NDArray scale;
      if (view.progress().step() == 0) {
        scale = Scalars.mul(scores.stopGradient().mean(), samples.size());
        view.remember(SCALES, new int[] {at}, scale.reshape(1, 1));
      } else {
        scale = view.memory(SCALES).get(at);
      }
      return ContrastFormulas.noiseContrast(scores.div(scale), samples.size());
    }

    private NDArray bank(StepView view, String name) {
      return view.memory(name).reshape(samples.size(), width);
    }

    /** The batch's own rows: momentum · old + (1 − momentum) · new, of length 1. */
    private void move(StepView view, String side, NDArray embedded) {
      NDArray fresh = embedded.stopGradient();
      long[] at = java.util.Arrays.stream(view.rows()).asLongStream().toArray();
      NDArray own = Native.longs(fresh.getManager(), at, new Shape(at.length));
      NDArray old = Native.rows(fresh.getManager(), bank(view, side), own);
      NDArray mixed = Scalars.mul(old, momentum).add(Scalars.mul(fresh, 1 - momentum));
      view.remember(side, view.rows(), ContrastFormulas.normalized(mixed));
    }

    @Override
    public Needs needs() {
      return TapPair.needs(List.of(pair))
          .withAdapters(
              Map.of(
                  STUDENT, new Embedding(pair.ofStudent(), width),
                  TEACHER, new Embedding(pair.ofTeacher(), width)));
    }

    @Override
    public double lowerBound() {
      return 0;
    }

    @Override
    public String toString() {
      return "contrast(K=" + negatives + ", τ=" + Printing.number(sharpness) + ")[" + pair + "]";
    }
  }

  /**
   * A linear layer to an embedding.
   *
   * @param from a tap of either side's, flattened
   * @param width of the embedding
   */
  record Embedding(TapRef from, int width) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return Linear.builder().setUnits(width).build();
    }

    @Override
    public Shape input(Shapes shapes) {
      return new Shape(shapes.of(from).size());
    }
  }

  /** Binds {@code crd}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options("last", 0.8f, 16384, 128, 0.07f, 0.5f, 1, 0, 4);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new ContrastiveRepresentation(options);
    }

    @Override
    public Description description() {
      return new Description(
          "what both make of a sample is told from what they make of others",
          "hardWeight · CE(y, z_s) + contrastWeight · NCE of e_s among the teacher's bank and of e_t among the student's",
          FeatureDistillation.described(
              Map.of(
                  "contrastWeight", "weight of the contrast; 0.8, the published code's",
                  "negatives",
                      "samples of other classes beside each (K), at most as many as there are; 16384, the"
                          + " published code's",
                  "width", "numbers of an embedding; 128, the published code's",
                  "sharpness",
                      "what products of embeddings are divided by (tau); 0.07, the published code's",
                  "momentum",
                      "how much of a remembered embedding stays when its sample comes up; 0.5,"
                          + " the published code's")),
          "Y. Tian, D. Krishnan, P. Isola, Contrastive Representation Distillation, ICLR 2020",
          """
          @inproceedings{tian2020contrastive,
            title={Contrastive Representation Distillation},
            author={Tian, Yonglong and Krishnan, Dilip and Isola, Phillip},
            booktitle={International Conference on Learning Representations},
            year={2020}
          }""");
    }
  }
}
