package org.kd4j.assistant;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.base.UsageException;

/**
 * The best way from the largest of m sizes to the smallest, where a way may leave out any between
 * (S. I. Mirzadeh et al., AAAI 2020). The search is over ways to ever smaller sizes; from one size
 * to the next it either keeps only the best way to each size, dynamic programming with m(m − 1)/2
 * hops, or all ways, 2^(m − 1) − 1 hops. The first assumes that the best way to a size goes on from
 * best ways to larger ones; nothing guarantees it.
 */
final class PathSearch {
  private PathSearch() {}

  /**
   * A way, from the largest size to one of the others.
   *
   * @param sizes indices of the sizes it passes, rising from 0
   * @param end the network it ends with
   * @param accuracy of that network on validation
   * @param <N> networks
   */
  record Path<N>(List<Integer> sizes, N end, double accuracy) {
    /** The largest size alone. */
    static <N> Path<N> start(N largest, double accuracy) {
      return new Path<>(List.of(0), largest, accuracy);
    }

    /** This way and a hop to a further size. */
    Path<N> to(int size, N network, double measured) {
      List<Integer> further = new ArrayList<>(sizes);
      further.add(size);
      return new Path<>(List.copyOf(further), network, measured);
    }
  }

  /** Trains hops that do not need each other. */
  @FunctionalInterface
  interface Hops<N> {
    /**
     * Prolongs ways by a hop each.
     *
     * @param from the ways; the network at the end of each teaches
     * @param size the size of who is taught
     * @return the longer ways, in the same order
     */
    List<Path<N>> run(List<Path<N>> from, int size);
  }

  /**
   * Searches.
   *
   * @param start the largest size
   * @param sizes how many there are, at least 2
   * @param exhaustive whether all ways are kept, or the best to each size
   * @param hops trains them
   * @return the best way to the smallest
   */
  static <N> Path<N> best(Path<N> start, int sizes, boolean exhaustive, Hops<N> hops) {
    UsageException.require(sizes >= 2, "a path takes at least 2 sizes, was %d", sizes);
    List<Path<N>> known = new ArrayList<>(List.of(start));
    for (int size = 1; size < sizes - 1; size++) {
      List<Path<N>> longer = hops.run(List.copyOf(known), size);
      known.addAll(exhaustive ? longer : List.of(best(longer)));
    }
    return best(hops.run(List.copyOf(known), sizes - 1));
  }

  /** The most accurate; of equals the shortest, of those the first. */
  private static <N> Path<N> best(List<Path<N>> paths) {
    Path<N> best = paths.get(0);
    for (Path<N> path : paths) {
      boolean better = path.accuracy() > best.accuracy();
      boolean shorter =
          path.accuracy() == best.accuracy() && path.sizes().size() < best.sizes().size();
      best = better || shorter ? path : best;
    }
    return best;
  }
}
