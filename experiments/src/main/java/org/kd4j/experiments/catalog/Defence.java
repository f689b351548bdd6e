package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.StudySpec;

/**
 * Distillation as a defence against attacks (Papernot and others 2016) and why it is weaker than it
 * looked (Carlini and Wagner 2016): accuracy of a plain network and of networks distilled at T = 1
 * to 100 under FGSM and PGD, by the temperature of the attacked loss, on the margin of the logits,
 * and under images made against the plain network.
 */
public final class Defence implements Experiment {
  private static final String STUDY = "defence";
  private static final String PLAIN = "plain network";
  private static final List<String> TEMPERATURES = List.of("1", "5", "20", "100");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new Defence());
  }

  @Override
  public String name() {
    return "defence";
  }

  @Override
  public String summary() {
    return "Papernot et al. 2016 against Carlini, Wagner 2016: does distillation defend against"
        + " attacks, or hide the gradient";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
                setup.digits(5000),
                Nets.student(setup, 200, 30),
                Nets.student(setup, 200, 30),
                setup.seeds(5))
            .withSplit(split -> split.withValidation(setup.pick(100, 1000, 10_000)))
            .measuring("attacks");
    List<String> rows = new ArrayList<>(List.of("scratch"));
    TEMPERATURES.forEach(t -> rows.add(row(t)));
    return List.of(basis.study(STUDY, rows));
  }

  private static String row(String temperature) {
    return "defensive temperature=" + temperature;
  }

  @Override
  public Findings findings(Results results) {
    Map<String, String> attacks = new LinkedHashMap<>();
    attacks.put("clean", "accuracy on images as they are, %");
    attacks.put("fgsm.1", "under FGSM on the loss at T=1, %");
    attacks.put("pgd.1", "under PGD on the loss at T=1, %");
    attacks.put("fgsm.100", "under FGSM on the loss at T=100, %");
    attacks.put("pgd.20", "under PGD on the loss at T=20, %");
    attacks.put("pgd.100", "under PGD on the loss at T=100, %");
    attacks.put("pgd.margin", "under PGD on the margin of the logits, %");
    attacks.put("transfer", "under PGD made against the plain network, %");
    List<Table> tables = new ArrayList<>();
    attacks.forEach(
        (key, title) -> {
          Table table =
              Table.of(title, Scale.ACCURACY).row(PLAIN, "", measured(results, "scratch", key));
          for (String t : TEMPERATURES) {
            table = table.row("distilled at T=" + t, "", measured(results, row(t), key), PLAIN);
          }
          tables.add(table);
        });
    Table vanished =
        Table.of("images whose gradient at T=1 is exactly 0, %", Scale.SHARE)
            .row(PLAIN, "", measured(results, "scratch", "vanished"));
    for (String t : TEMPERATURES) {
      vanished = vanished.row("distilled at T=" + t, "", measured(results, row(t), "vanished"));
    }
    tables.add(vanished);
    return new Findings(
        tables,
        notes(results),
        "attacks that change every pixel by at most a tenth of black to white, untargeted, where"
            + " Papernot and others change few pixels by much towards a class (from 95 % successes"
            + " to below 0.5 % on MNIST at T = 100 [P]) and Carlini and Wagner succeed with 96.4 %"
            + " [P] by dividing logits by T; perceptrons where they have convolutional networks; "
            + results.data()
            + ".");
  }

  private static SortedMap<Long, Double> measured(Results results, String row, String key) {
    return results.measured(STUDY, row, "attacks." + key);
  }

  /** By how much the attack at T = 1 falls short of the strongest one at the highest T. */
  private static List<String> notes(Results results) {
    String row = row(TEMPERATURES.get(TEMPERATURES.size() - 1));
    SortedMap<Long, Double> usual = measured(results, row, "fgsm.1");
    SortedMap<Long, Double> asTrained = measured(results, row, "fgsm.100");
    double hidden = Results.mean(usual);
    double found = Results.mean(asTrained);
    double plain = Results.mean(measured(results, "scratch", "fgsm.1"));
    double gone = Results.mean(measured(results, row, "vanished"));
    if (Double.isNaN(hidden + found + plain + gone)) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "Distilled at T=100, FGSM on the usual loss leaves %.1f %% right, %.1f %% of the plain"
                + " network; for %.1f %% of the images there is no gradient to follow. On the loss"
                + " at T=100, the same attack leaves %.1f %%%s.",
            100 * hidden,
            100 * plain,
            100 * gone,
            100 * found,
            outOfSight(PairedDifference.of(usual, asTrained))));
  }

  /**
   * What the attack finds more by the loss that was trained, as a clause; one seed says nothing.
   */
  private static String outOfSight(PairedDifference more) {
    return switch (Verdict.of(more, more.p())) {
      case BETTER -> ": part of the defence was a gradient out of sight";
      case WORSE -> ": no more than on the usual loss";
      case NOT_DETECTABLE ->
          ": whether part of the defence was a gradient out of sight cannot be told with these"
              + " seeds";
      case NO_STATEMENT -> "";
    };
  }
}
