package org.kd4j.features.text;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.HardLabels;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.schedule.Schedule;

/** Objectives in which terms of weight 0 are left out. */
final class LogitTerms {
  /** What the option {@code hardWeight} means. */
  static final String HARD = "weight of the labels; 0 = without";

  /** What the option {@code softWeight} means. */
  static final String SOFT = "weight of the soft targets, which keep their factor T²; 0 = without";

  /** What the option {@code temperature} means. */
  static final String TEMPERATURE = "T of the soft targets";

  private LogitTerms() {}

  /** Checks ranges, and that something trains the student's logits. */
  static void check(float hardWeight, float softWeight, float temperature) {
    Ranges.weight("hardWeight", hardWeight);
    Ranges.weight("softWeight", softWeight);
    UsageException.require(
        hardWeight + softWeight > 0,
        "hardWeight and softWeight are both 0: nothing would train the student's logits");
    Ranges.temperature(temperature);
  }

  /** Labels and soft targets, then a method's own terms. */
  static Objective objective(
      float hardWeight, float softWeight, float temperature, List<Weighted> own) {
    List<Weighted> terms = new ArrayList<>();
    terms.addAll(term("hard", hardWeight, new HardLabels()));
    terms.addAll(term("soft", softWeight, new SoftTargets(Target.of(Role.TEACHER), temperature)));
    terms.addAll(own);
    return new Objective(terms);
  }

  /** A term of constant weight; none where that is 0. */
  static List<Weighted> term(String name, float weight, LossTerm term) {
    return weight == 0 ? List.of() : List.of(new Weighted(name, Schedule.constant(weight), term));
  }
}
