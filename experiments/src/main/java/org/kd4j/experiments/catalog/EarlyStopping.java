package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.Hits;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * Soft targets switched off before the end; teachers of shorter trainings, by a complete short
 * schedule or left mid-run; and whether a big network that was stopped is right on the same samples
 * as a small one, by Cohen's kappa of their being right (R. Geirhos, K. Meding, F. Wichmann, Beyond
 * accuracy, NeurIPS 2020).
 */
public final class EarlyStopping implements Experiment {
  private static final String FULL = "taught to the end";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new EarlyStopping());
  }

  @Override
  public String name() {
    return "early-stopping";
  }

  @Override
  public String summary() {
    return "Cho, Hariharan 2019: the student stopped, the teacher stopped; is the stopped big"
        + " teacher like a small one";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis = Nets.planes(setup);
    NetworkPlan big = basis.teacher();
    NetworkPlan small = Nets.convolutional(setup, Nets.planes(setup, 4));
    NetworkPlan stopped = big.withEpochs(Math.max(1, big.epochs() / 4));
    List<String> rows = new ArrayList<>(List.of("scratch", "offline"));
    rows.addAll(students());
    rows.addAll(teachers());
    return List.of(
        basis.study("stopping", rows),
        basis.withStudent(big).study("big", "scratch"),
        basis.withStudent(stopped).study("big-stopped", "scratch"),
        basis.withStudent(small).study("small", "scratch"));
  }

  private static List<String> students() {
    return List.of(
        "early-stopped-student untilEpoch=25%",
        "early-stopped-student untilEpoch=50%", "early-stopped-student untilEpoch=75%");
  }

  private static List<String> teachers() {
    return List.of(
        "early-stopped-teacher lengths=17.5%+25%",
        "early-stopped-teacher lengths=25% stop=mid-run");
  }

  @Override
  public Findings findings(Results results) {
    String study = "stopping";
    Table accuracy =
        Table.of("student of 2 convolutions: test accuracy, %", Scale.ACCURACY)
            .row("alone", "69.76 [P]", results.accuracy(study, "scratch"))
            .row(FULL, "69.21 [P]", results.accuracy(study, "offline"), "alone");
    for (String row : students()) {
      String what = "student stopped at " + row.replaceFirst(".*=", "");
      accuracy = accuracy.row(what, "", results.accuracy(study, row), FULL);
    }
    Table stopped =
        Table.of("teachers: test accuracy, %", Scale.ACCURACY)
            .row("full", "", results.teacher(study, Measures::accuracy));
    for (String row : teachers()) {
      String what =
          row.contains("mid-run") ? "teacher left mid-run" : "teacher of a short schedule";
      accuracy = accuracy.row(what, "", results.accuracy(study, row), FULL);
      stopped =
          stopped.row(what, "", results.beside(study, row, "stopped-teacher", Measures::accuracy));
    }
    Table alike =
        Table.of("right on the same samples, kappa in %", Scale.SHARE)
            .row("big and small", "", kappas(results, "big", "small"))
            .row(
                "big stopped and small",
                "",
                kappas(results, "big-stopped", "small"),
                "big and small")
            .row(
                "big stopped and big",
                "",
                kappas(results, "big-stopped", "big"),
                "big stopped and small");
    return new Findings(
        List.of(accuracy, stopped, alike),
        List.of(
            "The paper's numbers are for ImageNet: a ResNet-18 alone, and taught by a ResNet-34 to"
                + " the end; on CIFAR every teacher stopped early was better to learn from than the"
                + " same one fully trained."),
        Nets.differs(results)
            + " The big network that is stopped is trained anew by a short schedule, from the same"
            + " first weights and in the same order of data as the big one at that seed, which the"
            + " small one cannot share: that those two agree is in part that common beginning.");
  }

  private static SortedMap<Long, Double> kappas(Results results, String one, String other) {
    SortedMap<Long, Double> kappas = new TreeMap<>();
    SortedMap<Long, Hits> others = hits(results, other);
    hits(results, one)
        .forEach(
            (seed, hits) -> {
              if (others.containsKey(seed)) {
                kappas.put(seed, kappa(hits.toArray(), others.get(seed).toArray()));
              }
            });
    return kappas;
  }

  private static SortedMap<Long, Hits> hits(Results results, String study) {
    SortedMap<Long, Hits> hits = new TreeMap<>();
    results
        .study(study)
        .trials()
        .forEach(trial -> trial.hits().ifPresent(of -> hits.put(trial.seed(), of)));
    return hits;
  }

  /**
   * Cohen's kappa of two networks' being right: agreement beyond what their accuracies alone would
   * make, (o − e)/(1 − e); NaN where both are always right or always wrong.
   */
  static double kappa(boolean[] one, boolean[] other) {
    double a = 0;
    double b = 0;
    double observed = 0;
    for (int i = 0; i < one.length; i++) {
      a += one[i] ? 1 : 0;
      b += other[i] ? 1 : 0;
      observed += one[i] == other[i] ? 1 : 0;
    }
    a /= one.length;
    b /= one.length;
    double expected = a * b + (1 - a) * (1 - b);
    return expected == 1 ? Double.NaN : (observed / one.length - expected) / (1 - expected);
  }
}
