package org.kd4j.offline.specialists;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.phase.Knowledge;

/**
 * A specialist and what it is one for.
 *
 * @param specialist tells the classes of its group apart and, last, the dustbin: all others. A
 *     network with its dustbin corrected, or again a generalist with specialists of its own
 * @param group the classes of the generalist it knows, in ascending order, which is that of its
 *     outputs
 */
public record Part(Knowledge specialist, List<Integer> group) {
  private static final int MOST_TOLD = 12;

  /** Checks that they fit. */
  public Part {
    group = List.copyOf(group);
    UsageException.require(
        !group.isEmpty() && group.equals(List.copyOf(new TreeSet<>(group))) && group.get(0) >= 0,
        "a specialist's group must be different classes in ascending order, was %s",
        told(group));
    UsageException.require(
        specialist.spec().classes() == group.size() + 1,
        "a specialist of the classes %s needs %d outputs, the dustbin being the last; %s has %d",
        told(group),
        group.size() + 1,
        specialist,
        specialist.spec().classes());
  }

  /** A group for people: {@code [2, 3, 5]}, or how many classes and the first of them. */
  static String told(List<Integer> group) {
    return group.size() <= MOST_TOLD
        ? group.toString()
        : group.size()
            + " classes "
            + group.stream()
                .limit(MOST_TOLD / 2)
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "[", " …]"));
  }
}
