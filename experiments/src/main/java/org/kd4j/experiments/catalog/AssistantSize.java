package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Figure;
import org.kd4j.experiments.report.Figure.Series;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.report.Scores;
import org.kd4j.experiments.study.StudySpec;

/**
 * One assistant of 4, 6 or 8 convolutions between a teacher of 10 and a student of 2, beside no
 * assistant and the student alone; and how far each assistant's accuracy is from halfway between
 * teacher and student, where the paper expects the best one.
 */
public final class AssistantSize implements Experiment {
  private static final String SIZE = "assistant's convolutions";

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new AssistantSize());
  }

  @Override
  public String name() {
    return "assistant-size";
  }

  @Override
  public String summary() {
    return "Mirzadeh et al. 2020: the best size of one assistant, and how far it is from the"
        + " halfway accuracy";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    List<String> rows = new ArrayList<>(List.of("scratch", "assistant sizes=none"));
    sizes(setup).forEach(planes -> rows.add(row(setup, planes)));
    return List.of(Nets.planes(setup).study(name(), rows));
  }

  private static List<Integer> sizes(Setup setup) {
    return setup.pick(List.of(4), List.of(8, 6, 4), List.of(8, 6, 4));
  }

  private static String row(Setup setup, int planes) {
    return "assistant sizes=" + Nets.planes(setup, planes);
  }

  @Override
  public Findings findings(Results results) {
    Setup setup = results.setup();
    Scores alone = results.accuracy(name(), "scratch");
    SortedMap<Long, Double> teacher = results.teacher(name(), Measures::accuracy);
    Table accuracy =
        Table.of("student of 2 convolutions: test accuracy, %", Scale.ACCURACY)
            .row("teacher, 10 convolutions", "", teacher)
            .row("alone", "70.16 [P]", alone)
            .row(
                "no assistant",
                "72.57 [P]",
                results.accuracy(name(), "assistant sizes=none"),
                "alone");
    Table halfway =
        Table.of("assistant's accuracy above the halfway accuracy, points", Scale.SHARE);
    Map<String, SortedMap<Long, Double>> chosen = new LinkedHashMap<>();
    chosen.put("student without assistant", results.validation(name(), "assistant sizes=none"));
    Series students = Series.curve("student taught by the assistant");
    Series assistants = Series.curve("assistant");
    for (int planes : sizes(setup)) {
      String row = row(setup, planes);
      String what = "assistant of " + planes;
      String paper = planes == 4 ? "73.51 [P]" : "";
      accuracy = accuracy.row(what, paper, results.accuracy(name(), row), "no assistant");
      SortedMap<Long, Double> above =
          Findings.minus(
              results.of(name(), row, AssistantSize::assistant), halfway(teacher, alone.bySeed()));
      halfway = halfway.row(what, "", above);
      students = students.at(planes, what, results.accuracy(name(), row).bySeed());
      assistants = assistants.at(planes, what, results.of(name(), row, AssistantSize::assistant));
      chosen.put(what, results.validation(name(), row));
    }
    List<String> notes = new ArrayList<>(List.of(Nets.CONTRADICTION));
    Results.highest(chosen).ifPresent(best -> notes.add("Validation prefers the " + best + "."));
    Figure student =
        Figure.of("Student", SIZE, "test accuracy, %", Scale.ACCURACY)
            .with(students)
            .level("student alone", alone.bySeed())
            .level("no assistant", results.accuracy(name(), "assistant sizes=none").bySeed());
    Figure between =
        Figure.of("Assistant", SIZE, "test accuracy, %", Scale.ACCURACY)
            .with(assistants)
            .level("halfway", halfway(teacher, alone.bySeed()));
    return new Findings(List.of(accuracy, halfway), notes, Nets.differs(results))
        .drawing(student, between);
  }

  private static SortedMap<Long, Double> halfway(
      SortedMap<Long, Double> teacher, SortedMap<Long, Double> alone) {
    SortedMap<Long, Double> halfway = new TreeMap<>();
    teacher.forEach(
        (seed, accuracy) ->
            halfway.put(seed, 0.5 * accuracy + 0.5 * alone.getOrDefault(seed, Double.NaN)));
    return halfway;
  }

  /** The accuracy of a trial's one assistant. */
  private static double assistant(org.kd4j.experiments.study.TrialResult trial) {
    return trial.others().entrySet().stream()
        .filter(e -> e.getKey().startsWith("assistant/"))
        .mapToDouble(e -> e.getValue().accuracy())
        .findFirst()
        .orElse(Double.NaN);
  }
}
