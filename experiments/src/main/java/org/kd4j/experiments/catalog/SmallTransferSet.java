package org.kd4j.experiments.catalog;

import java.util.List;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * Soft targets as a regulariser: a network of the teacher's kind learns from 3 % of the data, from
 * labels or from soft targets of a teacher that saw all (44.5 and 57.0 % of speech frames right in
 * the paper, 58.9 with all data). And the other way round: a teacher of few labelled characters
 * teaches on ten times as many without labels.
 */
public final class SmallTransferSet implements Experiment {
  private static final String SOFT = "offline hardWeight=0 softWeight=1";
  private static final String ON_TRANSFER = "transfer.student.accuracy";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new SmallTransferSet());
  }

  @Override
  public String name() {
    return "small-transfer-set";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 6: 3 % of the data with hard or soft targets; and ten times as much, generated, without labels";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    int rows = setup.pick(300, 5000, 50_000);
    NetworkPlan net = Nets.student(setup, 400, 16);
    NetworkPlan longer = net.withEpochs(setup.pick(2, 120, 200));
    Basis few =
        new Basis(setup.digits(rows), net, longer, setup.seeds(5))
            .withSplit(s -> s.withTrain(java.util.Optional.of(rows)).withTransfer(rows * 3 / 100))
            .measuring("transfer");
    int labelled = setup.pick(50, 1000, 1000);
    NetworkPlan student = Nets.student(setup, 100, 20);
    Setup.Data more =
        new Setup.Data(
            "strokes:10,train=" + 11 * labelled + setup.pick(",validation=100,test=200", "", ""),
            few.data().split().withTrain(java.util.Optional.of(labelled)).withTransfer(labelled));
    Basis generated = new Basis(more, Nets.teacher(setup, 400, 30), student, setup.seeds(5));
    return List.of(
        few.study("three-percent", "scratch", SOFT),
        generated.study("labelled", "scratch", SOFT),
        generated
            .withSplit(split -> split.withTransfer(11 * labelled))
            .study("unlabelled", "scratch", SOFT),
        generated
            .withSplit(split -> split.withTransfer(11 * labelled))
            .withStudent(
                generated.student().withEpochs(Math.max(1, Math.round(student.epochs() / 11f))))
            .study("unlabelled-equal", SOFT));
  }

  @Override
  public Findings findings(Results results) {
    String few = "three-percent";
    Table test =
        Table.of("3 % of the data: test accuracy, %", Scale.ACCURACY)
            .row("all data, labels (the teacher)", "58.9", results.teacher(few, Measures::accuracy))
            .row("3 %, labels", "44.5 [P]", results.accuracy(few, "scratch"))
            .row("3 %, soft targets", "57.0 [P]", results.accuracy(few, SOFT), "3 %, labels");
    Table train =
        Table.of("3 % of the data: accuracy on what was learnt from, %", Scale.ACCURACY)
            .row("3 %, labels", "67.3 [P]", results.measured(few, "scratch", ON_TRANSFER))
            .row("3 %, soft targets", "65.4 [P]", results.measured(few, SOFT, ON_TRANSFER));
    Table more =
        Table.of("generated characters: test accuracy, %", Scale.ACCURACY)
            .row("teacher, few labels", "", results.teacher("labelled", Measures::accuracy))
            .row("labels alone", "", results.accuracy("labelled", "scratch"))
            .row("soft targets", "", results.accuracy("labelled", SOFT), "labels alone")
            .row(
                "soft targets, ten times as many without labels",
                "",
                results.accuracy("unlabelled", SOFT),
                "soft targets")
            .row(
                "the same in about as many updates",
                "",
                results.accuracy("unlabelled-equal", SOFT),
                "soft targets");
    return new Findings(
        List.of(test, train, more),
        List.of(),
        "the paper's are frames of speech, ours images;"
            + " it stopped the network with labels early, ours trains as long as the other;"
            + " students see many more epochs of the small set; with ten times as many samples an"
            + " epoch has as many more steps, but for the last row, whose epochs are cut as much; "
            + results.data()
            + ".");
  }
}
