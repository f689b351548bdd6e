package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudySpec;

/**
 * A student whose transfer set has no 3, or only 7s and 8s, taught by a teacher that knows all
 * classes; errors in all and on the classes it never saw, before and after their logits are
 * shifted. In the paper 206 errors, 133 of them on 1,010 threes, become 109 and 14; 47.3 % become
 * 13.2 %. The paper chose the shift on the test set; here validation chooses.
 */
public final class MissingClass implements Experiment {
  private static final Set<Integer> ALL_BUT_7_AND_8 = Set.of(0, 1, 2, 3, 4, 5, 6, 9);
  private static final String ROW =
      "offline biasCorrection=validation hardWeight=0 softWeight=1 temperature=20";
  private static final String BEFORE = "uncorrected";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new MissingClass());
  }

  @Override
  public String name() {
    return "missing-class";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 3: classes the transfer set never showed, and a correction of their biases";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
            setup.digits(5000),
            Nets.teacher(setup, 400, 24),
            Nets.student(setup, 400, 16),
            setup.seeds(5));
    return List.of(
        basis
            .withSplit(split -> split.withOmitted(new TreeSet<>(Set.of(3))))
            .study("no-3", "scratch", ROW),
        basis
            .withSplit(split -> split.withOmitted(new TreeSet<>(ALL_BUT_7_AND_8)))
            .study("only-7-and-8", "scratch", ROW));
  }

  /** Who knows the classes, who never saw them, and who was told of them, before and after. */
  private static Table rows(
      Table table,
      Results results,
      String study,
      ToDoubleFunction<Measures> of,
      List<String> papers) {
    boolean one = study.equals("no-3");
    return table
        .row(one ? "teacher, who knows 3s" : "teacher", "", results.teacher(study, of))
        .row(
            "from labels alone",
            "",
            results.of(study, "scratch", trial -> of.applyAsDouble(trial.test())))
        .row("taught", papers.get(0), results.beside(study, ROW, BEFORE, of), "from labels alone")
        .row(
            one ? "taught, bias shifted" : "taught, biases shifted",
            papers.get(1),
            results.of(study, ROW, trial -> of.applyAsDouble(trial.test())),
            "taught");
  }

  @Override
  public Findings findings(Results results) {
    String no3 = "no-3";
    String few = "only-7-and-8";
    ToDoubleFunction<Measures> wrong = measures -> 1 - measures.accuracy();
    ToDoubleFunction<Measures> others =
        measures -> ALL_BUT_7_AND_8.stream().mapToInt(c -> measures.confusion().errorsOn(c)).sum();
    String without3 = "no 3 in the transfer set: ";
    String only = "only 7s and 8s in the transfer set: ";
    List<Table> tables =
        List.of(
            rows(
                Table.of(without3 + "test errors", Scale.ERRORS),
                results,
                no3,
                Measures::errors,
                List.of("206", "109")),
            rows(
                Table.of(without3 + "errors on 3s", Scale.ERRORS),
                results,
                no3,
                measures -> measures.confusion().errorsOn(3),
                List.of("133", "14")),
            rows(
                Table.of(only + "test error, %", Scale.ERROR_SHARE),
                results,
                few,
                wrong,
                List.of("47.3", "13.2")),
            rows(
                Table.of(only + "errors on all others", Scale.ERRORS),
                results,
                few,
                others,
                List.of("", "")));
    List<String> notes = new ArrayList<>();
    for (String study : List.of(no3, few)) {
      results.study(study).trials().stream()
          .filter(t -> t.choice().equals(StrategyChoice.parse(ROW)))
          .forEach(
              t ->
                  t.notes().forEach(n -> notes.add(study + ", seed " + t.seed() + ": " + n + ".")));
    }
    return new Findings(
        tables,
        notes,
        "the shift is chosen on validation samples, where the paper tuned it on the test set; T ="
            + " 20, soft targets alone; Adam with a cosine rate; "
            + results.data()
            + ".");
  }
}
