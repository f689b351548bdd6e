package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.statistics.Deviation;
import org.kd4j.experiments.statistics.Interval;
import org.kd4j.experiments.study.StudySpec;

/**
 * Three teachers combined by the mean of probabilities, their geometric mean, or one at random for
 * each batch; teachers alike or of three architectures; and whether the student of several is more
 * robust against noise, blur and moves, and spreads less over seeds.
 */
public final class EnsembleTeachers implements Experiment {
  private static final List<String> COMBINATIONS = List.of("arithmetic", "geometric", "random");
  private static final String ALONE = "alone";
  private static final String ONE = "one teacher";
  private static final String LARGE =
      "mlp:1200-1200,dropout=0.3+mlp:2400,dropout=0.3+mlp:800-800-800";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new EnsembleTeachers());
  }

  @Override
  public String name() {
    return "ensemble";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015: how to combine several teachers, like and unlike; is their"
        + " student more robust";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
                setup.digits(3000),
                Nets.teacher(setup, 400, 15),
                Nets.student(setup, 200, 15),
                setup.seeds(10))
            .measuring("robustness");
    return List.of(basis.study(name(), rows(setup)));
  }

  private static List<String> rows(Setup setup) {
    List<String> rows = new ArrayList<>(List.of("scratch", "offline"));
    COMBINATIONS.forEach(how -> rows.add("multi-teacher combine=" + how));
    rows.add(unlike(setup));
    return rows;
  }

  private static String unlike(Setup setup) {
    return "multi-teacher networks="
        + setup.pick(
            "mlp:24+mlp:12+mlp:16",
            "mlp:400-400,dropout=0.3+mlp:800,dropout=0.3+mlp:300-300-300",
            LARGE);
  }

  private static String told(String row) {
    return row.equals("scratch")
        ? ALONE
        : row.equals("offline")
            ? ONE
            : row.contains("networks") ? "three unlike" : row.replaceFirst(".*=", "three, ");
  }

  @Override
  public Findings findings(Results results) {
    Table errors =
        Table.of("students: test errors", Scale.ERRORS)
            .family("test errors")
            .row(ALONE, "", results.errors(name(), "scratch"));
    Table teachers =
        Table.of("teachers: test errors", Scale.ERRORS)
            .family("test errors")
            .row(ONE, "", results.teacher(name(), Measures::errors));
    for (String row : rows(results.setup())) {
      String what = told(row);
      if (!row.equals("scratch")) {
        String against = row.equals("offline") ? ALONE : ONE;
        errors = errors.row(what, "", results.errors(name(), row), against);
      }
      // One at random a batch is a way to learn; asked for a class, its teachers give their mean.
      if (row.startsWith("multi-teacher") && !row.endsWith("random")) {
        teachers =
            teachers.row(what, "", results.beside(name(), row, "teachers", Measures::errors), ONE);
      }
    }
    List<Table> tables = new ArrayList<>(List.of(errors, teachers));
    for (String disturbance : List.of("noise", "blur", "moved")) {
      tables.add(robust(results, disturbance, ONE));
      tables.add(robust(results, disturbance, ALONE));
    }
    return new Findings(
        tables,
        spreads(results),
        "the paper combines ten networks of one kind by the arithmetic or geometric mean; T = 4;"
            + " the disturbances are ours: noise and blur nobody was shown, moves of up to two"
            + " pixels the teachers learnt with and the students did not; "
            + results.data()
            + ".");
  }

  /** Students on disturbed images, all compared with one of them. */
  private Table robust(Results results, String disturbance, String against) {
    Table table =
        Table.of(
                "students under " + disturbance + ", against " + against + ": accuracy, %",
                Scale.ACCURACY)
            .family(disturbance);
    for (String row : rows(results.setup())) {
      String what = told(row);
      SortedMap<Long, Double> of = results.measured(name(), row, "robustness." + disturbance);
      table = what.equals(against) ? table.row(what, "", of) : table.row(what, "", of, against);
    }
    return table;
  }

  private List<String> spreads(Results results) {
    List<String> notes = new ArrayList<>();
    List<Interval> intervals = new ArrayList<>();
    for (String row : rows(results.setup())) {
      double[] errors =
          results.errors(name(), row).bySeed().values().stream().mapToDouble(v -> v).toArray();
      Deviation spread = Deviation.of(errors);
      if (spread.n() > 1) {
        intervals.add(spread.interval());
        notes.add(
            String.format(
                Locale.ROOT,
                "Spread of errors over seeds, %s: standard deviation %.1f, 95 %% interval %.1f to"
                    + " %.1f.",
                told(row),
                spread.value(),
                spread.interval().low(),
                spread.interval().high()));
      }
    }
    double highestLow = intervals.stream().mapToDouble(Interval::low).max().orElse(Double.NaN);
    double lowestHigh = intervals.stream().mapToDouble(Interval::high).min().orElse(Double.NaN);
    if (highestLow <= lowestHigh) {
      notes.add("These intervals overlap: who spreads less cannot be told with these seeds.");
    }
    return notes;
  }
}
