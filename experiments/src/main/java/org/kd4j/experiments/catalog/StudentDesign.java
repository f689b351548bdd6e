package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/**
 * One teacher and students of about a quarter of its multiply-adds: the teacher slimmed in width,
 * MobileNet, ShuffleNet and a plain network; and the teacher slimmed in depth, which costs half,
 * and quantised, which has all of its multiply-adds in four bits. Each alone and taught, and those
 * that have layers of the teacher's also started from them.
 */
public final class StudentDesign implements Experiment {
  private static final String BEGUN = "offline hardWeight=1 softWeight=0 start=teacher";
  private static final String BEGUN_TAUGHT = "offline start=teacher";

  private static final String PLAIN = "cnn";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new StudentDesign());
  }

  @Override
  public String name() {
    return "student-design";
  }

  @Override
  public String summary() {
    return "What a student should be at a given cost: slimmed, quantised, a network made to be"
        + " cheap";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    NetworkPlan teacher =
        Nets.convolutional(
            setup, setup.pick("resnet:8,width=0.25", "resnet:14,width=0.5", "resnet:56"));
    List<StudySpec> studies = new ArrayList<>();
    students(setup)
        .forEach(
            (study, network) ->
                studies.add(
                    new Basis(
                            setup.photographs(1000),
                            teacher,
                            Nets.convolutional(setup, network),
                            setup.seeds(5))
                        .withSplit(s -> s.withValidation(setup.pick(100, 500, 5000)))
                        .study(study, rows(network))));
    return studies;
  }

  private static List<String> rows(String network) {
    return hasLayersOfTheTeachers(network)
        ? List.of("scratch", "offline", BEGUN, BEGUN_TAUGHT)
        : List.of("scratch", "offline");
  }

  /** Those of another width or make have none they could start from. */
  static boolean hasLayersOfTheTeachers(String network) {
    return network.startsWith("quantised(") || network.contains("width=1,");
  }

  /** Networks by the study's name. */
  static Map<String, String> students(Setup setup) {
    Map<String, String> students = new LinkedHashMap<>();
    students.put("slim-width", "slim(teacher,width=0.5,layers=1)");
    students.put("quantised-4-bits", "quantised(teacher,bits=4)");
    if (setup.budget() == Budget.SMOKE) {
      return students;
    }
    students.put("slim-layers", "slim(teacher,width=1,layers=0.5)");
    boolean quick = setup.budget() == Budget.QUICK;
    students.put("mobilenet", quick ? "mobilenet:0.22,repeats=1" : "mobilenet:1,repeats=1");
    students.put("shufflenet", quick ? "shufflenet:0.18" : "shufflenet:0.85");
    students.put(PLAIN, quick ? "cnn:4,share=0.5" : "cnn:10,share=0.66");
    return students;
  }

  /** Designs of about as many multiply-adds against the plain network, paired by seed. */
  private static Table atEqualCost(Results results, String row, String how) {
    Table table =
        Table.of("at equal cost, " + how + ": test accuracy, %", Scale.ACCURACY)
            .family("test accuracy")
            .row(PLAIN, "", results.accuracy(PLAIN, row));
    for (Map.Entry<String, String> student : students(results.setup()).entrySet()) {
      boolean dearer = hasLayersOfTheTeachers(student.getValue());
      if (!dearer && !student.getKey().equals(PLAIN)) {
        table = table.row(student.getKey(), "", results.accuracy(student.getKey(), row), PLAIN);
      }
    }
    return table;
  }

  @Override
  public Findings findings(Results results) {
    Table accuracy =
        Table.of("test accuracy, %", Scale.ACCURACY)
            .family("test accuracy")
            .row(
                "teacher",
                "",
                results.teacher("slim-width", org.kd4j.core.evaluation.Measures::accuracy));
    Table work = Table.of("thousand multiply-adds a sample", Scale.NUMBER);
    Table parameters = Table.of("thousand parameters", Scale.NUMBER);
    for (String student : students(results.setup()).keySet()) {
      String taught = student + ", taught";
      accuracy =
          accuracy
              .row(student, "", results.accuracy(student, "scratch"))
              .row(taught, "", results.accuracy(student, "offline"), student);
      if (hasLayersOfTheTeachers(students(results.setup()).get(student))) {
        String begun = student + ", started from the teacher's layers";
        accuracy =
            accuracy
                .row(begun, "", results.accuracy(student, BEGUN), student)
                .row(begun + ", taught", "", results.accuracy(student, BEGUN_TAUGHT), begun);
      }
      work =
          work.row(
              student,
              "",
              results.of(student, "scratch", t -> t.complexity().multiplyAdds() / 1000.0));
      parameters =
          parameters.row(
              student,
              "",
              results.of(student, "scratch", t -> t.complexity().parameters() / 1000.0));
    }
    List<Table> tables = new ArrayList<>(List.of(accuracy));
    if (students(results.setup()).containsKey(PLAIN)) {
      tables.add(atEqualCost(results, "scratch", "alone"));
      tables.add(atEqualCost(results, "offline", "taught"));
    }
    Table latency = Table.of("milliseconds for one image on this CPU", Scale.NUMBER);
    for (String student : students(results.setup()).keySet()) {
      latency =
          latency.row(student, "", results.of(student, "scratch", TrialResult::latencyMillis));
    }
    tables.addAll(List.of(work, parameters, latency));
    return new Findings(
        tables,
        List.of(),
        Nets.differs(results)
            + " Multiply-adds are about equal but for slim-layers, as wide as the teacher so that"
            + " it can start from its layers, and quantised-4-bits, where each is of four bits.");
  }
}
