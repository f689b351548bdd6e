package org.kd4j.offline;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Soft targets from several fixed teachers: the student minimises hardWeight · CE(y, z_s) +
 * softWeight · T² · KL(p ‖ softmax(z_s/T)), both means over the batch, where p combines the
 * teachers' p_k = softmax(z_k/T):
 *
 * <ul>
 *   <li>{@code arithmetic}: p = mean_k p_k, and {@code geometric}: p ∝ (Π_k p_k)^(1/K) (G. Hinton,
 *       O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", NIPS 2014 deep
 *       learning workshop, section 1: "an arithmetic or geometric mean of their individual
 *       predictive distributions");
 *   <li>{@code logits}: p = softmax(mean_k z_k / T), which is the geometric mean under another name
 *       ({@link Target#meanLogits});
 *   <li>{@code random}: p = p_k of one teacher drawn for each batch;
 *   <li>{@code weighted}: p = Σ_k w_k · p_k, weights fixed;
 *   <li>{@code confidence}: p = Σ_k w_k · p_k, weights of each sample by how well each teacher
 *       predicts its label (H. Zhang, D. Chen, C. Wang, "Confidence-Aware Multi-Teacher Knowledge
 *       Distillation", ICASSP 2022; its logit part).
 * </ul>
 *
 * <p>The gradient of KL(Σ_k w_k · p_k ‖ q) is that of Σ_k w_k · KL(p_k ‖ q), so that averaging
 * distributions is averaging losses.
 */
public final class MultiTeacher implements DistillationStrategy {
  private final Options options;
  private final List<Architecture> networks;

  /** How the teachers' softened distributions become one. */
  public enum Combine {
    /** The mean of probabilities. */
    ARITHMETIC,
    /** The normalised geometric mean of probabilities. */
    GEOMETRIC,
    /** The softened mean of logits: the geometric mean. */
    LOGITS,
    /** One teacher for each batch. */
    RANDOM,
    /** The mean by fixed weights. */
    WEIGHTED,
    /** The mean by weights of each sample. */
    CONFIDENCE
  }

  /**
   * @param teachers how many, K
   * @param networks what they are, joined by {@code +}; empty = the task's teacher, K times
   * @param combine how their distributions become one
   * @param weights of each teacher where combine is {@code weighted}, joined by {@code +}
   * @param temperature T, above 0
   * @param softWeight weight of the soft term, with its factor T²
   * @param hardWeight weight of the labels
   */
  public record Options(
      int teachers,
      String networks,
      Combine combine,
      String weights,
      float temperature,
      float softWeight,
      float hardWeight) {
    /** Checks ranges, and that each teacher has a network and a weight. */
    public Options {
      UsageException.require(
          teachers >= 1 && teachers <= 100, "teachers must be from 1 to 100, was %d", teachers);
      int named = networks.isBlank() ? teachers : joined(networks).size();
      UsageException.require(
          named == teachers,
          "networks must name one for each teacher; it names %d ('%s') and teachers is %d: write teachers=%d",
          named,
          networks,
          teachers,
          named);
      UsageException.require(
          combine == Combine.WEIGHTED || weights.isBlank(),
          "weights are read where combine=weighted; weights are '%s', combine is %s",
          weights,
          combine.name().toLowerCase(Locale.ROOT));
      target(combine, roles(teachers), weights);
      Ranges.temperature(temperature);
      Ranges.weight("softWeight", softWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          softWeight + hardWeight > 0,
          "softWeight and hardWeight are both 0: nothing to learn from");
    }

    private Target target() {
      return target(combine, roles(teachers), weights);
    }

    private static List<Role> roles(int teachers) {
      return IntStream.range(0, teachers).mapToObj(Role::teacher).toList();
    }

    private static Target target(Combine combine, List<Role> roles, String weights) {
      return switch (combine) {
        case ARITHMETIC -> Target.mean(roles);
        case GEOMETRIC -> Target.geometric(roles);
        case LOGITS -> Target.meanLogits(roles);
        case RANDOM -> Target.oneAtRandom(roles);
        case WEIGHTED -> Target.weighted(roles, numbers(weights));
        case CONFIDENCE -> Target.confidence(roles);
      };
    }

    private static List<Float> numbers(String weights) {
      try {
        return joined(weights).stream().map(Float::valueOf).toList();
      } catch (NumberFormatException e) {
        throw new UsageException(
            "weights are numbers joined by '+', one for each teacher, as in 0.5+0.3+0.2; were '"
                + weights
                + "'",
            e);
      }
    }
  }

  private static List<String> joined(String text) {
    return Arrays.stream(text.split("\\+", -1)).map(String::strip).toList();
  }

  /**
   * Soft targets of several teachers.
   *
   * @param options how
   * @param networks one for each teacher; empty = the task's teacher for all
   */
  public MultiTeacher(Options options, List<Architecture> networks) {
    this.options = options;
    this.networks = List.copyOf(networks);
    UsageException.require(
        networks.isEmpty() || networks.size() == options.teachers(),
        "%d teachers need as many networks, were %s",
        options.teachers(),
        networks);
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    List<Trained> teachers = Teachers.train(session, specs(task));
    List<Guide> guides = new ArrayList<>();
    for (Trained teacher : teachers) {
      guides.add(new Guide(Role.teacher(guides.size()), teacher));
    }
    Objective objective =
        Objective.hard(options.hardWeight())
            .and(
                "soft",
                options.softWeight(),
                new SoftTargets(options.target(), options.temperature()));
    Phase student =
        task.phase("student", task.freshStudent(), objective, guides.toArray(Guide[]::new));
    DistillationResult result =
        DistillationResult.of(session.run(student).network(Role.STUDENT))
            .with("teachers", together(teachers));
    // Only the task's standard teacher is "the teacher" of a comparison.
    for (Trained teacher : teachers) {
      result = teacher.line().equals(Task.TEACHER_LINE) ? result.with("teacher", teacher) : result;
    }
    return result;
  }

  private List<NetworkSpec> specs(Task task) {
    NetworkSpec standard = task.teacher();
    return networks.isEmpty()
        ? Collections.nCopies(options.teachers(), standard)
        : networks.stream().map(standard::with).toList();
  }

  /** The teachers as an ensemble: by the mean of probabilities unless another mean teaches. */
  private Knowledge together(List<Trained> teachers) {
    Ensemble.Mean how =
        switch (options.combine()) {
          case GEOMETRIC -> Ensemble.Mean.GEOMETRIC;
          case LOGITS -> Ensemble.Mean.LOGITS;
          default -> Ensemble.Mean.ARITHMETIC;
        };
    return new Ensemble(List.copyOf(teachers), how);
  }

  /** Binds {@code multi-teacher}. */
  public static final class Factory implements StrategyFactory<Options> {
    private final Networks networks;

    /**
     * @param networks reads the teachers' networks
     */
    @Inject
    public Factory(Networks networks) {
      this.networks = networks;
    }

    @Override
    public Options defaults() {
      return new Options(3, "", Combine.ARITHMETIC, "", 4, 0.9f, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      List<String> named = options.networks().isBlank() ? List.of() : joined(options.networks());
      return new MultiTeacher(options, named.stream().map(networks::parse).toList());
    }

    @Override
    public Description description() {
      return new Description(
          "soft targets from several fixed teachers, combined",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(p || softmax(z_s/T)),"
              + " p combines softmax(z_k/T) of teachers k",
          Map.of(
              "teachers",
                  "how many (3, as in Zhang et al.); a teacher may be smaller than the student",
              "networks",
                  "what they are, joined by +, as in mlp:400-400+cnn:4; empty = the task's teacher"
                      + " with other seeds",
              "combine",
                  "mean of probabilities (arithmetic, geometric) or of logits (equal to geometric),"
                      + " one at random for each batch, fixed weights, or each sample's by confidence",
              "weights", "of each teacher where combine=weighted, joined by +, together 1",
              "temperature", "T, softens all distributions; 4, as offline's",
              "softWeight", "weight of the soft term, which keeps its factor T²; 0.9, as offline's",
              "hardWeight", "weight of the labels; 0.1, as offline's"),
          "G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network,"
              + " NIPS deep learning workshop, 2014; combine=confidence: H. Zhang, D. Chen, C. Wang,"
              + " Confidence-Aware Multi-Teacher Knowledge Distillation, ICASSP 2022",
          """
          @inproceedings{zhang2022confidence,
            title={Confidence-Aware Multi-Teacher Knowledge Distillation},
            author={Zhang, Hailin and Chen, Defang and Wang, Can},
            booktitle={IEEE International Conference on Acoustics, Speech and Signal Processing},
            year={2022}
          }""");
    }
  }
}
