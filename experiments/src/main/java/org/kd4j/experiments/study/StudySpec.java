package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.phase.Feed;

/**
 * A comparison, completely: what {@code config.yaml} holds.
 *
 * @param name what people call it
 * @param data for example {@code mnist} or {@code csv:digits.csv,label=digit}
 * @param split how the data is cut
 * @param teacher the standard teacher
 * @param student the student
 * @param strategies the rows, at least one
 * @param seeds trial seeds, at least one; rows are paired by them
 * @param teacherSeed one seed for the teacher under all trials; empty = each trial's own
 * @param checkpointEverySteps steps between checkpoints within an epoch; 0 = at its end
 * @param measure what is measured of a trial's networks beside what all trials are measured by, by
 *     name: see {@link Measurement}
 * @param cacheMegabytes up to which size what the student's guides say, logits and the features
 *     that are read, is computed once and not at each step; 0 = never
 */
public record StudySpec(
    String name,
    String data,
    SplitSpec split,
    NetworkPlan teacher,
    NetworkPlan student,
    List<StrategyChoice> strategies,
    List<Long> seeds,
    Optional<Long> teacherSeed,
    int checkpointEverySteps,
    List<String> measure,
    Integer cacheMegabytes) {
  /** Checks the lists. */
  public StudySpec {
    strategies = List.copyOf(strategies);
    seeds = List.copyOf(seeds);
    measure = measure == null ? List.of() : List.copyOf(measure); // records of before it
    measure.forEach(Measurement::named);
    cacheMegabytes = cacheMegabytes == null ? Feed.CACHE : cacheMegabytes; // likewise
    UsageException.require(!strategies.isEmpty(), "a study compares at least one strategy");
    UsageException.require(student.epochs() >= 1, "a student is trained, for 1 epoch or more");
    UsageException.require(!seeds.isEmpty(), "a study needs at least one seed");
    UsageException.require(
        strategies.stream().distinct().count() == strategies.size(),
        "a study names a strategy with the same options twice: %s",
        strategies);
  }

  /** A study with nothing more measured. */
  public StudySpec(
      String name,
      String data,
      SplitSpec split,
      NetworkPlan teacher,
      NetworkPlan student,
      List<StrategyChoice> strategies,
      List<Long> seeds,
      Optional<Long> teacherSeed,
      int checkpointEverySteps) {
    this(
        name,
        data,
        split,
        teacher,
        student,
        strategies,
        seeds,
        teacherSeed,
        checkpointEverySteps,
        List.of());
  }

  /** A study with the usual limit of what is computed once. */
  public StudySpec(
      String name,
      String data,
      SplitSpec split,
      NetworkPlan teacher,
      NetworkPlan student,
      List<StrategyChoice> strategies,
      List<Long> seeds,
      Optional<Long> teacherSeed,
      int checkpointEverySteps,
      List<String> measure) {
    this(
        name,
        data,
        split,
        teacher,
        student,
        strategies,
        seeds,
        teacherSeed,
        checkpointEverySteps,
        measure,
        Feed.CACHE);
  }

  /** The same study under another name. */
  public StudySpec withName(String other) {
    return with(other, student, strategies, seeds);
  }

  /** The same study of other rows. */
  public StudySpec withStrategies(List<StrategyChoice> rows) {
    return with(name, student, rows, seeds);
  }

  /** The same study of other rows, with another plan for the student, over other seeds. */
  StudySpec with(NetworkPlan other, List<StrategyChoice> rows, List<Long> over) {
    return with(name, other, rows, over);
  }

  private StudySpec with(
      String called, NetworkPlan other, List<StrategyChoice> rows, List<Long> over) {
    return new StudySpec(
        called,
        data,
        split,
        teacher,
        other,
        rows,
        over,
        teacherSeed,
        checkpointEverySteps,
        measure,
        cacheMegabytes);
  }
}
