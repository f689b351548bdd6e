package org.kd4j.features;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.phase.Trains;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.Task;

/**
 * What the strategies of this family share: a student that learns from labels, from soft targets
 * and from terms between its features and the teacher's, all at once or features first.
 */
public final class FeatureDistillation {
  private FeatureDistillation() {}

  /** Checks what all options have in common. */
  static void check(String taps, float hardWeight, float softWeight, float temperature) {
    LayerMap.parse(taps);
    Ranges.weight("hardWeight", hardWeight);
    Ranges.weight("softWeight", softWeight);
    UsageException.require(
        hardWeight + softWeight > 0,
        "hardWeight and softWeight are both 0: nothing would train the student's logits");
    Ranges.temperature(temperature);
  }

  /** What a layer map is. */
  static final String TAPS =
      "student:teacher pairs joined by +, or last, middle, same-size, uniform, skip, top, bottom";

  /** What a share of the first phase is. */
  static final String SHARE =
      "share of the student's epochs that the first phase takes; the second has the rest";

  /** Above 0 and below 1. */
  public static void checkShare(String option, float share) {
    UsageException.require(
        share > 0 && share < 1, "%s must be above 0 and below 1, was %s", option, share);
  }

  /** What the common options mean, and a method's own. */
  static Map<String, String> described(Map<String, String> own) {
    Map<String, String> all = new HashMap<>();
    all.put("taps", TAPS);
    all.put("hardWeight", "weight of the labels; 1, RepDistiller's");
    all.put(
        "softWeight",
        "weight of the soft targets, which keep their factor T²; 0 = without, as RepDistiller's");
    all.put("temperature", "T of the soft targets; 4, RepDistiller's");
    all.putAll(own);
    return Map.copyOf(all);
  }

  /**
   * The pairs of a task for a comparison, checked. What a rule finds and the comparison cannot
   * compare is left out, unless nothing else is found; what is written out is meant as it stands.
   */
  static List<TapPair> pairs(Blend options, Comparison how, Task task) {
    LayerMap map = LayerMap.parse(options.taps());
    Map<String, Shape> student = task.student().taps();
    Map<String, Shape> teacher = task.teacher().taps();
    List<TapPair> fit = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    for (TapPair pair : map.pairs(task, how.kind())) {
      Shape s = student.get(pair.student());
      Shape t = teacher.get(pair.teacher());
      String misfit = how.misfit(s, t);
      if (misfit.isEmpty()) {
        fit.add(pair);
      } else {
        misfits.add(
            misfit
                + "; of the pair "
                + pair
                + " the student's is "
                + s
                + " and the teacher's "
                + t);
      }
    }
    boolean written = map.rule() == LayerMap.Rule.GIVEN;
    if (!misfits.isEmpty() && (written || fit.isEmpty())) {
      throw new UsageException(misfits.get(0));
    }
    return List.copyOf(fit);
  }

  /** What a task lacks for a comparison, as a clause. */
  static Optional<String> missing(Blend options, Comparison how, Task task) {
    return missing(() -> pairs(options, how, task));
  }

  /** What is refused, as a clause. */
  public static Optional<String> missing(Runnable check) {
    try {
      check.run();
      return Optional.empty();
    } catch (UsageException e) {
      String message = String.valueOf(e.getMessage());
      boolean clause = Character.isLowerCase(message.charAt(0));
      return Optional.of(clause ? message : "cannot pair its taps: " + message);
    }
  }

  /** A term that compares. */
  static LossTerm term(Blend options, Comparison how, Task task) {
    return new Compared(how, pairs(options, how, task));
  }

  /** Labels and soft targets, those of weight 0 left out, and a method's own terms. */
  static Objective objective(Blend options, Weighted... own) {
    return objective(options, Schedule.constant(options.softWeight()), own);
  }

  /** The same with soft targets by a schedule, unless their weight is 0. */
  static Objective objective(Blend options, Schedule softWeight, Weighted... own) {
    List<Weighted> terms = new ArrayList<>();
    if (options.hardWeight() > 0) {
      terms.addAll(Objective.hard(options.hardWeight()).terms());
    }
    if (options.softWeight() > 0) {
      SoftTargets soft = new SoftTargets(Target.of(Role.TEACHER), options.temperature());
      terms.add(new Weighted("soft", softWeight, soft));
    }
    terms.addAll(List.of(own));
    return new Objective(terms);
  }

  /** A term of constant weight. */
  static Weighted weighted(String name, float weight, LossTerm term) {
    return new Weighted(name, Schedule.constant(weight), term);
  }

  /** One phase for everything. */
  static DistillationResult together(DistillationSession session, Objective objective) {
    Task task = session.task();
    int all = task.recipe().training().epochs();
    return student(session, task.freshStudent(), objective, all);
  }

  /**
   * All at once, or features first: a phase for the method's term alone, in which nothing but the
   * student up to its taps moves, then a phase that goes on from there with the labels and soft
   * targets. The two share the student's epochs, and each has the student's schedule at its length.
   *
   * @param name of the first phase
   * @param share of the epochs that it takes; each phase has at least one
   * @param own the method's term
   * @param pairs its taps
   * @param objective labels, soft targets and the terms given
   */
  static DistillationResult staged(
      DistillationSession session,
      Stages stages,
      String name,
      float share,
      Weighted own,
      List<TapPair> pairs,
      Function<Weighted[], Objective> objective) {
    if (stages == Stages.SINGLE) {
      return together(session, objective.apply(new Weighted[] {own}));
    }
    Task task = session.task();
    List<Integer> epochs = Shared.epochs(task.recipe().training().epochs(), List.of(share));
    Phase features =
        Shared.phase(
            task,
            name,
            task.freshStudent(),
            new Objective(List.of(own)),
            Trains.upTo(pairs.stream().map(TapPair::student).toArray(String[]::new)),
            new Guide(Role.TEACHER, session.teacher()),
            epochs.get(0));
    Trained begun = session.run(features).network(Role.STUDENT);
    return student(session, Start.resume(begun), objective.apply(new Weighted[0]), epochs.get(1));
  }

  private static DistillationResult student(
      DistillationSession session, Start start, Objective objective, int epochs) {
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    Phase phase =
        Shared.phase(session.task(), "student", start, objective, Trains.ALL, teacher, epochs);
    return DistillationResult.of(session.run(phase).network(Role.STUDENT))
        .with("teacher", teacher.knowledge());
  }
}
