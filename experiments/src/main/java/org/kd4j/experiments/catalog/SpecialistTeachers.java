package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StudySpec;

/**
 * 36 classes of characters: a generalist alone and with specialists, each way to hold their
 * overfitting, more of them, a second level and its cost, and one student of all (25.0 and 26.1 %
 * right on JFT without and with 61 specialists).
 */
public final class SpecialistTeachers implements Experiment {
  private static final List<String> REGULARIZERS =
      List.of("none", "dropout", "label-smoothing", "soft-targets");
  private static final String WHOLE = "specialists deploy=whole";
  private static final String STUDENT = "specialists";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new SpecialistTeachers());
  }

  @Override
  public String name() {
    return "specialists";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 5: a generalist with specialists, what holds them, how many, how deep; all distilled into one";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
            setup.strokes(36, 4000),
            Nets.student(setup, 100, 20),
            Nets.student(setup, 100, 20),
            setup.seeds(5));
    List<String> rows = new ArrayList<>(List.of("scratch", "offline"));
    rows.addAll(specialists());
    rows.add(STUDENT);
    return List.of(basis.study(name(), rows));
  }

  private static List<String> specialists() {
    List<String> rows = new ArrayList<>();
    REGULARIZERS.forEach(how -> rows.add(WHOLE + " regularizer=" + how));
    rows.add(WHOLE + " specialists=6");
    rows.add(WHOLE + " depth=2");
    return rows;
  }

  private static String told(String row) {
    return row.contains("regularizer")
        ? "with 3 specialists, held by " + row.replaceFirst(".*=", "")
        : row.contains("depth") ? "with 3 specialists, two levels" : "with 6 specialists";
  }

  @Override
  public Findings findings(Results results) {
    String generalist = "generalist";
    Table whole =
        Table.of("test accuracy, %", Scale.ACCURACY)
            .row(generalist, "25.0", results.teacher(name(), Measures::accuracy));
    Table cost = Table.of("seconds of training, generalist included", Scale.NUMBER);
    for (String row : specialists()) {
      String paper = row.endsWith("soft-targets") ? "26.1" : "";
      whole = whole.row(told(row), paper, results.accuracy(name(), row), generalist);
      cost = cost.row(told(row), "", results.of(name(), row, t -> t.trainSeconds()));
    }
    Table one =
        Table.of("one student: test accuracy, %", Scale.ACCURACY)
            .row("alone", "", results.accuracy(name(), "scratch"))
            .row("taught by the generalist", "", results.accuracy(name(), "offline"), "alone")
            .row(
                "taught by generalist and specialists",
                "",
                results.accuracy(name(), STUDENT),
                "taught by the generalist");
    List<String> notes = new ArrayList<>();
    results.study(name()).trials().stream()
        .filter(t -> t.choice().toString().equals(STUDENT) && t.seed() == 1)
        .forEach(t -> t.notes().forEach(note -> notes.add("Seed 1, " + note + ".")));
    return new Findings(
        List.of(whole, cost, one),
        notes,
        "JFT has 15,000 classes, ours 36 generated characters; the paper's 61 specialists gain 4.4 %"
            + " relatively; its students of all networks it left for later; "
            + results.data()
            + ".");
  }
}
