package org.kd4j.experiments.catalog;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudySpec;

/**
 * What the studies of an experiment have in common, to be changed study by study.
 *
 * @param data a set and its cut
 * @param teacher the standard teacher
 * @param student the student
 * @param seeds of the trials
 * @param measure beside what all trials are measured by
 */
record Basis(
    Setup.Data data,
    NetworkPlan teacher,
    NetworkPlan student,
    List<Long> seeds,
    List<String> measure) {
  Basis(Setup.Data data, NetworkPlan teacher, NetworkPlan student, List<Long> seeds) {
    this(data, teacher, student, seeds, List.of());
  }

  Basis withTeacher(NetworkPlan plan) {
    return new Basis(data, plan, student, seeds, measure);
  }

  Basis withStudent(NetworkPlan plan) {
    return new Basis(data, teacher, plan, seeds, measure);
  }

  Basis withData(Setup.Data other) {
    return new Basis(other, teacher, student, seeds, measure);
  }

  Basis withSplit(UnaryOperator<SplitSpec> change) {
    return withData(data.with(change.apply(data.split())));
  }

  Basis measuring(String... names) {
    return new Basis(data, teacher, student, seeds, List.of(names));
  }

  /** A study of these rows, each as {@link StrategyChoice#parse} reads it. */
  StudySpec study(String name, String... rows) {
    return study(name, List.of(rows));
  }

  StudySpec study(String name, List<String> rows) {
    Stream<StrategyChoice> choices = rows.stream().map(StrategyChoice::parse);
    return new StudySpec(
        name,
        data.set(),
        data.split(),
        teacher,
        student,
        choices.toList(),
        seeds,
        Optional.empty(),
        0,
        measure);
  }
}
