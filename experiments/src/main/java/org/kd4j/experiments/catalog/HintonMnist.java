package org.kd4j.experiments.catalog;

import java.util.List;
import java.util.Optional;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * The MNIST table of Hinton, Vinyals and Dean 2015, section 3: a net of two layers of 1,200 with
 * dropout and shifted images teaches one of 800 that sees neither. Test errors of 10,000 in the
 * paper: 67 the teacher, 146 the student alone, 74 the student taught at temperature 20. A note of
 * 2017 counts four such networks as the teacher, so one arm has four.
 */
public final class HintonMnist implements Experiment {
  private static final String ALONE = "student alone, two layers of 800";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new HintonMnist());
  }

  @Override
  public String name() {
    return "hinton-mnist";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 3: 67 / 146 / 74 test errors on MNIST";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
                setup.digits(4000),
                new NetworkPlan(
                    "mlp:1200-1200,dropout=0.5,inputDropout=0.2",
                    setup.pick(1, 20, 60),
                    "shift:2",
                    "adam",
                    Optional.empty(),
                    "cosine",
                    128),
                NetworkPlan.of("mlp:800-800", setup.pick(1, 14, 30)),
                setup.seeds(5))
            .withSplit(split -> split.withValidation(setup.pick(100, 0, 0)));
    return List.of(
        basis.study(
            name(),
            "scratch",
            "offline temperature=20",
            "offline",
            "multi-teacher " + four(setup)));
  }

  private static String four(Setup setup) {
    return "temperature=20 teachers=" + setup.pick(2, 4, 4);
  }

  @Override
  public Findings findings(Results results) {
    String study = name();
    String several = "multi-teacher " + four(results.setup());
    Findings.Table table =
        Findings.Table.of("test errors", Findings.Scale.ERRORS)
            .row(
                "teacher, two layers of 1,200, regularised",
                "67",
                results.teacher(study, Measures::errors))
            .row(ALONE, "146", results.errors(study, "scratch"))
            .row("taught, T=20", "74", results.errors(study, "offline temperature=20"), ALONE)
            .row("taught, T=4", "", results.errors(study, "offline"), ALONE)
            .row("several such teachers", "", teachers(results, several))
            .row("taught by several, T=20", "", results.errors(study, several), ALONE);
    return new Findings(
        List.of(table),
        List.of(),
        "Adam with a cosine rate instead of the paper's momentum and weight constraints; softWeight"
            + " 0.9 and hardWeight 0.1 where the paper gives no weights; the last epoch's network,"
            + " a mean over seeds, on "
            + results.data()
            + "; the paper trains on 60,000 and tests on 10,000.");
  }

  private java.util.SortedMap<Long, Double> teachers(Results results, String row) {
    return results.beside(name(), row, "teachers", Measures::errors);
  }
}
