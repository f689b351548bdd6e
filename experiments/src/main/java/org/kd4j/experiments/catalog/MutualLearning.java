package org.kd4j.experiments.catalog;

import java.util.List;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StudySpec;

/**
 * Deep mutual learning with two and four peers, of the same and of another architecture, updated in
 * turn as in the paper or all at once; the student beside its training alone and under a fixed
 * teacher, and the mean of the peers beside an ensemble of independent networks.
 */
public final class MutualLearning implements Experiment {
  private static final String TWO = "mutual";
  private static final String TOGETHER = "mutual order=together";
  private static final String FOUR = "mutual peers=4";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new MutualLearning());
  }

  @Override
  public String name() {
    return "mutual";
  }

  @Override
  public String summary() {
    return "Zhang et al. 2018: two and four peers, alike and unlike, updated together and in turn";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis perceptrons =
        new Basis(
            setup.digits(3000),
            Nets.teacher(setup, 400, 20).seeing("none"),
            Nets.student(setup, 200, 15),
            setup.seeds(5));
    Basis basis =
        setup.budget() != Budget.PAPER
            ? perceptrons
            : new Basis(
                setup.photographs(2000),
                Nets.convolutional(setup, "resnet:110"),
                Nets.convolutional(setup, "resnet:32"),
                setup.seeds(5));
    return List.of(
        basis.study(
            name(),
            "scratch",
            "offline",
            TWO,
            TOGETHER,
            FOUR,
            unlike(setup),
            "ensemble members=2",
            "ensemble members=4"));
  }

  private static String unlike(Setup setup) {
    return "mutual networks=" + setup.pick("mlp:12", "mlp:400-400", "mobilenet:1");
  }

  @Override
  public Findings findings(Results results) {
    Table one =
        Table.of("the first peer: test errors", Scale.ERRORS)
            .family("test errors")
            .row("alone", "68.99 % right", results.errors(name(), "scratch"))
            .row("fixed larger teacher", "", results.errors(name(), "offline"), "alone")
            .row("two, in turn", "71.19 % right", results.errors(name(), TWO), "alone")
            .row("two, together", "", results.errors(name(), TOGETHER), "two, in turn")
            .row("four, in turn", "", results.errors(name(), FOUR), "alone")
            .row(
                "two, the other larger",
                "71.10 % right",
                results.errors(name(), unlike(results.setup())),
                "alone");
    Table all =
        Table.of("peers averaged: test errors", Scale.ERRORS)
            .family("test errors")
            .row("two independent", "", results.errors(name(), "ensemble members=2"))
            .row("two peers", "", peers(results, TWO), "two independent")
            .row("four independent", "", results.errors(name(), "ensemble members=4"))
            .row("four peers", "", peers(results, FOUR), "four independent");
    return new Findings(
        List.of(one, all),
        List.of(
            "The paper's column is the accuracy of a ResNet-32 on CIFAR-100: alone, beside a second"
                + " one, and beside a MobileNet: read the gain, not the numbers."),
        "the paper's tables are for CIFAR-100 and Market-1501, with residual and mobile networks"
            + " and SGD over 200 epochs; ours are pairs of "
            + results.study(name()).spec().student().network()
            + " on "
            + results.data()
            + ", Adam with a cosine rate.");
  }

  private java.util.SortedMap<Long, Double> peers(Results results, String row) {
    return results.beside(name(), row, "ensemble", Measures::errors);
  }
}
