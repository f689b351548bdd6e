package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StudySpec;

/**
 * Teacher and student learn together; the weight of what the teacher learns from the student, from
 * 0 to 1, and what it does to both, beside a fixed teacher.
 */
public final class OnlineFeedback implements Experiment {
  private static final List<String> WEIGHTS = List.of("0", "0.1", "0.5", "1");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new OnlineFeedback());
  }

  @Override
  public String name() {
    return "online";
  }

  @Override
  public String summary() {
    return "Online distillation: how much the teacher should learn from the student, and what that"
        + " does to the teacher";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    List<String> rows = new ArrayList<>(List.of("scratch", "offline"));
    WEIGHTS.forEach(weight -> rows.add(row(weight)));
    Basis basis =
        new Basis(
            setup.digits(3000),
            Nets.teacher(setup, 400, 20).seeing("none"),
            Nets.student(setup, 100, 20),
            setup.seeds(5));
    return List.of(basis.study(name(), rows));
  }

  private static String row(String weight) {
    return "online feedbackWeight=" + weight;
  }

  @Override
  public Findings findings(Results results) {
    Table students =
        Table.of("students: test errors", Scale.ERRORS)
            .family("test errors")
            .row("alone", "", results.errors(name(), "scratch"))
            .row("fixed teacher", "", results.errors(name(), "offline"), "alone");
    Table teachers =
        Table.of("teachers: test errors", Scale.ERRORS)
            .family("test errors")
            .row("fixed teacher", "", results.teacher(name(), Measures::errors));
    for (String weight : WEIGHTS) {
      String what = "feedback " + weight;
      students = students.row(what, "", results.errors(name(), row(weight)), "alone");
      var errors = results.beside(name(), row(weight), "joint-teacher", Measures::errors);
      teachers =
          weight.equals("0")
              ? teachers.row(what, "", errors)
              : teachers.row(what, "", errors, "feedback 0");
    }
    return new Findings(
        List.of(students, teachers),
        List.of(),
        "there is no one table to repeat; the survey of Gou et al. 2021, section 3.2, describes the"
            + " scheme, the weights are ours; the teacher learns as long as the student, a fixed"
            + " one before it; "
            + results.data()
            + ".");
  }
}
