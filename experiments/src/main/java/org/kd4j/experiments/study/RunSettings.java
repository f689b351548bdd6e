package org.kd4j.experiments.study;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.UsageException;

/**
 * Where and how a study runs. None of it changes a result but the last digits: those follow the
 * device and native tuning, which are part of what a phase is known by.
 *
 * @param dataDirectory where named sets lie; empty = {@code KD_DATA}
 * @param download whether missing sets may be fetched
 * @param store where phases are kept; empty = nothing is kept when the study is done
 * @param workers threads: trials at a time, and where trials are fewer, phases of a trial that do
 *     not need each other
 * @param device {@code cpu}, {@code gpu} or {@code gpu1}
 * @param nativeTuning whether native settings may be tuned where their checks hold
 */
public record RunSettings(
    Optional<Path> dataDirectory,
    boolean download,
    Optional<Path> store,
    int workers,
    String device,
    boolean nativeTuning) {
  /** Checks ranges. */
  public RunSettings {
    UsageException.require(workers >= 1, "workers must be at least 1, was %d", workers);
  }

  /**
   * Where named sets lie, if anybody says: these settings, else {@code KD_DATA} unless it is blank.
   *
   * @param environment variables
   */
  public Optional<Path> dataDirectory(Map<String, String> environment) {
    return dataDirectory.or(() -> named(environment.getOrDefault("KD_DATA", "").strip()));
  }

  private static Optional<Path> named(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      throw new UsageException(
          "KD_DATA must name a directory, was '" + text + "' (" + e.getReason() + ")", e);
    }
  }
}
