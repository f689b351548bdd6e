package org.kd4j.offline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.Task;

/**
 * Several teachers, each trained from the labels alone. The first of the task's own network is the
 * standard teacher, which all strategies share; others of a network have other first weights and
 * read the data in another order. Lines: {@code teacher}, {@code teacher-2}, {@code
 * teacher/mlp:100}, {@code teacher-2/mlp:100}; who somebody is does not hang on who is beside it,
 * so that lists which share a network share its training.
 */
final class Teachers {
  private Teachers() {}

  /** Trains teachers of some networks, side by side where there are workers. */
  static List<Trained> train(DistillationSession session, List<NetworkSpec> networks) {
    Task task = session.task();
    List<String> lines = lines(networks, task.teacher());
    List<Phase> phases = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      if (!lines.get(i).equals(Task.TEACHER_LINE)) {
        phases.add(task.teacherPhase(networks.get(i), lines.get(i)));
      }
    }
    Iterator<PhaseResult> results = session.runAll(phases).iterator();
    List<Trained> trained = new ArrayList<>();
    for (String line : lines) {
      trained.add(
          line.equals(Task.TEACHER_LINE)
              ? session.teacher()
              : results.next().network(Role.TEACHER));
    }
    return trained;
  }

  private static List<String> lines(List<NetworkSpec> networks, NetworkSpec standard) {
    Map<NetworkSpec, Integer> seen = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (NetworkSpec network : networks) {
      int copy = seen.merge(network, 1, Integer::sum);
      String line = Task.TEACHER_LINE + (copy == 1 ? "" : "-" + copy);
      lines.add(network.equals(standard) ? line : line + "/" + network);
    }
    return lines;
  }
}
