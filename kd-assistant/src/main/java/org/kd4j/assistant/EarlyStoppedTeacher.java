package org.kd4j.assistant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Early-stopped teachers: a teacher trained for fewer epochs is less accurate and may teach a small
 * student better. The teacher's training is cut to each of several lengths, each teaches a student
 * by hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) ‖ softmax(z_s/T)), and the
 * <em>student's</em> validation accuracy chooses; equals go to the shorter training (J. H. Cho, B.
 * Hariharan, "On the Efficacy of Knowledge Distillation", ICCV 2019).
 *
 * <p>{@code stop=short-schedule} (default, the paper's) is a short but <em>complete</em> training:
 * the learning rate runs through its whole schedule in fewer epochs, milestones and warm-up in
 * proportion. {@code mid-run} stops the full schedule in the middle, with the rate it has there.
 * The paper's lengths are 35 and 50 of 200 epochs, hence the default {@code 17.5%+25%}; shares are
 * rounded to whole epochs. {@code 100%} is the task's standard teacher itself.
 */
public final class EarlyStoppedTeacher implements DistillationStrategy {
  private static final String ID = "early-stopped-teacher";

  private final Options options;

  /** How a teacher's training is cut. */
  public enum Stop {
    /** A complete schedule in fewer epochs. */
    SHORT_SCHEDULE,
    /** The full schedule, left in the middle. */
    MID_RUN
  }

  /**
   * @param stop how the teacher's training is cut
   * @param lengths how long it lasts, several joined by {@code +}: epochs, {@code 10+20}, or shares
   *     of the teacher's, {@code 17.5%+25%}
   * @param temperature T, above 0
   * @param softWeight weight of the soft term, with its factor T²
   * @param hardWeight weight of the labels
   */
  public record Options(
      Stop stop, String lengths, float temperature, float softWeight, float hardWeight) {
    /** Checks ranges. */
    public Options {
      new Hop(temperature, softWeight, hardWeight);
      parse(lengths);
    }

    private static List<Length> parse(String lengths) {
      List<Length> all = new ArrayList<>();
      for (String length : lengths.split("\\+", -1)) {
        all.add(Length.parse("lengths", length));
      }
      return all;
    }

    /** The different lengths in epochs, rising. */
    private List<Integer> of(int epochs) {
      return new ArrayList<>(
          new TreeSet<>(parse(lengths).stream().map(length -> length.whole(epochs)).toList()));
    }
  }

  /** Early-stopped teachers with these options. */
  public EarlyStoppedTeacher(Options options) {
    this.options = options;
  }

  @Override
  public Optional<String> missing(Task task) {
    int epochs = task.teacherRecipe().training().epochs();
    List<Integer> lengths = options.of(epochs);
    int longest = lengths.get(lengths.size() - 1);
    if (longest > epochs) {
      return Optional.of(
          String.format(
              "stops its teacher early, and length %d is more than the teacher's %d epochs; give"
                  + " shorter lengths, or the teacher more epochs",
              longest, epochs));
    }
    return lengths.size() > 1 ? Checks.VALIDATION.missing(task) : Optional.empty();
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit(ID, task);
    int epochs = task.teacherRecipe().training().epochs();
    SortedMap<Integer, Trained> teachers = teachers(session, options.of(epochs), epochs);
    List<Phase> students = new ArrayList<>();
    teachers.forEach(
        (length, teacher) ->
            students.add(
                new Hop(options.temperature(), options.softWeight(), options.hardWeight())
                    .phase("student of " + length + " epochs", task, task.student(), teacher)));
    List<Trained> taught =
        session.runAll(students).stream().map(s -> s.network(Role.STUDENT)).toList();
    int best = taught.size() == 1 ? 0 : mostAccurate(session, taught);
    int length = List.copyOf(teachers.keySet()).get(best);
    if (taught.size() > 1) {
      session.note("the teacher of " + length + " of " + epochs + " epochs teaches best");
    }
    return DistillationResult.of(taught.get(best)).with("stopped-teacher", teachers.get(length));
  }

  private SortedMap<Integer, Trained> teachers(
      DistillationSession session, List<Integer> lengths, int epochs) {
    SortedMap<Integer, Trained> teachers = new TreeMap<>();
    List<Integer> cut = lengths.stream().filter(length -> length < epochs).toList();
    List<PhaseResult> trained =
        session.runAll(cut.stream().map(length -> teacher(session.task(), length)).toList());
    for (int i = 0; i < cut.size(); i++) {
      teachers.put(cut.get(i), trained.get(i).network(Role.TEACHER));
    }
    if (lengths.contains(epochs)) {
      teachers.put(epochs, session.teacher());
    }
    return teachers;
  }

  /** The teacher's own phase, cut. */
  private Phase teacher(Task task, int length) {
    if (options.stop() == Stop.MID_RUN) {
      return task.teacherPhase(Task.TEACHER_LINE).withStop(new AfterEpochs(length));
    }
    Recipe full = task.teacherRecipe();
    double ratio = (double) length / full.training().epochs();
    Recipe shorter =
        new Recipe(
            full.training().withEpochs(length),
            full.optimizer().withRate(full.optimizer().rate().stretched(ratio)),
            full.augmentation(),
            full.cacheMegabytes());
    return task.withTeacherRecipe(shorter).teacherPhase(Task.TEACHER_LINE);
  }

  /** The first of the most accurate on validation. */
  private static int mostAccurate(DistillationSession session, List<Trained> students) {
    int best = 0;
    double highest = Checks.accuracy(session, students.get(0));
    for (int i = 1; i < students.size(); i++) {
      double accuracy = Checks.accuracy(session, students.get(i));
      if (accuracy > highest) {
        best = i;
        highest = accuracy;
      }
    }
    return best;
  }

  /**
   * Stops after some epochs, wherever the schedule is then.
   *
   * @param epochs at least 1
   */
  public record AfterEpochs(int epochs) implements StopRule {
    /** Checks the range. */
    public AfterEpochs {
      UsageException.require(epochs >= 1, "a training lasts at least 1 epoch, was %d", epochs);
    }

    @Override
    public Optional<String> after(List<EpochMetrics> history) {
      return history.size() < epochs
          ? Optional.empty()
          : Optional.of("stopped in the middle, after " + epochs + " epochs");
    }
  }

  /** Binds {@code early-stopped-teacher}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(Stop.SHORT_SCHEDULE, "17.5%+25%", 4, 0.9f, 0.1f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new EarlyStoppedTeacher(options);
    }

    @Override
    public Description description() {
      return new Description(
          "teachers of several shorter trainings; the student's validation accuracy chooses",
          "hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T)), t cut to"
              + " the best of several lengths",
          Map.of(
              "stop", "a complete schedule in fewer epochs, or the full one left in the middle",
              "lengths",
                  "how long teachers train, joined by '+': epochs, 10+20, or shares, 17.5%+25%; with"
                      + " more than one, validation chooses; the paper's 35 and 50 of 200 epochs",
              "temperature", Hop.TEMPERATURE,
              "softWeight", Hop.SOFT_WEIGHT,
              "hardWeight", Hop.HARD_WEIGHT),
          "J. H. Cho, B. Hariharan, On the Efficacy of Knowledge Distillation, ICCV 2019",
          EarlyStoppedStudent.BIBTEX);
    }
  }
}
