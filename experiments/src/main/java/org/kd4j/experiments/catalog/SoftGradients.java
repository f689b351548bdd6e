package org.kd4j.experiments.catalog;

import java.util.ArrayList;
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
 * ended; and the highest learning rate that still trains, for each.
 */
public final class SoftGradients implements Experiment {
  private static final String SPREAD = "spread";
  private static final String HARD = "hard labels";
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
    return "Hinton, Vinyals, Dean 2015, section 1: less variance in the gradient of soft targets, and higher learning rates";
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
    studies.add(basis.measuring("gradients").study(SPREAD, "offline temperature=4"));
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
    for (String place : List.of("begin", "end")) {
      String where = place.equals("begin") ? "first weights" : "trained";
      Table variance = Table.of("variance of the gradient, " + where, Scale.NUMBER);
      Table noise = Table.of("share of it in the squared length, %, " + where, Scale.ERROR_SHARE);
      variance = variance.row(HARD, "", measured(results, place, "hard.variance"));
      noise = noise.row(HARD, "", measured(results, place, "hard.noise"));
      for (String t : TEMPERATURES) {
        String what = "soft targets, T=" + t;
        String key = "soft." + t;
        variance = variance.row(what, "", measured(results, place, key + ".variance"), HARD);
        noise = noise.row(what, "", measured(results, place, key + ".noise"), HARD);
      }
      tables.add(variance);
      tables.add(noise);
    }
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
            "A rate still trains where the validation accuracy of the last epoch is at least 95 % of"
                + " the best over the rates, "
                + rates(results.setup())
                + ", at that seed; a training that ended in numbers that are none did not. Soft"
                + " terms keep their factor T²."),
        "the paper gives no figures for this; rates are of SGD with momentum 0.9, constant over the"
            + " epochs; gradients are those of 200 training samples, one at a time, over all"
            + " parameters; "
            + results.data()
            + ".");
  }

  private static SortedMap<Long, Double> measured(Results results, String place, String key) {
    return results.measured(SPREAD, "offline temperature=4", "gradients." + place + "." + key);
  }

  /** By seed, the highest rate at which a row still trains. */
  private static SortedMap<Long, Double> highest(Results results, String row) {
    SortedMap<Float, SortedMap<Long, Double>> byRate = new TreeMap<>();
    for (float rate : rates(results.setup())) {
      byRate.put(
          rate,
          results.of(study(rate), row, trial -> trial.validationAccuracy().orElse(Double.NaN)));
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
