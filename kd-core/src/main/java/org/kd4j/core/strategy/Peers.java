package org.kd4j.core.strategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;

/**
 * A group of equals: the task's student first, then the networks that learn beside it. The student
 * keeps its line, so that it starts as everywhere else; the others have lines of their own.
 *
 * @param size how many, the student among them
 * @param others what those beside the student are; empty = all are like the student
 */
public record Peers(int size, List<Architecture> others) {
  /** What the option {@code peers} means. */
  public static final String SIZE = "how many networks learn together; the first is the student";

  /** What the option {@code networks} means. */
  public static final String NETWORKS =
      "the other peers' networks, as many as there are, joined by '+'; empty = like the student";

  /** Copies. */
  public Peers {
    others = List.copyOf(others);
  }

  /**
   * Refuses options that do not fit, before any network is read.
   *
   * @param peers how many, the student among them
   * @param networks of the others, joined by '+'; empty = like the student
   */
  public static void check(int peers, String networks) {
    UsageException.require(
        peers >= 2 && peers <= 100, "peers must be from 2 to 100, was %d", peers);
    int named = split(networks).size();
    UsageException.require(
        named == 0 || named == peers - 1,
        "networks must name the %d peers beside the student, joined by '+', or none for copies of"
            + " the student; '%s' names %d",
        peers - 1,
        networks,
        named);
  }

  /**
   * Reads {@code mlp:400+cnn:4}.
   *
   * @param peers how many, the student among them
   * @param networks of the others, joined by '+'; empty = like the student
   * @param families reads each
   */
  public static Peers parse(int peers, String networks, Networks families) {
    check(peers, networks);
    return new Peers(peers, split(networks).stream().map(families::parse).toList());
  }

  private static List<String> split(String networks) {
    return networks.isBlank()
        ? List.of()
        : Arrays.stream(networks.split("\\+", -1)).map(String::strip).toList();
  }

  /** The position of the i-th, from 0, the student's. */
  public static Role role(int i) {
    return new Role("peer", i);
  }

  /** Everybody's position. */
  public List<Role> roles() {
    return IntStream.range(0, size).mapToObj(Peers::role).toList();
  }

  /** Where everybody starts in a task. */
  public List<Start> starts(Task task) {
    NetworkSpec student = task.student();
    List<Start> starts = new ArrayList<>(List.of(task.freshStudent()));
    for (int i = 1; i < size; i++) {
      NetworkSpec spec = others.isEmpty() ? student : student.with(others.get(i - 1));
      starts.add(Start.fresh(spec, role(i).toString()));
    }
    return starts;
  }

  /** The student deployed, the others reported beside it under their lines, in role order. */
  public DistillationResult result(PhaseResult trained) {
    DistillationResult result = DistillationResult.of(trained.network(role(0)));
    for (int i = 1; i < size; i++) {
      result = result.with(role(i).toString(), trained.network(role(i)));
    }
    return result;
  }
}
