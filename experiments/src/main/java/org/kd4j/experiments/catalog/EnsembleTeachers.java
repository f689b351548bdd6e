package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StudySpec;

/**
 * Three teachers combined by the mean of probabilities, their geometric mean, or one at random for
 * each batch; teachers alike or of three architectures; and whether the student of several is more
 * robust against noise, blur and moves, and spreads less over seeds.
 */
public final class EnsembleTeachers implements Experiment {
  private static final List<String> COMBINATIONS = List.of("arithmetic", "geometric", "random");
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
    return "Hinton, Vinyals, Dean 2015: how to combine several teachers, like and unlike; is their student more robust";
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
        ? "alone"
        : row.equals("offline")
            ? ONE
            : row.contains("networks") ? "three unlike" : row.replaceFirst(".*=", "three, ");
  }

  @Override
  public Findings findings(Results results) {
    Table errors =
        Table.of("students: test errors", Scale.ERRORS)
            .row("alone", "", results.errors(name(), "scratch"));
    Table teachers =
        Table.of("teachers: test errors", Scale.ERRORS)
            .row(ONE, "", results.teacher(name(), Measures::errors));
    List<Table> robust = new ArrayList<>();
    for (String what : List.of("noise", "blur", "moved")) {
      robust.add(Table.of("students under " + what + ": accuracy, %", Scale.ACCURACY));
    }
    List<String> notes = new ArrayList<>();
    for (String row : rows(results.setup())) {
      String what = told(row);
      SortedMap<Long, Double> values = results.errors(name(), row);
      if (!row.equals("scratch")) {
        errors = errors.row(what, "", values, row.equals("offline") ? "alone" : ONE);
      }
      if (row.startsWith("multi-teacher")) {
        teachers =
            teachers.row(what, "", results.beside(name(), row, "teachers", Measures::errors), ONE);
      }
      for (int i = 0; i < robust.size(); i++) {
        String key = "robustness." + List.of("noise", "blur", "moved").get(i);
        SortedMap<Long, Double> of = results.measured(name(), row, key);
        Table table = robust.get(i);
        robust.set(
            i,
            row.equals("scratch")
                ? table.row(what, "", of)
                : table.row(what, "", of, row.equals("offline") ? "alone" : ONE));
      }
      if (values.size() > 1) {
        notes.add(
            String.format(
                java.util.Locale.ROOT,
                "Spread of errors over seeds, %s: standard deviation %.1f.",
                what,
                deviation(values)));
      }
    }
    List<Table> tables = new ArrayList<>(List.of(errors, teachers));
    tables.addAll(robust);
    return new Findings(
        tables,
        notes,
        "the paper combines ten networks of one kind by the arithmetic or geometric mean; T = 4;"
            + " the disturbances are ours: noise and blur nobody was shown, moves of up to two pixels the"
            + " teachers learnt with and the students did not; "
            + results.data()
            + ".");
  }

  /** The standard deviation over seeds (n − 1); NaN below two. */
  private static double deviation(SortedMap<Long, Double> values) {
    double mean = Results.mean(values);
    double squares = values.values().stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
  }
}
