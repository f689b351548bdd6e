package org.kd4j.experiments.study;

import java.nio.file.Path;
import java.util.Optional;
import org.kd4j.core.base.UsageException;

/**
 * Where and how a study runs; none of it changes a result.
 *
 * @param dataDirectory where named sets lie; empty = {@code KD_DATA}
 * @param download whether missing sets may be fetched
 * @param store where phases are kept; empty = train everything
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
}
