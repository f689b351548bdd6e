package org.kd4j.assistant;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kd4j.assistant.PathSearch.Path;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * The best path of assistants by dynamic programming: best(teacher) is the teacher, and best(s) is,
 * of the networks of size s taught by best(t), t over all larger sizes, the most accurate on
 * validation; equals go to the shorter path, then to the larger teacher. For m sizes, teacher and
 * student counted, that is m(m − 1)/2 hops instead of all 2^(m − 2) paths; every hop is {@code
 * assistant}'s and stored, so a path's hops cost nothing twice (S. I. Mirzadeh, M. Farajtabar, A.
 * Li, N. Levine, A. Matsukawa, H. Ghasemzadeh, "Improved Knowledge Distillation via Teacher
 * Assistant", AAAI 2020).
 *
 * <p>It assumes that a size's best teacher is itself best taught. With {@code exhaustive=true} all
 * paths are trained beside it, 2^(m − 1) − 1 hops of which m(m − 1)/2 are there already; the best
 * of them is reported as {@code exhaustive}, and where the two differ, that is said.
 */
public final class AssistantPath implements DistillationStrategy {
  /** Most sizes whose paths are all trained: 31 hops. */
  static final int MOST_EXHAUSTIVE = 6;

  private static final String ID = "assistant-path";

  private final Options options;
  private final Sizes sizes;

  /**
   * @param sizes {@code none}, {@code middle}, {@code all}, or specs joined by {@code +}
   * @param exhaustive whether all paths are trained beside the search
   * @param temperature T, above 0
   * @param softWeight weight of the soft term of every hop, with its factor T²
   * @param hardWeight weight of the labels in every hop
   */
  public record Options(
      String sizes, boolean exhaustive, float temperature, float softWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      new Hop(temperature, softWeight, hardWeight);
    }
  }

  /**
   * A search with these options.
   *
   * @param options checked
   * @param networks the families their specs are read by
   */
  public AssistantPath(Options options, Networks networks) {
    this.options = options;
    this.sizes = Sizes.parse(ID + ".sizes", options.sizes(), networks);
  }

  @Override
  public Optional<String> missing(Task task) {
    return Checks.VALIDATION
        .missing(task)
        .or(() -> sizes.missing(task))
        .or(() -> tooMany(sizes.on(task).size() + 2));
  }

  private Optional<String> tooMany(int count) {
    return options.exhaustive() && count > MOST_EXHAUSTIVE
        ? Optional.of(
            String.format(
                "trains all paths of at most %d sizes, teacher and student counted, and there are"
                    + " %d; name fewer, or take exhaustive=false",
                MOST_EXHAUSTIVE, count))
        : Optional.empty();
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit(ID, task);
    List<NetworkSpec> chain = new ArrayList<>(List.of(task.teacher()));
    chain.addAll(sizes.on(task));
    chain.add(task.student());

    Trained teacher = session.teacher();
    Path<Trained> start = Path.start(teacher, Checks.accuracy(session, teacher));
    PathSearch.Hops<Trained> hops = (from, size) -> hops(session, chain, from, size);
    Path<Trained> best = PathSearch.best(start, chain.size(), false, hops);
    DistillationResult result = DistillationResult.of(best.end()).with("teacher", teacher);
    if (!options.exhaustive()) {
      session.note("best path: " + told(chain, best));
      return result;
    }
    Path<Trained> ofAll = PathSearch.best(start, chain.size(), true, hops);
    session.note(compared(told(chain, best), told(chain, ofAll)));
    return result.with("exhaustive", ofAll.end());
  }

  private List<Path<Trained>> hops(
      DistillationSession session, List<NetworkSpec> chain, List<Path<Trained>> paths, int size) {
    List<Phase> phases = new ArrayList<>();
    for (Path<Trained> path : paths) {
      NetworkSpec from = chain.get(path.sizes().get(path.sizes().size() - 1));
      String name = from + " to " + chain.get(size);
      phases.add(
          new Hop(options.temperature(), options.softWeight(), options.hardWeight())
              .phase(name, session.task(), chain.get(size), path.end()));
    }
    List<Path<Trained>> longer = new ArrayList<>();
    List<PhaseResult> results = session.runAll(phases);
    for (int i = 0; i < paths.size(); i++) {
      Trained taught = results.get(i).network(Role.STUDENT);
      longer.add(paths.get(i).to(size, taught, Checks.accuracy(session, taught)));
    }
    return longer;
  }

  private static String told(List<NetworkSpec> chain, Path<?> path) {
    return path.sizes().stream()
            .map(s -> chain.get(s).toString())
            .collect(Collectors.joining(" to "))
        + ", "
        + Checks.percent(path.accuracy())
        + " on validation";
  }

  /** What is said of the search's path and the best of all. */
  static String compared(String searched, String ofAll) {
    return searched.equals(ofAll)
        ? "best path: " + searched + ", which is the best of all paths"
        : "best path by dynamic programming: " + searched + "; of all paths: " + ofAll;
  }

  /** Binds {@code assistant-path}. */
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
      return new Options(Sizes.ALL, false, 4, 0.9f, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new AssistantPath(options, networks);
    }

    @Override
    public Requirements requirements() {
      return Checks.VALIDATION;
    }

    @Override
    public Description description() {
      return new Description(
          "the best path of assistants, by dynamic programming over hops",
          "best(s) = argmax over larger t of the validation accuracy of s taught by best(t); each"
              + " hop: hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T))",
          Map.of(
              "sizes",
                  "none, middle or all of those between teacher and student; or networks joined by"
                      + " '+', large to small",
              "exhaustive",
                  "train all paths beside it, of at most 6 sizes, and say where they differ",
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
