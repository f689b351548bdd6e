package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Printing;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.schedule.Progress;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;

/**
 * Curriculum temperature (CTKD, its global form): the temperature is learnt <em>against</em> the
 * student. T = startTemperature + temperatureRange · σ(θ), θ one number that starts at 1 and is
 * moved by the student's own optimiser, but along the reversed gradient, −λ times that of the loss,
 * so that T seeks where soft targets are hardest to match. λ rises from 0 to 1 along half a cosine,
 * epoch by epoch: easy first, then hard. The student minimises hardWeight · CE(y, z_s) + softWeight
 * · T² · KL(softmax(z_t/T) ‖ softmax(z_s/T)), T inside the graph (Z. Li, X. Li, L. Yang, B. Zhao,
 * R. Song, L. Luo, J. Li, J. Yang, "Curriculum Temperature for Knowledge Distillation", AAAI 2023,
 * sections 3.2 to 3.4).
 *
 * <p>The defaults are the authors' for CIFAR-100: T from 1 to 21, so 15.62 at first; weights 0.1
 * and 0.9; λ at 1 from the tenth epoch on (0.0245 in the first, 0.5 in the fifth). Where the
 * optimiser has weight decay it decays θ too, as theirs does.
 */
public final class CurriculumTemperature implements DistillationStrategy {
  private final Options options;

  /**
   * @param startTemperature the lowest temperature, reached in the limit; above 0
   * @param temperatureRange how far it can rise above that; above 0
   * @param softWeight weight of the soft term, with its factor T²
   * @param hardWeight weight of the labels
   * @param reversalEpochs the epoch from which the reversed gradient has its full strength; 0 =
   *     from the start
   */
  public record Options(
      float startTemperature,
      float temperatureRange,
      float softWeight,
      float hardWeight,
      int reversalEpochs) {
    /** Checks ranges. */
    public Options {
      requireRange(startTemperature, temperatureRange);
      UsageException.require(
          softWeight > 0 && Float.isFinite(softWeight),
          "softWeight must be above 0, was %s",
          softWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          reversalEpochs >= 0, "reversalEpochs must be 0 or more, was %d", reversalEpochs);
    }
  }

  /** Curriculum temperature with these options. */
  public CurriculumTemperature(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Schedule strength =
        options.reversalEpochs() == 0
            ? Schedule.constant(1)
            : new CosineRise(options.reversalEpochs());
    Objective objective =
        Objective.hard(options.hardWeight())
            .and(
                "soft",
                options.softWeight(),
                new AdversarialSoftTargets(
                    Role.TEACHER,
                    options.startTemperature(),
                    options.temperatureRange(),
                    strength));
    return session.taught(objective);
  }

  private static void requireRange(float start, float range) {
    UsageException.require(
        start > 0 && Float.isFinite(start), "startTemperature must be above 0, was %s", start);
    UsageException.require(
        range > 0 && Float.isFinite(range), "temperatureRange must be above 0, was %s", range);
  }

  /**
   * T from its parameter, with the gradient of θ reversed: start + range · σ(θ).
   *
   * @param theta one element, in the graph
   * @param start the lowest temperature
   * @param range how far above it T can rise
   * @param strength λ of the reversal
   * @return T, the shape of θ
   */
  static NDArray temperature(NDArray theta, float start, float range, float strength) {
    NDArray share = Activation.sigmoid(LogitFormulas.reversed(theta, strength));
    return Scalars.mul(share, range).add(start);
  }

  /**
   * Soft targets at a temperature that is trained to make them hard: {@link
   * LogitFormulas#softTargetsKl} at {@link #temperature}.
   *
   * @param from who teaches
   * @param start the lowest temperature
   * @param range how far above it T can rise
   * @param strength λ, the strength of the reversed gradient, over the phase
   */
  public record AdversarialSoftTargets(Role from, float start, float range, Schedule strength)
      implements LossTerm {
    private static final String TEMPERATURE = "temperature";

    /** Checks the range. */
    public AdversarialSoftTargets {
      requireRange(start, range);
    }

    @Override
    public NDArray value(StepView view) {
      NDArray logits = view.own().logits();
      NDArray theta = view.adapter(TEMPERATURE, logits);
      NDArray temperature = temperature(theta, start, range, strength.at(view.progress()));
      return LogitFormulas.softTargetsKl(logits, view.of(from).logits(), temperature);
    }

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS))
          .withAdapters(Map.of(TEMPERATURE, new Theta(from)));
    }

    @Override
    public double lowerBound() {
      return Formulas.leastDivergence(start + range);
    }

    @Override
    public String toString() {
      return "soft("
          + from
          + ", T learnt from "
          + Printing.number(start)
          + " to "
          + Printing.number(start + range)
          + " against the student, "
          + strength
          + ")";
    }
  }

  /**
   * One trained number that starts at 1; what goes in does not matter.
   *
   * @param from whose logits' shape goes in
   */
  record Theta(Role from) implements Adapter {
    @Override
    public Block block(Shapes shapes) {
      return new ThetaBlock();
    }

    @Override
    public Shape input(Shapes shapes) {
      return shapes.of(new TapRef(from, TappedBlock.LOGITS));
    }
  }

  private static final class ThetaBlock extends AbstractBlock {
    /** A scale, because scales start at 1. */
    private final Parameter theta =
        addParameter(
            Parameter.builder()
                .setName("theta")
                .setType(Parameter.Type.GAMMA)
                .optShape(new Shape(1))
                .build());

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      return new NDList(store.getValue(theta, inputs.get(0).getDevice(), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {new Shape(1)};
    }
  }

  /**
   * From near 0 to 1 along half a cosine, constant within an epoch: (1 − cos(π·min(e, n)/n))/2 in
   * epoch e, the first being 1.
   *
   * @param epochs n, the epoch from which it is 1
   */
  public record CosineRise(int epochs) implements Schedule {
    /** Checks the length. */
    public CosineRise {
      UsageException.require(epochs >= 1, "a rise takes at least 1 epoch, was %d", epochs);
    }

    @Override
    public float at(Progress progress) {
      double risen = Math.min(progress.epoch() + 1.0, epochs) / epochs;
      return (float) ((1 - StrictMath.cos(Math.PI * risen)) / 2);
    }

    @Override
    public String toString() {
      return "λ rising over " + epochs + " epochs";
    }
  }

  /** Binds {@code curriculum-temperature}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(1, 20, 0.9f, 0.1f, 10);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new CurriculumTemperature(options);
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets at a temperature learnt against the student",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T)),"
              + " T = startTemperature + temperatureRange · sigmoid(θ), θ along the reversed gradient",
          Map.of(
              "startTemperature", "the lowest temperature; 1, the published code's",
              "temperatureRange",
                  "how far the temperature can rise above it; 20, the published code's",
              "softWeight",
                  "weight of the soft term, which keeps its factor T²; 0.9, the published code's",
              "hardWeight", "weight of the labels; 0.1, the published code's",
              "reversalEpochs",
                  "the epoch from which the reversed gradient has its full strength; 0 = at once; 10,"
                      + " the published code's for CIFAR-100"),
          "Z. Li, X. Li, L. Yang, B. Zhao, R. Song, L. Luo, J. Li, J. Yang,"
              + " Curriculum Temperature for Knowledge Distillation, AAAI 2023",
          """
          @inproceedings{li2023curriculum,
            title={Curriculum Temperature for Knowledge Distillation},
            author={Li, Zheng and Li, Xiang and Yang, Lingfeng and Zhao, Borui and Song, Renjie and Luo, Lei and Li, Jun and Yang, Jian},
            booktitle={AAAI Conference on Artificial Intelligence},
            year={2023}
          }""");
    }
  }
}
