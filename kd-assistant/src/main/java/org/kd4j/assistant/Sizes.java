package org.kd4j.assistant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.strategy.Task;

/**
 * The networks between teacher and student, as people write them: {@code none}, {@code middle} or
 * {@code all} of those their family knows between, or specs from large to small joined by {@code
 * +}, {@code mlp:400-400+mlp:100}. Read by {@link #on} the task's own teacher and student.
 *
 * @param text as written
 * @param named the specs, if it names any
 */
record Sizes(String text, List<Architecture> named) {
  static final String NONE = "none";
  static final String MIDDLE = "middle";
  static final String ALL = "all";

  /**
   * Reads sizes.
   *
   * @param option what messages call them: {@code assistant.sizes}
   * @param text as written
   * @param networks the families
   * @param more words the strategy reads itself
   */
  static Sizes parse(String option, String text, Networks networks, String... more) {
    List<String> words = new ArrayList<>(List.of(NONE, MIDDLE, ALL));
    words.addAll(List.of(more));
    if (words.contains(text)) {
      return new Sizes(text, List.of());
    }
    List<Architecture> named = new ArrayList<>();
    for (String spec : text.split("\\+", -1)) {
      try {
        named.add(networks.parse(spec));
      } catch (UsageException e) {
        throw new UsageException(
            String.format(
                "%s takes %s or networks from large to small joined by '+', as in"
                    + " mlp:400-400+mlp:100; was '%s': %s",
                option, String.join(", ", words), text, e.getMessage()),
            e);
      }
    }
    return new Sizes(text, List.copyOf(named));
  }

  /** A network and how many parameters it has. */
  private record Sized(NetworkSpec spec, long parameters) {
    static Sized of(NetworkSpec spec) {
      return new Sized(spec, spec.complexity().parameters());
    }

    @Override
    public String toString() {
      return spec + " (" + parameters + " parameters)";
    }
  }

  /**
   * What makes these sizes unfit for a task, as a clause; empty if nothing does. Parameters must
   * fall from the teacher through every assistant to the student.
   */
  Optional<String> missing(Task task) {
    if (text.equals(NONE)) {
      return Optional.empty();
    }
    if (!named.isEmpty()) {
      return disorder(task);
    }
    return between(task).isEmpty()
        ? Optional.of(
            "finds no network between the teacher "
                + Sized.of(task.teacher())
                + " and the student "
                + Sized.of(task.student())
                + "; name some, as in sizes=mlp:400-400+mlp:100, or take sizes=none")
        : Optional.empty();
  }

  private Optional<String> disorder(Task task) {
    List<NetworkSpec> chain = new ArrayList<>(List.of(task.teacher()));
    chain.addAll(given(task));
    chain.add(task.student());
    for (int i = 1; i < chain.size(); i++) {
      Sized larger = Sized.of(chain.get(i - 1));
      Sized smaller = Sized.of(chain.get(i));
      if (smaller.parameters() >= larger.parameters()) {
        return Optional.of(
            String.format(
                "takes sizes that fall from the teacher %s to the student %s, and %s follows %s;"
                    + " reorder them, leave one out, or take sizes=none",
                task.teacher(), task.student(), smaller, larger));
      }
    }
    return Optional.empty();
  }

  /** The networks between teacher and student, from large to small. */
  List<NetworkSpec> on(Task task) {
    if (!named.isEmpty()) {
      return given(task);
    }
    return switch (text) {
      case NONE -> List.of();
      case MIDDLE -> {
        List<NetworkSpec> all = between(task);
        yield List.of(all.get(all.size() / 2));
      }
      default -> between(task);
    };
  }

  /** Those that are named; the task's own student at the end is no assistant but the student. */
  private List<NetworkSpec> given(Task task) {
    List<NetworkSpec> specs = named.stream().map(a -> like(task, a)).toList();
    int last = specs.size() - 1;
    return specs.get(last).equals(task.student()) ? specs.subList(0, last) : specs;
  }

  /** All that the teacher's family knows between, by falling number of parameters. */
  static List<NetworkSpec> between(Task task) {
    long most = task.teacher().complexity().parameters();
    long least = task.student().complexity().parameters();
    List<Architecture> known = task.teacher().architecture().between(task.student().architecture());
    return known.stream()
        .map(a -> Sized.of(like(task, a)))
        .filter(s -> s.parameters() < most && s.parameters() > least)
        .sorted((a, b) -> Long.compare(b.parameters(), a.parameters()))
        .map(Sized::spec)
        .toList();
  }

  private static NetworkSpec like(Task task, Architecture architecture) {
    return task.student().with(architecture);
  }
}
