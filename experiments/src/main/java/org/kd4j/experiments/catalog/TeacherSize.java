package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Figure;
import org.kd4j.experiments.report.Figure.Series;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.StudySpec;

/**
 * A student of two convolutions taught by teachers of 4 to 10 at several temperatures, beside the
 * student alone: where a larger teacher teaches worse, and a figure for each suspected cause: how
 * soft its targets are, how far the student follows on what it learns from, and what it reaches
 * there.
 */
public final class TeacherSize implements Experiment {
  private static final String ALONE = "alone";
  private static final String SIZE = "teacher's convolutions";
  private static final String AT_4 = "offline temperature=4";
  private static final List<String> ALL =
      List.of("scratch", "offline temperature=1", AT_4, "offline temperature=20");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new TeacherSize());
  }

  @Override
  public String name() {
    return "teacher-size";
  }

  @Override
  public String summary() {
    return "Cho, Hariharan 2019; Mirzadeh et al. 2020: a student against the size of its teacher and T; where distillation hurts, and why";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis = Nets.planes(setup).measuring("transfer");
    List<StudySpec> studies = new ArrayList<>();
    for (int planes : sizes(setup)) {
      studies.add(
          basis
              .withTeacher(Nets.convolutional(setup, Nets.planes(setup, planes)))
              .study(study(planes), rows(setup)));
    }
    return studies;
  }

  private static List<Integer> sizes(Setup setup) {
    return setup.pick(List.of(4, 10), List.of(4, 6, 8, 10), List.of(4, 6, 8, 10));
  }

  private static String study(int planes) {
    return "teacher-" + planes;
  }

  private static List<String> rows(Setup setup) {
    return setup.pick(List.of("scratch", AT_4), ALL, ALL);
  }

  @Override
  public Findings findings(Results results) {
    Setup setup = results.setup();
    String first = first(results);
    Table accuracy =
        Table.of("student of 2 convolutions: test accuracy, %", Scale.ACCURACY)
            .row(ALONE, "", results.accuracy(first, "scratch"));
    Table teachers = Table.of("teachers: test accuracy, %", Scale.ACCURACY);
    Table entropy = Table.of("entropy of the teacher's targets at T = 4, nats", Scale.NATS);
    Table follows =
        Table.of(
            "taught at T = 4: KL to the teacher (T = 1) on what was learnt from, nats", Scale.NATS);
    Table reached =
        Table.of(
                "taught at T = 4: loss against the labels of what was learnt from, nats",
                Scale.NATS)
            .row(ALONE, "", results.measured(first, "scratch", "transfer.student.nll"));
    for (int planes : sizes(setup)) {
      String study = study(planes);
      String by = by(planes);
      teachers = teachers.row(by, "", results.teacher(study, Measures::accuracy));
      for (String row : taught(results)) {
        accuracy = accuracy.row(by + ", " + told(row), "", results.accuracy(study, row), ALONE);
      }
      entropy = entropy.row(by, "", results.measured(study, AT_4, "transfer.entropy.4"));
      follows = follows.row(by, "", results.measured(study, AT_4, "transfer.kl"));
      reached = reached.row(by, "", results.measured(study, AT_4, "transfer.student.nll"), ALONE);
    }
    return new Findings(
            List.of(accuracy, teachers, entropy, follows, reached),
            List.of(
                hurts(accuracy),
                "Cho and Hariharan, ImageNet, top-1 error of a ResNet-18: alone 30.24, by ResNet-18"
                    + " 30.57, by ResNet-34 30.79, by ResNet-50 30.95 [P]: a better teacher is no better to"
                    + " learn from."),
            Nets.differs(results))
        .drawing(gap(results), following(results), softness(results), reached(results));
  }

  /** Where a teacher is worse than none, and what can be said where none is seen to be. */
  private static String hurts(Table accuracy) {
    List<String> worse =
        accuracy.lines().stream()
            .filter(Findings.Line::worse)
            .map(line -> line.row().what())
            .toList();
    return worse.isEmpty()
        ? "No teacher at any temperature leaves the student detectably worse than alone."
        : "Distillation hurts: detectably worse than alone when taught "
            + String.join("; ", worse)
            + ".";
  }

  /** The capacity gap: the student against the size of its teacher, a curve a temperature. */
  private static Figure gap(Results results) {
    Figure figure =
        Figure.of("The capacity gap", SIZE, "student's test accuracy, %", Scale.ACCURACY)
            .level("student alone", results.accuracy(first(results), "scratch").bySeed());
    for (String row : taught(results)) {
      figure =
          figure.with(bySize(results, told(row), study -> results.accuracy(study, row).bySeed()));
    }
    return figure;
  }

  /** How near a student came to its teacher, and what it was worth. */
  private static Figure following(Results results) {
    Figure figure =
        Figure.of(
                "Accuracy against distillation loss",
                "KL to the teacher on what was learnt from, nats",
                "student's test accuracy, %",
                Scale.ACCURACY)
            .level("student alone", results.accuracy(first(results), "scratch").bySeed())
            .noting("A point a teacher and T; T = 1 in the KL of all.");
    for (int planes : sizes(results.setup())) {
      Series cloud = Series.cloud(by(planes));
      for (String row : taught(results)) {
        double kl = Results.mean(results.measured(study(planes), row, "transfer.kl"));
        cloud = cloud.at(kl, told(row), results.accuracy(study(planes), row).bySeed());
      }
      figure = figure.with(cloud);
    }
    return figure;
  }

  private static Figure softness(Results results) {
    Figure figure =
        Figure.of(
            "How soft the targets are", SIZE, "entropy of the teacher's targets, nats", Scale.NATS);
    for (String t : List.of("1", "4", "20")) {
      String name = "transfer.entropy." + t;
      figure = figure.with(bySize(results, "T=" + t, study -> results.measured(study, AT_4, name)));
    }
    return figure;
  }

  private static Figure reached(Results results) {
    String nll = "transfer.student.nll";
    Figure figure =
        Figure.of(
                "What the student reaches on what it learns from",
                SIZE,
                "loss against the labels there, nats",
                Scale.NATS)
            .level("student alone", results.measured(first(results), "scratch", nll));
    for (String row : taught(results)) {
      figure = figure.with(bySize(results, told(row), study -> results.measured(study, row, nll)));
    }
    return figure;
  }

  private static Series bySize(
      Results results, String name, Function<String, SortedMap<Long, Double>> values) {
    Series curve = Series.curve(name);
    for (int planes : sizes(results.setup())) {
      curve = curve.at(planes, by(planes) + ", " + name, values.apply(study(planes)));
    }
    return curve;
  }

  private static List<String> taught(Results results) {
    return rows(results.setup()).stream().filter(row -> !row.equals("scratch")).toList();
  }

  private static String first(Results results) {
    return study(sizes(results.setup()).get(0));
  }

  private static String by(int planes) {
    return "by " + planes + " convolutions";
  }

  private static String told(String row) {
    return "T=" + row.replaceFirst(".*=", "");
  }
}
