package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.experiments.report.Figure;
import org.kd4j.experiments.report.Figure.Series;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.report.Scores;
import org.kd4j.experiments.statistics.Holm;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * Which temperature suits a student of 800, 300, 100, 30 units a layer (in the paper all above 8 do
 * alike from 300 on, 2.5 to 4 is best at 30), and whether a teacher trained on wrong labels asks
 * for a lower one. Students learn from soft targets alone.
 */
public final class TemperatureByWidth implements Experiment {
  /** Percent of the teacher's labels that are wrong. */
  private static final List<Integer> NOISE = List.of(20, 40);

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new TemperatureByWidth());
  }

  @Override
  public String name() {
    return "temperature-by-width";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 3: which temperature for which width; does a noisy"
        + " teacher ask for a lower one";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
            setup.digits(3000),
            Nets.teacher(setup, 400, 20),
            NetworkPlan.of("mlp:8", 1),
            setup.seeds(3));
    List<StudySpec> studies = new ArrayList<>();
    for (int width : widths(setup)) {
      String network = "mlp:" + width + "-" + width;
      NetworkPlan student = NetworkPlan.of(network, setup.pick(1, 36, 60));
      studies.add(basis.withStudent(student).study("width-" + width, rows(setup)));
      if (width == noisyWidth(setup)) {
        for (int percent : NOISE) {
          studies.add(
              basis
                  .withStudent(student)
                  .withSplit(split -> split.withLabelNoise(percent / 100f))
                  .study("noise-" + percent, rows(setup)));
        }
      }
    }
    return studies;
  }

  private static List<Integer> widths(Setup setup) {
    return setup.pick(List.of(8), List.of(800, 300, 100, 30), List.of(800, 300, 100, 30));
  }

  private static int noisyWidth(Setup setup) {
    return setup.pick(8, 100, 300);
  }

  private static List<String> rows(Setup setup) {
    List<String> rows = new ArrayList<>(List.of("scratch"));
    setup
        .pick(
            List.of("1", "8"),
            List.of("0.5", "1", "2.5", "4", "8", "20"),
            List.of("0.5", "1", "2.5", "4", "8", "20"))
        .forEach(t -> rows.add(at(t)));
    return rows;
  }

  private static String at(String temperature) {
    return "offline hardWeight=0 softWeight=1 temperature=" + temperature;
  }

  @Override
  public Findings findings(Results results) {
    List<Table> tables = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (var study : results.studies()) {
      String name = study.spec().name();
      Table table =
          Table.of(told(results, name) + ": test errors", Scale.ERRORS).family(told(results, name));
      table = table.row("student alone", "", results.errors(name, "scratch"));
      Map<String, SortedMap<Long, Double>> chosen = new LinkedHashMap<>();
      for (String row : taught(results)) {
        String told = temperature(row);
        table = table.row(told, "", results.errors(name, row), "student alone");
        chosen.put(told, results.validation(name, row));
      }
      tables.add(table);
      Optional<String> best = Results.highest(chosen);
      if (best.isPresent()) {
        tables.add(among(results, name, best.get()));
        notes.add(
            told(results, name)
                + ": validation prefers "
                + best.get()
                + edge(best.get(), List.copyOf(chosen.keySet()))
                + ".");
      }
    }
    notes.addAll(noise(results));
    notes.add(
        "The paper: from 300 units on all temperatures above 8 do about alike; at 30 units 2.5 to 4"
            + " is significantly better than higher or lower ones.");
    return new Findings(
            tables,
            notes,
            "the paper gives no errors by temperature; the wrong labels are ours (teacher, student"
                + " alone and validation have them, test does not); Adam with a cosine rate, "
                + results.data()
                + ".")
        .drawing(
            curves(
                results,
                "Temperature by width",
                widths(results.setup()).stream().map(width -> "width-" + width).toList()),
            curves(
                results,
                "Temperature by wrong labels",
                List.of("width-" + noisyWidth(results.setup()), "noise-20", "noise-40")));
  }

  /** Temperatures among each other: all against the one that validation prefers. */
  private static Table among(Results results, String study, String best) {
    Table table =
        Table.of(
                told(results, study) + ", temperatures against the one preferred: test errors",
                Scale.ERRORS)
            .family(told(results, study));
    for (String row : taught(results)) {
      String t = temperature(row);
      Scores errors = results.errors(study, row);
      table = t.equals(best) ? table.row(t, "", errors) : table.row(t, "", errors, best);
    }
    return table;
  }

  /** What a choice at the end of a grid leaves open; empty within it. */
  static String edge(String best, List<String> grid) {
    return best.equals(grid.get(0))
        ? ", the lowest of the grid: the best may lie below"
        : best.equals(grid.get(grid.size() - 1))
            ? ", the highest of the grid: the best may lie above"
            : "";
  }

  /**
   * Whether a teacher of wrong labels asks for a lower temperature: the one that validation prefers
   * at each seed, as log2 T, with and without wrong labels, paired by seed.
   */
  private static List<String> noise(Results results) {
    SortedMap<Long, Double> without = preferred(results, "width-" + noisyWidth(results.setup()));
    List<PairedDifference> changes = new ArrayList<>();
    for (int percent : NOISE) {
      changes.add(PairedDifference.of(preferred(results, "noise-" + percent), without));
    }
    double[] holm = Holm.corrected(changes.stream().mapToDouble(PairedDifference::p).toArray());
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < NOISE.size(); i++) {
      PairedDifference change = changes.get(i);
      if (change.mean().n() > 1) {
        notes.add(
            String.format(
                Locale.ROOT,
                "Does noise ask for a lower T: with %d %% wrong labels, the T that validation"
                    + " prefers at each seed changes by a factor of %.2f (log2 T by %+.1f ± %.1f):"
                    + " %s.",
                NOISE.get(i),
                Math.pow(2, change.mean().value()),
                change.mean().value(),
                change.mean().halfWidth(),
                switch (Verdict.of(change, holm[i])) {
                  case WORSE -> "yes, lower";
                  case BETTER -> "no, higher";
                  case NOT_DETECTABLE, NO_STATEMENT -> "cannot be told with these seeds";
                }));
      }
    }
    return notes;
  }

  /** By seed, log2 of the temperature of the highest validation accuracy, the lowest of equals. */
  private static SortedMap<Long, Double> preferred(Results results, String study) {
    SortedMap<Long, Double> accuracy = new TreeMap<>();
    SortedMap<Long, Double> preferred = new TreeMap<>();
    for (String row : taught(results)) {
      double log = Math.log(number(row)) / Math.log(2);
      results
          .validation(study, row)
          .forEach(
              (seed, value) -> {
                if (value > accuracy.getOrDefault(seed, -1.0)) {
                  accuracy.put(seed, value);
                  preferred.put(seed, log);
                }
              });
    }
    return preferred;
  }

  private static double number(String row) {
    return Double.parseDouble(row.replaceFirst(".*temperature=", ""));
  }

  private static String temperature(String row) {
    return "T=" + row.replaceFirst(".*temperature=", "");
  }

  private static Figure curves(Results results, String title, List<String> studies) {
    Figure figure = Figure.of(title, "T", "student's test accuracy, %", Scale.ACCURACY);
    for (String study : studies) {
      Series curve = Series.curve(told(results, study));
      for (String row : taught(results)) {
        String what = curve.name() + ", " + temperature(row);
        curve = curve.at(number(row), what, results.accuracy(study, row).bySeed());
      }
      figure = figure.with(curve);
    }
    return figure;
  }

  private static List<String> taught(Results results) {
    return rows(results.setup()).stream().filter(row -> !row.equals("scratch")).toList();
  }

  private static String told(Results results, String study) {
    return study.startsWith("noise-")
        ? noisyWidth(results.setup()) + " units, " + study.replace("noise-", "") + " % wrong labels"
        : study.replace("width-", "") + " units a layer";
  }
}
