package org.kd4j.experiments.study;

import java.util.HashMap;
import java.util.Map;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;

/**
 * What phases cost to train, in multiply-adds: a figure of the method, where seconds are also one
 * of the machine and of who else was using it. Each network is counted once and remembered.
 */
final class Work {
  private static final double FORWARD_AND_BACKWARD = 3;

  private final Map<NetworkSpec, Long> forwards = new HashMap<>();

  /** Multiply-adds of so many updates of a phase, as {@link PhaseReport#multiplyAdds} has them. */
  double of(Phase phase, long steps) {
    double sample = 0;
    for (var learner : phase.learners()) {
      sample += FORWARD_AND_BACKWARD * forward(learner.start().spec());
    }
    for (var guide : phase.guides()) {
      sample += forward(guide.knowledge());
    }
    return sample * steps * Math.min(phase.training().batchSize(), phase.feed().draws());
  }

  private double forward(Knowledge knowledge) {
    return knowledge instanceof Ensemble all
        ? all.members().stream().mapToDouble(this::forward).sum()
        : forward(knowledge.spec());
  }

  private double forward(NetworkSpec network) {
    return forwards.computeIfAbsent(network, n -> n.complexity().multiplyAdds());
  }
}
