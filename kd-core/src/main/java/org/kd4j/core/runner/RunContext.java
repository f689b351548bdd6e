package org.kd4j.core.runner;

import ai.djl.Device;
import java.util.List;
import java.util.OptionalLong;
import org.kd4j.core.store.Store;

/**
 * Where a trial runs.
 *
 * @param store where results of phases are kept
 * @param device networks live on
 * @param environment what else decides bits: engine version, processor, threads
 * @param teacherSeed one seed for the standard teacher under all trials; empty = the trial's own
 * @param listener who watches
 * @param workers who may help with phases that do not need each other; shared by the trials of a
 *     study
 */
public record RunContext(
    Store store,
    Device device,
    List<String> environment,
    OptionalLong teacherSeed,
    RunListener listener,
    Workers workers) {
  /** Where a trial runs on its own: one phase after the other, in its own thread. */
  public RunContext(
      Store store,
      Device device,
      List<String> environment,
      OptionalLong teacherSeed,
      RunListener listener) {
    this(store, device, environment, teacherSeed, listener, new Workers(1));
  }
}
