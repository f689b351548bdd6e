package org.kd4j.experiments.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.report.Scores;
import org.kd4j.experiments.statistics.Mean;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * The acoustic model of Hinton, Vinyals and Dean 2015, section 4, table 1: frame accuracy and word
 * error of one network, of the mean of ten, and of one that the ten taught, on generated speech.
 * The temperature, 1, 2, 5 or 10 as there, is chosen on validation frames; labels weigh half of
 * what the soft targets do.
 */
public final class Speech implements Experiment {
  private static final String ONE = "one network";
  private static final List<String> TEMPERATURES = List.of("1", "2", "5", "10");

  /** For the Run arrow: the quick budget; the data is generated. */
  public static void main(String[] arguments) {
    Experiment.main(new Speech());
  }

  @Override
  public String name() {
    return "speech";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 4: what ten acoustic models know more than one, and"
        + " how much of it one keeps";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    String data =
        setup.pick(
            "frames,train=4,validation=2,test=3",
            "frames,train=80,validation=20,test=100",
            "frames,train=1000,validation=100,test=400");
    String network = setup.pick("mlp:16", "mlp:256-256", "mlp:1024-1024-1024");
    NetworkPlan plan = NetworkPlan.of(network, setup.pick(1, 30, 20));
    Basis basis =
        new Basis(new Setup.Data(data, SplitSpec.DEFAULT), plan, plan, setup.seeds(5))
            .measuring("words");
    return List.of(
        basis.study(
            name(),
            "scratch",
            several(setup),
            taught(setup, "1"),
            taught(setup, "2"),
            taught(setup, "5"),
            taught(setup, "10")));
  }

  private static int networks(Setup setup) {
    return setup.pick(2, 10, 10);
  }

  private static String several(Setup setup) {
    return "ensemble members=" + networks(setup) + " network=teacher";
  }

  private static String taught(Setup setup, String temperature) {
    return "multi-teacher teachers="
        + networks(setup)
        + " temperature="
        + temperature
        + " softWeight=1 hardWeight=0.5";
  }

  @Override
  public Findings findings(Results results) {
    String study = name();
    Setup setup = results.setup();
    Map<String, SortedMap<Long, Double>> onValidation = new LinkedHashMap<>();
    for (String t : TEMPERATURES) {
      onValidation.put(t, results.validation(study, taught(setup, t)));
    }
    Optional<String> best = Results.highest(onValidation);
    String chosen = best.orElse(TEMPERATURES.get(0));
    String row = taught(setup, chosen);
    String many = "mean of " + networks(setup);
    Scores one = results.accuracy(study, "scratch");
    Scores ten = results.accuracy(study, several(setup));
    Scores distilled = results.accuracy(study, row);
    String taught = "one taught by them, T=" + chosen;
    Table frames =
        Table.of("frame accuracy, %", Scale.ACCURACY)
            .row(ONE, "58.9", one)
            .row(many, "61.1", ten, ONE)
            .row(taught, "60.8", distilled, ONE);
    Table words =
        Table.of("word error rate, %", Scale.ERROR_SHARE)
            .row(ONE, "10.9", results.measured(study, "scratch", "words.errors"))
            .row(many, "10.7", results.measured(study, several(setup), "words.errors"), ONE)
            .row(taught, "10.7", results.measured(study, row, "words.errors"), ONE);
    Table temperatures = Table.of("frame accuracy by temperature, %", Scale.ACCURACY);
    for (String t : TEMPERATURES) {
      temperatures = temperatures.row("T=" + t, "", results.accuracy(study, taught(setup, t)));
    }
    return new Findings(
        List.of(frames, words, temperatures),
        best.isEmpty() ? List.of() : notes(frames, one.bySeed(), ten.bySeed(), distilled.bySeed()),
        "generated speech of a small lexicon, "
            + results.data()
            + ", windows of 11 frames of 20 energies and 57 states, where the paper has 2,000"
            + " hours, 26 frames of 40 and 14,000 states; networks "
            + results.study(study).spec().student().network()
            + " where it has 8 layers of 2,560; any word follows any other, where it has a language"
            + " model. Labels weigh half of what soft targets do, as there.");
  }

  /** The share is said where there is a gain to have a share of. */
  private static List<String> notes(
      Table frames,
      SortedMap<Long, Double> one,
      SortedMap<Long, Double> ten,
      SortedMap<Long, Double> distilled) {
    SortedMap<Long, Double> gain = Findings.minus(ten, one);
    SortedMap<Long, Double> kept = Findings.minus(distilled, one);
    if (gain.isEmpty() || kept.isEmpty()) {
      return List.of();
    }
    boolean gained = frames.lines().get(1).better();
    return List.of(
        String.format(
            "In frame accuracy the mean of several gains %s points on one network, the one they"
                + " taught %s. %s (The paper: more than 80 %%.) The temperature was chosen on"
                + " validation frames.",
            points(gain),
            points(kept),
            gained
                ? "Kept of the gain, seed by seed: " + Ratio.of(kept, gain).told() + "."
                : "Which share of the gain was kept cannot be told with these seeds, which detect"
                    + " no gain."));
  }

  private static String points(SortedMap<Long, Double> difference) {
    Mean mean = Mean.of(difference.values().stream().mapToDouble(v -> 100 * v).toArray());
    return mean.n() < 2
        ? String.format(Locale.ROOT, "%+.2f", mean.value())
        : String.format(Locale.ROOT, "%+.2f ± %.2f", mean.value(), mean.halfWidth());
  }
}
