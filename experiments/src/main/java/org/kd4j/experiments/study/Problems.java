package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;

/**
 * All that is wrong with a study, gathered so that it is said at once, in the order of the file.
 */
final class Problems {
  private record Problem(Written.Where where, String text) {}

  private final List<Problem> found = new ArrayList<>();

  /**
   * Notes a problem.
   *
   * @param where it is
   * @param path of the value, {@code data.train}
   * @param what is wrong; what would be right
   */
  void add(Written.Where where, String path, String what) {
    String at = where.isFlag() || path.isEmpty() ? where + ": " : where + ": " + path + ": ";
    Problem problem = new Problem(where, at + what);
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Notes a key that means nothing. */
  void unknownKey(Written.Where where, String path, String key, Collection<String> known) {
    String right =
        Names.nearest(key, known)
            .map(near -> "did you mean '" + near + "'?")
            .orElse("known keys: " + String.join(", ", known));
    add(where, path, "unknown key; " + right);
  }

  /** What a reading gives; a refusal becomes a problem, and then there is nothing. */
  <T> @Nullable T attempt(Written.Where where, String path, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (UsageException e) {
      add(where, path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Refuses the study if anything was found. */
  void refuse() {
    if (!found.isEmpty()) {
      Comparator<Problem> inOrder =
          Comparator.<Problem>comparingInt(p -> p.where().line() == 0 ? 0 : 1)
              .thenComparingInt(p -> p.where().line())
              .thenComparingInt(p -> p.where().column());
      throw new UsageException(
          found.stream().sorted(inOrder).map(Problem::text).collect(Collectors.joining("\n")));
    }
  }
}
