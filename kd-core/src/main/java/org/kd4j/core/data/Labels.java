package org.kd4j.core.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Class names as found in files, in their order: by number where all are whole numbers. */
final class Labels {
  private Labels() {}

  static List<String> sorted(Collection<String> found) {
    List<String> names = new ArrayList<>(new TreeSet<>(found));
    if (names.stream().allMatch(n -> n.matches("[+-]?\\d{1,18}"))) {
      names.sort(Comparator.comparingLong(Long::parseLong));
    }
    return List.copyOf(names);
  }
}
