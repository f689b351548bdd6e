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

  private static ToDoubleFunction<Measures> errorsOn(int missing) {
    return measures -> measures.confusion().errorsOn(missing);
  }

  @Override
  public Findings findings(Results results) {
    ToDoubleFunction<Measures> threes = errorsOn(3);
    Table no3 =
        Table.of("no 3 in the transfer set: test errors", Scale.ERRORS)
            .row("teacher, who knows 3s", "", results.teacher("no-3", Measures::errors))
            .row("from labels alone", "", results.errors("no-3", "scratch"))
            .row(
                "taught",
                "206",
                results.beside("no-3", ROW, BEFORE, Measures::errors),
                "from labels alone")
            .row("taught, bias shifted", "109", results.errors("no-3", ROW), "taught");
    Table on3 =
        Table.of("no 3 in the transfer set: errors on 3s", Scale.ERRORS)
            .row("teacher, who knows 3s", "", results.teacher("no-3", threes))
            .row(
                "from labels alone",
                "",
                results.of("no-3", "scratch", t -> threes.applyAsDouble(t.test())))
            .row("taught", "133", results.beside("no-3", ROW, BEFORE, threes), "from labels alone")
            .row(
                "taught, bias shifted",
                "14",
                results.of("no-3", ROW, t -> threes.applyAsDouble(t.test())),
                "taught");
    String few = "only-7-and-8";
    Table only =
        Table.of("only 7s and 8s in the transfer set: test error, %", Scale.ERROR_SHARE)
            .row("teacher", "", results.teacher(few, m -> 1 - m.accuracy()))
            .row("from labels alone", "", results.of(few, "scratch", t -> 1 - t.test().accuracy()))
            .row(
                "taught",
                "47.3",
                results.beside(few, ROW, BEFORE, m -> 1 - m.accuracy()),
                "from labels alone")
            .row(
                "taught, biases shifted",
                "13.2",
                results.of(few, ROW, t -> 1 - t.test().accuracy()),
                "taught");
    ToDoubleFunction<Measures> others =
        measures -> ALL_BUT_7_AND_8.stream().mapToInt(c -> measures.confusion().errorsOn(c)).sum();
    Table onOthers =
        Table.of("only 7s and 8s in the transfer set: errors on all others", Scale.ERRORS)
            .row("teacher", "", results.teacher(few, others))
            .row(
                "from labels alone",
                "",
                results.of(few, "scratch", t -> others.applyAsDouble(t.test())))
            .row("taught", "", results.beside(few, ROW, BEFORE, others), "from labels alone")
            .row(
                "taught, biases shifted",
                "",
                results.of(few, ROW, t -> others.applyAsDouble(t.test())),
                "taught");
    List<String> notes = new ArrayList<>();
    for (String study : List.of("no-3", few)) {
      results.study(study).trials().stream()
          .filter(t -> t.choice().equals(StrategyChoice.parse(ROW)))
          .forEach(
              t ->
                  t.notes().forEach(n -> notes.add(study + ", seed " + t.seed() + ": " + n + ".")));
    }
    return new Findings(
        List.of(no3, on3, only, onOthers),
        notes,
        "the shift is chosen on validation samples, where the paper tuned it on the test set; T ="
            + " 20, soft targets alone; Adam with a cosine rate; "
            + results.data()
            + ".");
  }
}
