package org.kd4j.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Task;

/**
 * A group of equals: the task's student first, then the networks that learn beside it. The student
 * keeps its line, so that it starts as everywhere else; the others have lines of their own.
 *
 * @param others a word or spec for each network beside the student, at least one
 * @param families reads the specs
 */
record Peers(List<String> others, Networks families) {
  private static final String STUDENT = "student";
  private static final String TEACHER = "teacher";

  /** What the option that names them means. */
  static final String MEANING =
      "the networks beside the student, joined by '+': student or teacher (fresh copies of the"
          + " task's), or specs as in cnn:4";

  /** Reads every spec, to refuse it before anything is trained. */
  Peers {
    others = List.copyOf(others);
    for (String other : others) {
      UsageException.require(
          !other.isBlank(),
          "networks names the peers beside the student, joined by '+', as in student+cnn:4; was '%s'",
          String.join("+", others));
      if (!other.equals(STUDENT) && !other.equals(TEACHER)) {
        families.parse(other);
      }
    }
  }

  /** Reads {@code student+cnn:4}. */
  static Peers parse(String networks, Networks families) {
    return new Peers(Arrays.asList(networks.split("\\+", -1)), families);
  }

  /** How many, the student included. */
  int size() {
    return 1 + others.size();
  }

  /** The position of the i-th, from 0, the student's. */
  static Role role(int i) {
    return new Role("peer", i);
  }

  /** Everybody's position. */
  List<Role> roles() {
    return IntStream.range(0, size()).mapToObj(Peers::role).toList();
  }

  /** Where everybody starts. */
  List<Start> starts(Task task) {
    List<Start> starts = new ArrayList<>(List.of(task.freshStudent()));
    for (String other : others) {
      starts.add(Start.fresh(spec(other, task), role(starts.size()).toString()));
    }
    return starts;
  }

  /** The student deployed, the others reported beside it under their lines. */
  DistillationResult result(PhaseResult trained) {
    DistillationResult result = DistillationResult.of(trained.network(role(0)));
    for (int i = 1; i < size(); i++) {
      result = result.with(role(i).toString(), trained.network(role(i)));
    }
    return result;
  }

  private NetworkSpec spec(String other, Task task) {
    return switch (other) {
      case STUDENT -> task.student();
      case TEACHER -> task.teacher();
      default ->
          NetworkSpec.of(families.parse(other), task.transfer().shape(), task.transfer().classes());
    };
  }
}
