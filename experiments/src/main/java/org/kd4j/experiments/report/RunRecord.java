package org.kd4j.experiments.report;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;

/**
 * What a run leaves on record: what was asked, where and by what it ran, and everything that came
 * out. It is {@code run.json}, and the report can be made from it again.
 *
 * @param schema version of this form
 * @param status how it stands
 * @param started when
 * @param ended when; empty while it runs
 * @param commandLine as typed
 * @param versions kd4j, Java, the engine …
 * @param machine operating system, processor, memory
 * @param settings threads, workers, device …: how it ran
 * @param configHash SHA-256 of {@code config.yaml}
 * @param study the study and its trials, so far
 */
public record RunRecord(
    int schema,
    Status status,
    Instant started,
    Optional<Instant> ended,
    List<String> commandLine,
    SortedMap<String, String> versions,
    SortedMap<String, String> machine,
    SortedMap<String, String> settings,
    String configHash,
    StudyResult study) {
  /** The schema that is written, and read. */
  public static final int SCHEMA = 2;

  /** How a run stands. */
  public enum Status {
    /** It runs, or was killed. */
    RUNNING,
    /** All trials are done. */
    COMPLETED,
    /** Some or all trials failed. */
    FAILED,
    /** It was stopped from outside. */
    INTERRUPTED
  }

  /** Copies. */
  public RunRecord {
    commandLine = List.copyOf(commandLine);
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    machine = Collections.unmodifiableSortedMap(new TreeMap<>(machine));
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /**
   * The record of a run that starts now, on this machine.
   *
   * @param commandLine as typed
   * @param versions of the engine and what else it does not know; kd4j's and Java's it adds
   * @param settings threads, workers, device …
   * @param config the text of {@code config.yaml}
   * @param spec what is asked
   * @return a record without trials
   */
  public static RunRecord starting(
      List<String> commandLine,
      Map<String, String> versions,
      Map<String, String> settings,
      String config,
      StudySpec spec) {
    SortedMap<String, String> all = new TreeMap<>(Machine.versions());
    all.putAll(versions);
    return new RunRecord(
        SCHEMA,
        Status.RUNNING,
        Instant.now(),
        Optional.empty(),
        commandLine,
        all,
        Machine.facts(),
        new TreeMap<>(settings),
        Fingerprint.ofText(config).hex(),
        new StudyResult(spec, List.of(), List.of(), List.of(), Optional.empty(), 0));
  }

  /**
   * The same, going on with a run that was: begun when it was, by its command line, with what it
   * recorded.
   */
  public RunRecord goingOnWith(RunRecord before) {
    return new RunRecord(
        schema,
        status,
        before.started,
        ended,
        before.commandLine,
        versions,
        machine,
        settings,
        configHash,
        before.study);
  }

  /** The same, with what came out so far. */
  public RunRecord with(StudyResult result) {
    return new RunRecord(
        schema,
        status,
        started,
        ended,
        commandLine,
        versions,
        machine,
        settings,
        configHash,
        result);
  }

  /** The same, ended now. */
  public RunRecord ended(Status how) {
    return new RunRecord(
        schema,
        how,
        started,
        Optional.of(Instant.now()),
        commandLine,
        versions,
        machine,
        settings,
        configHash,
        study);
  }
}
