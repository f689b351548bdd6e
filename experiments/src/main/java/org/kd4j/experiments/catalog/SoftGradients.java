package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * "Soft targets … provide much more information per training case than hard targets and much less
 * variance in the gradient between training cases, so the small model can often be trained on much
 * less data … using a much higher learning rate" (Hinton, Vinyals and Dean 2015, section 1): the
 * variance of per-sample gradients, hard against soft at T, where the student begins and where it
 * ended, taught by labels or by soft targets; and the highest learning rate that still trains, for
 * each.
 */
public final class SoftGradients implements Experiment {
  private static final String SPREAD = "spread";
  private static final String HARD = "hard labels";

  /** Bit for bit the student alone, with the teacher looking on. */
  private static final String BY_LABELS = "offline hardWeight=1 softWeight=0";

  private static final String BY_SOFT = "offline temperature=4 hardWeight=0 softWeight=1";
  private static final List<String> TEMPERATURES = List.of("1", "2", "4", "8", "20");
  private static final List<String> TRAINED = List.of("1", "4", "20");

  /** What still trains reaches this share of the best validation accuracy over the rates. */
  private static final double TRAINS = 0.95;

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new SoftGradients());
  }

  @Override
  public String name() {
    return "soft-gradients";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 1: less variance in the gradient of soft targets,"
        + " and higher learning rates";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
                setup.digits(3000),
                Nets.teacher(setup, 400, 20),
                Nets.student(setup, 200, 12),
                setup.seeds(5))
            .withSplit(split -> split.withValidation(setup.pick(100, 1000, 10_000)));
    List<StudySpec> studies = new ArrayList<>();
    studies.add(basis.measuring("gradients").study(SPREAD, BY_LABELS, BY_SOFT));
    List<String> rows = new ArrayList<>(List.of("scratch"));
    TRAINED.forEach(t -> rows.add(soft(t)));
    for (float rate : rates(setup)) {
      NetworkPlan plan = basis.student();
      NetworkPlan fast =
          new NetworkPlan(
              plan.network(),
              plan.epochs(),
              plan.augment(),
              "sgd",
              Optional.of(rate),
              "constant",
              plan.batch());
      studies.add(basis.withStudent(fast).study(study(rate), rows));
    }
    return studies;
  }

  private static List<Float> rates(Setup setup) {
    List<Float> all = List.of(0.02f, 0.05f, 0.1f, 0.2f, 0.5f, 1f, 2f);
    return setup.pick(List.of(0.02f, 0.1f), all, all);
  }

  private static String study(float rate) {
    return "rate-" + rate;
  }

  private static String soft(String temperature) {
    return "offline temperature=" + temperature + " softWeight=1 hardWeight=0";
  }

  @Override
  public Findings findings(Results results) {
    List<Table> tables = new ArrayList<>();
    gradients(tables, results, "first weights", BY_LABELS, "begin");
    gradients(tables, results, "trained by labels", BY_LABELS, "end");
    gradients(tables, results, "trained by soft targets at T=4", BY_SOFT, "end");
    Table rates =
        Table.of("highest learning rate that still trains", Scale.RATE)
            .row(HARD, "", highest(results, "scratch"));
    for (String t : TRAINED) {
      rates = rates.row("soft targets, T=" + t, "", highest(results, soft(t)), HARD);
    }
    tables.add(rates);
    return new Findings(
        tables,
        List.of(
            "What a loss asks of weights that it trained itself is not what it asks of others: read"
                + " hard labels and soft targets on both students.",
            "A rate still trains where the validation accuracy of the last epoch is at least 95 %"
                + " of the best over the rates, "
                + rates(results.setup())
                + ", at that seed; a training that ended in numbers that are none did not. Soft"
                + " terms keep their factor T²."),
        "the paper gives no figures for this; rates are of SGD with momentum 0.9, constant over the"
            + " epochs; gradients are those of 200 training samples, one at a time, over all"
            + " parameters; "
            + results.data()
            + ".");
  }

  /** Variance, and its share in the squared length, where a student was taught by a row. */
  private static void gradients(
      List<Table> tables, Results results, String where, String row, String place) {
    String at = "gradients." + place + ".";
    Table variance =
        Table.of("variance of the gradient, " + where, Scale.NUMBER).family("variance");
    variance = variance.row(HARD, "", results.measured(SPREAD, row, at + "hard.variance"));
    Map<String, SortedMap<Long, Double>> shares = new LinkedHashMap<>();
    shares.put(HARD, results.measured(SPREAD, row, at + "hard.noise"));
    for (String t : TEMPERATURES) {
      String what = "soft targets, T=" + t;
      String key = at + "soft." + t;
      variance = variance.row(what, "", results.measured(SPREAD, row, key + ".variance"), HARD);
      shares.put(what, results.measured(SPREAD, row, key + ".noise"));
    }
    tables.add(variance);
    tables.add(shares("share of it in the squared length, %, " + where, shares));
  }

  /**
   * Shares of the variance against that of hard labels. The squared mean that makes up the rest is
   * corrected for what chance adds; where it is not above 0 at some seed, all of the length may be
   * chance: such a row has a share of 1 at that seed, says so, and takes part in no test.
   *
   * @param shares by row, hard labels among them
   */
  static Table shares(String title, Map<String, SortedMap<Long, Double>> shares) {
    Table table = Table.of(title, Scale.ERROR_SHARE).family("share of the variance");
    boolean compared = told(shares.get(HARD));
    for (Map.Entry<String, SortedMap<Long, Double>> row : shares.entrySet()) {
      SortedMap<Long, Double> values = new TreeMap<>(row.getValue());
      values.replaceAll((seed, share) -> Math.min(1, share));
      boolean told = told(row.getValue());
      String what = row.getKey() + (told ? "" : ": no mean to be told from chance");
      table =
          compared && told && !row.getKey().equals(HARD)
              ? table.row(what, "", values, HARD)
              : table.row(what, "", values);
    }
    return table;
  }

  private static boolean told(Map<Long, Double> shares) {
    return shares.values().stream().allMatch(share -> share < 1);
  }

  /** By seed, the highest rate at which a row still trains. */
  private static SortedMap<Long, Double> highest(Results results, String row) {
    SortedMap<Float, SortedMap<Long, Double>> byRate = new TreeMap<>();
    for (float rate : rates(results.setup())) {
      byRate.put(rate, results.validation(study(rate), row));
    }
    return highest(byRate);
  }

  /**
   * By seed, the highest rate that reaches a share of the best.
   *
   * @param byRate validation accuracy by rate, then seed
   */
  static SortedMap<Long, Double> highest(Map<Float, ? extends Map<Long, Double>> byRate) {
    SortedMap<Long, Double> best = new TreeMap<>();
    byRate
        .values()
        .forEach(of -> of.forEach((seed, accuracy) -> best.merge(seed, accuracy, Math::max)));
    SortedMap<Long, Double> highest = new TreeMap<>();
    byRate.forEach(
        (rate, of) ->
            of.forEach(
                (seed, accuracy) -> {
                  if (accuracy >= TRAINS * best.get(seed)) {
                    highest.merge(seed, (double) rate, Math::max);
                  }
                }));
    return highest;
  }
}
