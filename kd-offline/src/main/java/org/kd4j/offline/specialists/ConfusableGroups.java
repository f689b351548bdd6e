package org.kd4j.offline.specialists;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.Clusterable;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

/**
 * Groups of classes that are often predicted together: k-means on the columns of the covariance of
 * the predictions (G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network",
 * 2015, section 5.3).
 *
 * <p>As in the paper all groups are of one size and need not be disjoint: a class may have several
 * specialists, or none. Theirs were 300 of 15,000 classes for each of 61 specialists, so that a
 * class had 1.22 of them on average; {@link #customarySize} keeps that proportion. How they came
 * from clusters to one size is not told; here a cluster that is too large keeps the classes that
 * covary most with the rest of it, and one that is too small takes in those outside that do.
 *
 * <p>Where a classifier is mostly sure, all columns are about equally far apart and nearly every
 * assignment is a fixed point of Lloyd's steps; what is found then hangs on the start. So k-means
 * is started many times (k-means++, D. Arthur, S. Vassilvitskii, SODA 2007) and the tightest
 * clusters count: 50 times, fewer where there are so many classes that it would take long.
 */
public final class ConfusableGroups {
  /** Specialists a class has on average in the paper: 61 · 300 / 15,000. */
  public static final double CUSTOMARY_COVERAGE = 61 * 300 / 15000.0;

  private static final int MOST_STARTS = 50;

  /** Products that Lloyd's steps, one of each start, may cost together: about 0.1 s. */
  private static final double MOST_WORK = 1e8;

  private static final int MOST_STEPS = 100;

  private ConfusableGroups() {}

  /**
   * The size of groups by the paper's proportion: 1.22 · classes / specialists, at least 2 and
   * below the classes.
   */
  public static int customarySize(int classes, int specialists) {
    long size = Math.round(CUSTOMARY_COVERAGE * classes / specialists);
    return (int) Math.min(classes - 1, Math.max(2, size));
  }

  /**
   * Finds groups. No two are the same: one that would be another's takes its next candidate.
   *
   * @param covariance of the predicted probabilities, by class
   * @param specialists how many groups, at most as many as there are classes
   * @param size classes in a group, at least 2 and below the number of classes
   * @param draws where k-means starts
   * @return the groups, each in ascending order, ordered among themselves
   */
  public static List<List<Integer>> of(
      double[][] covariance, int specialists, int size, Draws draws) {
    int classes = covariance.length;
    missing(classes, specialists, size)
        .ifPresent(
            need -> {
              throw new UsageException("grouping " + need);
            });
    // symmetric: a row is a column
    List<Column> columns =
        IntStream.range(0, classes).mapToObj(c -> new Column(c, covariance[c])).toList();
    List<CentroidCluster<Column>> clusters =
        columns.stream().allMatch(Column::isZero)
            ? inTurn(columns, specialists)
            : tightest(columns, specialists, draws);
    clusters.sort(Comparator.comparingInt(ConfusableGroups::lowest));
    Set<List<Integer>> taken = new HashSet<>();
    List<List<Integer>> groups = new ArrayList<>();
    for (CentroidCluster<Column> cluster : clusters) {
      List<Integer> group = firstFree(order(cluster, columns), size, taken);
      taken.add(group);
      groups.add(group);
    }
    return List.copyOf(groups);
  }

  /**
   * Why some classes cannot be grouped so.
   *
   * @param classes there are
   * @param specialists groups asked for, at most as many as classes
   * @param size of a group, which must leave something outside
   * @return the need that is not met, as a clause; empty if they can
   */
  public static Optional<String> missing(int classes, int specialists, int size) {
    if (specialists < 1 || specialists > classes) {
      return Optional.of(
          String.format(
              "needs specialists to be from 1 to the number of classes, %d,"
                  + " since each is a cluster of them; was %d",
              classes, specialists));
    }
    return size >= 2 && size < classes
        ? Optional.empty()
        : Optional.of(
            String.format(
                "needs groupSize to be from 2 to %d, so that of the %d classes some stay outside;"
                    + " was %d",
                classes - 1, classes, size));
  }

  /** The column of a class. */
  private record Column(int of, double[] values) implements Clusterable {
    @Override
    public double[] getPoint() {
      return values;
    }

    boolean isZero() {
      return Arrays.stream(values).allMatch(v -> v == 0);
    }
  }

  /** Where nothing varies all clusters are alike, and k-means would look for one for long. */
  private static List<CentroidCluster<Column>> inTurn(List<Column> columns, int specialists) {
    List<CentroidCluster<Column>> clusters = new ArrayList<>();
    for (int m = 0; m < specialists; m++) {
      CentroidCluster<Column> cluster = new CentroidCluster<>(columns.get(m));
      for (int c = m; c < columns.size(); c += specialists) {
        cluster.addPoint(columns.get(c));
      }
      clusters.add(cluster);
    }
    return clusters;
  }

  private static List<CentroidCluster<Column>> tightest(
      List<Column> columns, int specialists, Draws draws) {
    KMeansPlusPlusClusterer<Column> clusterer =
        new KMeansPlusPlusClusterer<>(
            specialists, MOST_STEPS, new EuclideanDistance(), new CountedDraws(draws));
    List<CentroidCluster<Column>> best = clusterer.cluster(columns);
    for (int start = 1; start < starts(columns.size(), specialists); start++) {
      List<CentroidCluster<Column>> other = clusterer.cluster(columns);
      best = spread(other) < spread(best) ? other : best;
    }
    return new ArrayList<>(best);
  }

  /** How often k-means is started: a step compares each column with each centre. */
  static int starts(int classes, int specialists) {
    double step = (double) classes * classes * specialists;
    return (int) Math.min(MOST_STARTS, Math.max(1, MOST_WORK / step));
  }

  /** Σ over columns of the squared distance to their centre: what k-means minimises. */
  private static double spread(List<CentroidCluster<Column>> clusters) {
    double sum = 0;
    for (CentroidCluster<Column> cluster : clusters) {
      for (Column column : cluster.getPoints()) {
        sum += squaredDistance(column, cluster);
      }
    }
    return sum;
  }

  private static double squaredDistance(Column column, CentroidCluster<Column> cluster) {
    double[] centre = cluster.getCenter().getPoint();
    double sum = 0;
    for (int i = 0; i < centre.length; i++) {
      double gap = column.values[i] - centre[i];
      sum += gap * gap;
    }
    return sum;
  }

  private static int lowest(CentroidCluster<Column> cluster) {
    return cluster.getPoints().stream().mapToInt(Column::of).min().orElse(Integer.MAX_VALUE);
  }

  /** The members of a cluster, then all others, those that covary most with it first. */
  private static int[] order(CentroidCluster<Column> cluster, List<Column> columns) {
    boolean[] own = new boolean[columns.size()];
    cluster.getPoints().forEach(column -> own[column.of] = true);
    double[] along = columns.stream().mapToDouble(c -> covariance(c, own)).toArray();
    return columns.stream()
        .sorted(
            Comparator.comparing((Column c) -> !own[c.of])
                .thenComparingDouble(c -> -along[c.of])
                .thenComparing(Column::of))
        .mapToInt(Column::of)
        .toArray();
  }

  /** Σ of a class's covariance with others of a cluster. */
  private static double covariance(Column column, boolean[] cluster) {
    double sum = 0;
    for (int c = 0; c < cluster.length; c++) {
      sum += cluster[c] && c != column.of ? column.values[c] : 0;
    }
    return sum;
  }

  /**
   * The first candidates that are not somebody's group already. Subsets are tried in the order of
   * their last member; there are at least as many of them as classes, so one is free.
   */
  private static List<Integer> firstFree(int[] order, int size, Set<List<Integer>> taken) {
    Iterator<int[]> subsets = CombinatoricsUtils.combinationsIterator(order.length, size);
    List<Integer> group;
    do {
      group = Arrays.stream(subsets.next()).mapToObj(i -> order[i]).sorted().toList();
    } while (taken.contains(group));
    return group;
  }
}
