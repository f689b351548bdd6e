package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.evaluation.GuideMeasures;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.report.Scores;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * The weight of the labels beside soft targets, from 0 to 1, with a good teacher and a bad one (a
 * small network, hardly trained), and the share of the teacher's errors the student makes too, with
 * the same wrong class. Hinton, Vinyals and Dean 2015, section 2, want the labels' weight
 * considerably lower.
 */
public final class LabelWeight implements Experiment {
  private static final List<String> WEIGHTS = List.of("0", "0.1", "0.5", "0.9", "1");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new LabelWeight());
  }

  @Override
  public String name() {
    return "label-weight";
  }

  @Override
  public String summary() {
    return "How much the labels should weigh beside the soft targets, with a good and a bad"
        + " teacher; which errors the student repeats";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis good =
        new Basis(
            setup.digits(3000),
            Nets.teacher(setup, 400, 20),
            Nets.student(setup, 200, 15),
            setup.seeds(5));
    Basis bad = good.withTeacher(NetworkPlan.of(setup.pick("mlp:4", "mlp:16", "mlp:16"), 2));
    return List.of(good.study("good-teacher", rows()), bad.study("bad-teacher", rows()));
  }

  private static List<String> rows() {
    List<String> rows = new ArrayList<>(List.of("scratch"));
    WEIGHTS.forEach(weight -> rows.add(row(weight)));
    return rows;
  }

  private static String row(String hardWeight) {
    String soft = String.valueOf(Math.round(10 * (1 - Float.parseFloat(hardWeight))) / 10f);
    return "offline hardWeight=" + hardWeight + " softWeight=" + soft;
  }

  @Override
  public Findings findings(Results results) {
    List<Table> tables = new ArrayList<>();
    for (String study : List.of("good-teacher", "bad-teacher")) {
      String who = study.replace('-', ' ');
      Table errors =
          Table.of(who + ": test errors", Scale.ERRORS)
              .row("teacher", "", results.teacher(study, Measures::errors))
              .row("student alone", "", results.errors(study, "scratch"));
      Table repeated = Table.of(who + ": errors repeated, % of the teacher's", Scale.ERROR_SHARE);
      for (int i = WEIGHTS.size() - 1; i >= 0; i--) {
        String weight = WEIGHTS.get(i);
        String what = "labels weigh " + weight;
        var share = results.guide(study, row(weight), GuideMeasures::repeatedErrors);
        repeated =
            weight.equals("1")
                ? repeated.row(what, "", share)
                : repeated.row(what, "", share, "labels weigh 1");
        Scores of = results.errors(study, row(weight));
        // Nothing of the teacher's is left then: it is the student alone, bit for bit.
        errors =
            weight.equals("1")
                ? errors.row(what, "", of)
                : errors.row(what, "", of, "student alone");
      }
      tables.add(errors);
      tables.add(repeated);
    }
    return new Findings(
        tables,
        List.of("The paper: the best results with a considerably lower weight on the labels."),
        "the paper gives no table; soft targets have the rest of the weight, T = 4; the bad teacher"
            + " is ours; "
            + results.data()
            + ".");
  }
}
