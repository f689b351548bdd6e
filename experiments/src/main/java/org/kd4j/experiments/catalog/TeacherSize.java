package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.evaluation.Measures;
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
    String first = study(sizes(setup).get(0));
    Table accuracy =
        Table.of("student of 2 convolutions: test accuracy, %", Scale.ACCURACY)
            .row(ALONE, "", results.accuracy(first, "scratch"));
    Table teachers = Table.of("teachers: test accuracy, %", Scale.ACCURACY);
    Table entropy = Table.of("entropy of the teacher's targets at T = 4, nats", Scale.NATS);
    Table follows = Table.of("KL to the teacher on what was learnt from, nats", Scale.NATS);
    Table reached =
        Table.of("loss against the labels of what was learnt from, nats", Scale.NATS)
            .row(ALONE, "", results.measured(first, "scratch", "transfer.student.nll"));
    for (int planes : sizes(setup)) {
      String study = study(planes);
      String by = "by " + planes + " convolutions";
      teachers = teachers.row(by, "", results.teacher(study, Measures::accuracy));
      for (String row : rows(setup)) {
        if (!row.equals("scratch")) {
          String what = by + ", T=" + row.replaceFirst(".*=", "");
          accuracy = accuracy.row(what, "", results.accuracy(study, row), ALONE);
        }
      }
      entropy = entropy.row(by, "", results.measured(study, AT_4, "transfer.entropy.4"));
      follows = follows.row(by, "", results.measured(study, AT_4, "transfer.kl"));
      reached = reached.row(by, "", results.measured(study, AT_4, "transfer.student.nll"), ALONE);
    }
    return new Findings(
        List.of(accuracy, teachers, entropy, follows, reached),
        List.of(
            "Cho and Hariharan, ImageNet, top-1 error of a ResNet-18: alone 30.24, by ResNet-18"
                + " 30.57, by ResNet-34 30.79, by ResNet-50 30.95: a better teacher is no better to"
                + " learn from."),
        Nets.differs(results));
  }
}
