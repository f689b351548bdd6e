package org.kd4j.assistant;

import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.strategy.Task;

/**
 * One hop of a chain: a guide teaches a fresh network by hardWeight · CE(y, z_s) + softWeight · T²
 * · KL(softmax(z_t/T) ‖ softmax(z_s/T)), both means over the batch. Roles are always teacher and
 * student and the network's line tells who it is, so that equal hops of different strategies are
 * one stored phase.
 *
 * @param temperature T, above 0
 * @param softWeight weight of the soft term, with its factor T²
 * @param hardWeight weight of the labels
 */
record Hop(float temperature, float softWeight, float hardWeight) {
  /** What each option means, for descriptions. */
  static final String TEMPERATURE = "T, softens both distributions; 4, as offline's";

  static final String SOFT_WEIGHT =
      "weight of the soft term, which keeps its factor T²; 0.9, as offline's";
  static final String HARD_WEIGHT = "weight of the labels; 0.1, as offline's";

  /** Checks ranges. */
  Hop {
    Ranges.temperature(temperature);
    Ranges.weight("softWeight", softWeight);
    Ranges.weight("hardWeight", hardWeight);
    UsageException.require(
        softWeight + hardWeight > 0, "softWeight and hardWeight are both 0: nothing to learn from");
  }

  /** The objective of Hinton's soft targets. */
  Objective objective() {
    return Objective.hard(hardWeight)
        .and("soft", softWeight, new SoftTargets(Target.of(Role.TEACHER), temperature));
  }

  /** The phase of the hop. */
  Phase phase(String name, Task task, NetworkSpec spec, Knowledge teacher) {
    return task.phase(name, start(task, spec), objective(), new Guide(Role.TEACHER, teacher));
  }

  /** A fresh network: the task's student on its own line, anyone else on an assistant's. */
  static Start start(Task task, NetworkSpec spec) {
    return spec.equals(task.student())
        ? task.freshStudent()
        : Start.fresh(spec, "assistant/" + spec);
  }
}
