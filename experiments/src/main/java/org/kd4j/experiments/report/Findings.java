package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kd4j.experiments.statistics.Bootstrap;
import org.kd4j.experiments.statistics.Holm;
import org.kd4j.experiments.statistics.Interval;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.Nemenyi;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.statistics.WilcoxonSignedRank;
import org.kd4j.experiments.study.Hits;

/**
 * What an experiment comes to: tables of what the paper has and what came out here, with intervals
 * over seeds and verdicts by the one rule ({@link Verdict}), sentences that follow from them, and
 * what differs from the paper's setting.
 *
 * @param tables at least one
 * @param notes whole sentences made from the numbers
 * @param differs what differs from the paper
 * @param rankings over tasks, where there are enough of them
 * @param figures of what the tables hold, where a curve says more than rows
 */
public record Findings(
    List<Table> tables,
    List<String> notes,
    String differs,
    List<Ranking> rankings,
    List<Figure> figures) {
  /** What tables are over if nothing else is said. */
  static final String SEEDS = "seeds";

  /** Copies. */
  public Findings {
    tables = List.copyOf(tables);
    notes = List.copyOf(notes);
    rankings = List.copyOf(rankings);
    figures = List.copyOf(figures);
  }

  /** Findings that rank nothing over tasks and are told by tables alone. */
  public Findings(List<Table> tables, List<String> notes, String differs) {
    this(tables, notes, differs, List.of(), List.of());
  }

  /** The same with other notes. */
  public Findings noting(List<String> others) {
    return new Findings(tables, others, differs, rankings, figures);
  }

  /** The same with rows ranked over tasks. */
  public Findings ranking(List<Ranking> of) {
    return new Findings(tables, notes, differs, of, figures);
  }

  /** The same with figures; those without a point are left out. */
  public Findings drawing(Figure... of) {
    List<Figure> drawn = List.of(of).stream().filter(f -> !f.series().isEmpty()).toList();
    return new Findings(tables, notes, differs, rankings, drawn);
  }

  /**
   * Rows ranked over tasks.
   *
   * @param title what is ranked over which tasks
   * @param names of the rows, in the order of the test's ranks
   * @param nemenyi the comparison of all rows with each other
   */
  public record Ranking(String title, List<String> names, Nemenyi nemenyi) {
    /** Copies. */
    public Ranking {
      names = List.copyOf(names);
    }
  }

  /** What a table's numbers are, how they are shown and which side is better. */
  public enum Scale {
    /** Wrong predictions, a count. */
    ERRORS("%.1f", 1, true),
    /** A share of right predictions, shown in percent. */
    ACCURACY("%.2f", 100, false),
    /** A share, shown in percent, of which less is better. */
    ERROR_SHARE("%.2f", 100, true),
    /** A share, shown in percent, of which more is called better. */
    SHARE("%.1f", 100, false),
    /** A loss or an entropy, nats. */
    NATS("%.4f", 1, true),
    /** A number of which more is called better: a learning rate. */
    RATE("%.3f", 1, false),
    /** A number of which less is better: a rank, a cost, a spread. */
    NUMBER("%.2f", 1, true);

    private final String pattern;
    private final double factor;
    private final boolean lowerIsBetter;

    Scale(String pattern, double factor, boolean lowerIsBetter) {
      this.pattern = pattern;
      this.factor = factor;
      this.lowerIsBetter = lowerIsBetter;
    }

    /** What a number is multiplied with to be shown. */
    double factor() {
      return factor;
    }

    String told(double value) {
      return Numbers.fixed(pattern, factor * value);
    }

    String told(Mean mean) {
      return mean.n() < 2
          ? told(mean.value())
          : told(mean.value()) + " ± " + told(mean.halfWidth());
    }
  }

  /**
   * A row.
   *
   * @param what was measured
   * @param paper the paper's number, as it stands there; empty where it has none
   * @param values by seed; those that are NaN count as missing
   * @param against the row it is compared with, by name; empty for rows that are not compared
   * @param hits which test samples were right, by seed, where values are of accuracy or errors and
   *     trials tell
   */
  public record Row(
      String what,
      String paper,
      SortedMap<Long, Double> values,
      Optional<String> against,
      Map<Long, Hits> hits) {
    /** Copies, without what is missing. */
    public Row {
      hits = Map.copyOf(hits);
      SortedMap<Long, Double> known = new TreeMap<>(values);
      known.values().removeIf(v -> v.isNaN());
      values = known;
    }
  }

  /**
   * The lines of one of the tables; p is corrected over all tables of its family, in which a pair
   * of rows that stands in two tables is one comparison.
   */
  public List<Line> lines(Table table) {
    return table.lines(
        Comparisons.of(tables.stream().filter(t -> t.family().equals(table.family())).toList()));
  }

  /** How many comparisons were tested in each family that has any, in the order of the tables. */
  List<Integer> families() {
    return tables.stream()
        .collect(Collectors.groupingBy(Table::family, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(family -> Comparisons.of(family).tested())
        .filter(tested -> tested > 0)
        .toList();
  }

  /**
   * Comparisons that are corrected together, after Holm.
   *
   * @param holm corrected p by the pair of rows; NaN without a test
   * @param tested how many were tested
   */
  private record Comparisons(Map<Pair, Double> holm, int tested) {
    static Comparisons of(List<Table> tables) {
      Map<Pair, Double> found = new LinkedHashMap<>();
      for (Table table : tables) {
        for (Row row : table.rows()) {
          table
              .difference(row)
              .ifPresent(d -> found.putIfAbsent(table.pair(row).orElseThrow(), d.p()));
        }
      }
      double[] p = found.values().stream().mapToDouble(v -> v).toArray();
      double[] holm = Holm.corrected(p);
      int place = 0;
      for (Map.Entry<Pair, Double> pair : found.entrySet()) {
        pair.setValue(holm[place++]);
      }
      return new Comparisons(found, Holm.comparisons(p));
    }
  }

  /**
   * Two rows by names and values, whichever is compared with the other: as equal pairs are one
   * question, they get one p.
   */
  private record Pair(Set<Map.Entry<String, SortedMap<Long, Double>>> rows) {
    static Pair of(Row row, Row other) {
      Set<Map.Entry<String, SortedMap<Long, Double>>> rows = new HashSet<>();
      rows.add(Map.entry(row.what(), row.values()));
      rows.add(Map.entry(other.what(), other.values()));
      return new Pair(rows);
    }
  }

  /**
   * A table. Its comparisons are corrected together with those of all tables of its family, after
   * Holm.
   *
   * @param title what its numbers are
   * @param scale how they are shown
   * @param rows in order, named unlike
   * @param over what a row's values are of, and its mean and interval are over: {@code seeds}, or
   *     {@code tasks}
   * @param family what is corrected together: tables of one study and one measure have one; by
   *     default a table is its own
   */
  public record Table(String title, Scale scale, List<Row> rows, String over, String family) {
    /** Copies. */
    public Table {
      rows = List.copyOf(rows);
    }

    /** A table without rows yet. */
    public static Table of(String title, Scale scale) {
      return new Table(title, scale, List.of(), SEEDS, title);
    }

    /** The same, of values by something else than seeds. */
    public Table over(String what) {
      return new Table(title, scale, rows, what, family);
    }

    /** The same, of a family of tables that are of one study and one measure. */
    public Table family(String of) {
      return new Table(title, scale, rows, over, of);
    }

    /** With a row that is not compared. */
    public Table row(String what, String paper, SortedMap<Long, Double> values) {
      return with(new Row(what, paper, values, Optional.empty(), Map.of()));
    }

    /** With a row that is compared with another, paired by seed. */
    public Table row(String what, String paper, SortedMap<Long, Double> values, String against) {
      return with(new Row(what, paper, values, Optional.of(against), Map.of()));
    }

    /** The same of scores, whose test samples are known. */
    public Table row(String what, String paper, Scores scores) {
      return with(new Row(what, paper, scores.bySeed(), Optional.empty(), scores.hits()));
    }

    /** The same of scores, whose test samples are known. */
    public Table row(String what, String paper, Scores scores, String against) {
      return with(new Row(what, paper, scores.bySeed(), Optional.of(against), scores.hits()));
    }

    private Table with(Row row) {
      List<Row> more = new ArrayList<>(rows);
      more.add(row);
      return new Table(title, scale, more, over, family);
    }

    /** What the rows come to where no other table is of the family. */
    public List<Line> lines() {
      return lines(Comparisons.of(List.of(this)));
    }

    private List<Line> lines(Comparisons family) {
      double strictest = Holm.strictest(Verdict.LEVEL, family.tested());
      List<Line> lines = new ArrayList<>();
      for (Row row : rows) {
        double holm = pair(row).map(family.holm()::get).orElse(Double.NaN);
        Mean ours = Mean.of(row.values());
        lines.add(new Line(row, other(row), scale, ours, difference(row), holm, strictest));
      }
      return lines;
    }

    private Optional<Row> other(Row row) {
      return row.against()
          .map(
              name ->
                  rows.stream()
                      .filter(r -> r.what().equals(name))
                      .findFirst()
                      .orElseThrow(
                          () -> new IllegalArgumentException("no row '" + name + "': " + title)));
    }

    private Optional<Pair> pair(Row row) {
      return other(row).map(other -> Pair.of(row, other));
    }

    /** By how much a row is better than the one it is compared with: higher is better here. */
    private Optional<PairedDifference> difference(Row row) {
      return other(row)
          .map(
              other ->
                  scale.lowerIsBetter
                      ? PairedDifference.of(other.values(), row.values())
                      : PairedDifference.of(row.values(), other.values()));
    }
  }

  /**
   * A row with its statistics.
   *
   * @param row the row
   * @param other the one it is compared with; empty where it is not
   * @param scale the table's
   * @param ours mean over seeds
   * @param difference to what it is compared with, positive where it is better
   * @param holm p after correction over the family; NaN without a test
   * @param strictest the level of a single test under which the family's correction is sure to
   *     leave it below 0.05
   */
  public record Line(
      Row row,
      Optional<Row> other,
      Scale scale,
      Mean ours,
      Optional<PairedDifference> difference,
      double holm,
      double strictest) {
    /**
     * The verdict in words that name the other row, with the size of a difference that is there,
     * and of one that would be found, and with the pairs it rests on where they are fewer than the
     * row has seeds; empty for rows that are not compared.
     */
    public String verdict() {
      if (difference.isEmpty()) {
        return "";
      }
      PairedDifference d = difference.get();
      Verdict verdict = said().orElseThrow();
      String other = row.against().orElseThrow();
      return switch (verdict) {
        case BETTER, WORSE ->
            String.format(
                "%s than %s by %s (p %s%s%s)",
                verdict.words(),
                other,
                scale.told(Math.abs(d.mean().value())),
                Numbers.p(holm),
                told(", d ", Numbers.fixed("%.1f", Math.abs(effectSize()))),
                told(", over ", pairs(d)));
        case NOT_DETECTABLE ->
            "no difference to "
                + other
                + " detectable"
                + told(" below ", Double.isNaN(detectable()) ? "" : scale.told(detectable()))
                + told(", over ", pairs(d));
        case NO_STATEMENT ->
            verdict.words() + ": " + Verdict.whyNone(d) + told(", over ", pairs(d));
      };
    }

    /** How many pairs there are, in words; empty where each seed of the row is in one. */
    private String pairs(PairedDifference d) {
      int pairs = d.differences().size();
      return pairs == ours.n() ? "" : pairs + (pairs == 1 ? " pair" : " pairs");
    }

    private Optional<Verdict> said() {
      return difference.map(d -> Verdict.of(d, holm));
    }

    /** Whether the verdict is {@link Verdict#BETTER}. */
    public boolean better() {
      return said().equals(Optional.of(Verdict.BETTER));
    }

    /** Whether the verdict is {@link Verdict#WORSE}. */
    public boolean worse() {
      return said().equals(Optional.of(Verdict.WORSE));
    }

    /** Hedges' effect size of the difference; NaN where there is none. */
    public double effectSize() {
      return difference.map(d -> d.effectSize().hedges()).orElse(Double.NaN);
    }

    /** The true difference that these seeds find 4 times in 5; NaN where there is no test. */
    public double detectable() {
      return difference.map(d -> d.detectable(strictest)).orElse(Double.NaN);
    }

    /** How many seeds would find a difference as large as the one seen; NaN without a test. */
    public double seedsNeeded() {
      return difference.map(d -> d.seedsNeeded(strictest)).orElse(Double.NaN);
    }

    /** p of the signed ranks; NaN below {@link PairedDifference#ENOUGH_PAIRS} pairs. */
    public double signedRankP() {
      return difference
          .flatMap(PairedDifference::signedRank)
          .map(WilcoxonSignedRank::p)
          .orElse(Double.NaN);
    }

    /** The BCa interval over seeds; none below {@link PairedDifference#ENOUGH_PAIRS} pairs. */
    public Interval bootstrap() {
      return difference.map(PairedDifference::bootstrap).orElse(Interval.NONE);
    }

    /**
     * The difference over other test samples, in the table's unit, with the networks as they are;
     * none where it is not known of both rows, at every seed they share, which samples they had
     * right.
     */
    public Interval overTestSamples() {
      if (other.isEmpty()) {
        return Interval.NONE;
      }
      Row than = other.get();
      List<Long> seeds = row.values().keySet().stream().filter(than.values()::containsKey).toList();
      boolean known =
          !seeds.isEmpty()
              && seeds.stream()
                  .allMatch(s -> row.hits().containsKey(s) && than.hits().containsKey(s));
      if (!known) {
        return Interval.NONE;
      }
      boolean[][] own = hits(row, seeds);
      boolean[][] others = hits(than, seeds);
      int samples = own[0].length;
      boolean same =
          Stream.concat(Arrays.stream(own), Arrays.stream(others))
              .allMatch(h -> h.length == samples);
      if (!same) {
        return Interval.NONE;
      }
      Interval accuracy = Bootstrap.overTestSamples(own, others);
      double unit = scale == Scale.ERRORS ? samples : 1;
      return new Interval(unit * accuracy.low(), unit * accuracy.high());
    }

    private static boolean[][] hits(Row row, List<Long> seeds) {
      return seeds.stream()
          .flatMap(seed -> Optional.ofNullable(row.hits().get(seed)).stream())
          .map(Hits::toArray)
          .toArray(boolean[][]::new);
    }

    private static String told(String before, String number) {
      return number.isEmpty() || number.equals(Numbers.NONE) ? "" : before + number;
    }
  }

  /** Values of both, by seed: this one's where both have one. */
  public static SortedMap<Long, Double> minus(Map<Long, Double> a, Map<Long, Double> b) {
    SortedMap<Long, Double> difference = new TreeMap<>();
    a.forEach(
        (seed, value) -> {
          if (b.containsKey(seed)) {
            difference.put(seed, value - b.get(seed));
          }
        });
    return difference;
  }
}
