package org.kd4j.assistant;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Teacher assistants: networks of sizes between teacher and student bridge the gap of capacity. The
 * teacher teaches the largest, each teaches the next, and the student learns from the last
 * <em>only</em>. Every hop minimises hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T)
 * ‖ softmax(z_s/T)); the paper's λ is softWeight, 1 − λ hardWeight (S. I. Mirzadeh, M. Farajtabar,
 * A. Li, N. Levine, A. Matsukawa, H. Ghasemzadeh, "Improved Knowledge Distillation via Teacher
 * Assistant", AAAI 2020).
 *
 * <p>Assistants are trained by the student's recipe. Which ones: {@code middle} (default), {@code
 * all} of those that the teacher's family knows between, {@code none}, which is plain soft targets
 * bit for bit, specs from large to small joined by {@code +}, or {@code propose}: of the candidates
 * trained from scratch, the one whose validation accuracy is nearest the mean of the teacher's and
 * the student's, the student trained from scratch too (where the paper finds the best size).
 * Temperature and weights were searched per pair in the paper; the defaults here are those of
 * {@code offline}.
 */
public final class Assistant implements DistillationStrategy {
  static final String PROPOSE = "propose";
  private static final String ID = "assistant";

  private final Options options;
  private final Sizes sizes;
  private final Optional<Sizes> candidates;

  /**
   * @param sizes {@code none}, {@code middle}, {@code all}, {@code propose}, or specs joined by
   *     {@code +}
   * @param candidates specs that {@code propose} chooses from; empty = all that the family knows
   * @param temperature T, above 0
   * @param softWeight weight of the soft term of every hop, with its factor T²
   * @param hardWeight weight of the labels in every hop
   */
  public record Options(
      String sizes, String candidates, float temperature, float softWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          candidates.isEmpty() || sizes.equals(PROPOSE),
          "candidates are what sizes=propose chooses from; sizes was '%s' and candidates '%s'",
          sizes,
          candidates);
      new Hop(temperature, softWeight, hardWeight);
    }

    private Hop hop() {
      return new Hop(temperature, softWeight, hardWeight);
    }
  }

  /**
   * Assistants with these options.
   *
   * @param options checked
   * @param networks the families their specs are read by
   */
  public Assistant(Options options, Networks networks) {
    this.options = options;
    this.sizes = Sizes.parse("assistant.sizes", options.sizes(), networks, PROPOSE);
    this.candidates =
        options.candidates().isEmpty()
            ? Optional.empty()
            : Optional.of(Sizes.parse("assistant.candidates", options.candidates(), networks));
  }

  private boolean proposes() {
    return options.sizes().equals(PROPOSE);
  }

  @Override
  public Optional<String> missing(Task task) {
    Optional<String> unfit = candidates.orElse(sizes).missing(task);
    return proposes() ? unfit.or(() -> Checks.VALIDATION.missing(task)) : unfit;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit(ID, task);
    Knowledge teacher = session.teacher();
    List<NetworkSpec> specs = proposes() ? List.of(proposed(session)) : sizes.on(task);
    List<Knowledge> chain = new ArrayList<>(List.of(teacher));
    for (NetworkSpec spec : specs) {
      Phase hop = options.hop().phase("assistant " + spec, task, spec, chain.get(chain.size() - 1));
      chain.add(session.run(hop).network(Role.STUDENT));
    }
    Phase last = options.hop().phase("student", task, task.student(), chain.get(chain.size() - 1));
    DistillationResult result =
        DistillationResult.of(session.run(last).network(Role.STUDENT)).with("teacher", teacher);
    for (int i = 0; i < specs.size(); i++) {
      result = result.with("assistant/" + specs.get(i), chain.get(i + 1));
    }
    return result;
  }

  /** Trains student and candidates from scratch and takes the one in the middle of accuracies. */
  private NetworkSpec proposed(DistillationSession session) {
    Task task = session.task();
    List<NetworkSpec> specs = candidates.orElse(sizes).on(task);
    List<Phase> alone = new ArrayList<>();
    alone.add(task.phase("student alone", task.freshStudent(), Objective.hard(1)));
    for (NetworkSpec spec : specs) {
      alone.add(task.phase("candidate " + spec, Hop.start(task, spec), Objective.hard(1)));
    }
    List<Double> accuracies = new ArrayList<>();
    for (PhaseResult trained : session.runAll(alone)) {
      accuracies.add(Checks.accuracy(session, trained.network(Role.STUDENT)));
    }
    double teacher = Checks.accuracy(session, session.teacher());
    double student = accuracies.remove(0);
    int chosen = nearestToMean(teacher, student, accuracies);
    session.note(
        "proposed assistant: "
            + specs.get(chosen)
            + ", alone "
            + Checks.percent(accuracies.get(chosen))
            + " on validation, between the teacher's "
            + Checks.percent(teacher)
            + " and the student's "
            + Checks.percent(student));
    return specs.get(chosen);
  }

  /**
   * The candidate whose accuracy is nearest the mean of the teacher's and the student's, the first
   * of equals.
   *
   * @param teacher accuracy
   * @param student accuracy, trained from scratch
   * @param candidates accuracies, at least one
   * @return its index
   */
  static int nearestToMean(double teacher, double student, List<Double> candidates) {
    double mean = (teacher + student) / 2;
    int nearest = 0;
    for (int i = 1; i < candidates.size(); i++) {
      if (Math.abs(candidates.get(i) - mean) < Math.abs(candidates.get(nearest) - mean)) {
        nearest = i;
      }
    }
    return nearest;
  }

  /** Binds {@code assistant}. */
  public static final class Factory implements StrategyFactory<Options> {
    private final Networks networks;

    /**
     * @param networks the families that specs are read by
     */
    @Inject
    public Factory(Networks networks) {
      this.networks = networks;
    }

    @Override
    public Options defaults() {
      return new Options(Sizes.MIDDLE, "", 4, 0.9f, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Assistant(options, networks);
    }

    @Override
    public Description description() {
      return new Description(
          "a chain of assistants between teacher and student; the student learns from the last",
          "each hop: hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T))",
          Map.of(
              "sizes",
                  "none, middle or all of those between teacher and student; propose (the one in the"
                      + " middle of accuracies); or networks joined by '+', large to small",
              "candidates", "networks joined by '+' that propose chooses from; empty = all between",
              "temperature", Hop.TEMPERATURE + "; the paper searches 1 to 20",
              "softWeight", Hop.SOFT_WEIGHT + "; the paper searches 0.05 to 1",
              "hardWeight", Hop.HARD_WEIGHT),
          "S. I. Mirzadeh, M. Farajtabar, A. Li, N. Levine, A. Matsukawa, H. Ghasemzadeh,"
              + " Improved Knowledge Distillation via Teacher Assistant, AAAI 2020",
          """
          @inproceedings{mirzadeh2020improved,
            title={Improved Knowledge Distillation via Teacher Assistant},
            author={Mirzadeh, Seyed Iman and Farajtabar, Mehrdad and Li, Ang and Levine, Nir and Matsukawa, Akihiro and Ghasemzadeh, Hassan},
            booktitle={Proceedings of the AAAI Conference on Artificial Intelligence},
            year={2020}
          }""");
    }
  }
}
