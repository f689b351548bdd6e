package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.experiments.statistics.Holm;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.statistics.Nemenyi;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;

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
   */
  public record Row(
      String what, String paper, SortedMap<Long, Double> values, Optional<String> against) {
    /** Copies, without what is missing. */
    public Row {
      SortedMap<Long, Double> known = new TreeMap<>(values);
      known.values().removeIf(v -> v.isNaN());
      values = known;
    }
  }

  /**
   * A table. Its comparisons are corrected together, after Holm.
   *
   * @param title what its numbers are
   * @param scale how they are shown
   * @param rows in order, named unlike
   * @param over what a row's values are of, and its mean and interval are over: {@code seeds}, or
   *     {@code tasks}
   */
  public record Table(String title, Scale scale, List<Row> rows, String over) {
    /** Copies. */
    public Table {
      rows = List.copyOf(rows);
    }

    /** A table without rows yet. */
    public static Table of(String title, Scale scale) {
      return new Table(title, scale, List.of(), SEEDS);
    }

    /** The same, of values by something else than seeds. */
    public Table over(String what) {
      return new Table(title, scale, rows, what);
    }

    /** With a row that is not compared. */
    public Table row(String what, String paper, SortedMap<Long, Double> values) {
      return with(new Row(what, paper, values, Optional.empty()));
    }

    /** With a row that is compared with another, paired by seed. */
    public Table row(String what, String paper, SortedMap<Long, Double> values, String against) {
      return with(new Row(what, paper, values, Optional.of(against)));
    }

    private Table with(Row row) {
      List<Row> more = new ArrayList<>(rows);
      more.add(row);
      return new Table(title, scale, more, over);
    }

    /** What the rows come to. */
    public List<Line> lines() {
      List<Optional<PairedDifference>> differences = rows.stream().map(this::difference).toList();
      double[] p =
          differences.stream()
              .mapToDouble(d -> d.map(PairedDifference::p).orElse(Double.NaN))
              .toArray();
      double[] holm = Holm.corrected(p);
      double strictest = Holm.strictest(Verdict.LEVEL, Holm.comparisons(p));
      List<Line> lines = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        Mean ours = Mean.of(row.values());
        lines.add(new Line(row, scale, ours, differences.get(i), holm[i], strictest));
      }
      return lines;
    }

    /** By how much a row is better than the one it is compared with: higher is better here. */
    private Optional<PairedDifference> difference(Row row) {
      return row.against()
          .map(
              name ->
                  rows.stream()
                      .filter(r -> r.what().equals(name))
                      .findFirst()
                      .orElseThrow(
                          () -> new IllegalArgumentException("no row '" + name + "': " + title)))
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
   * @param scale the table's
   * @param ours mean over seeds
   * @param difference to what it is compared with, positive where it is better
   * @param holm p after correction over the table; NaN without a test
   * @param strictest the level of a single test under which the table's correction is sure to leave
   *     it below 0.05
   */
  public record Line(
      Row row,
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
