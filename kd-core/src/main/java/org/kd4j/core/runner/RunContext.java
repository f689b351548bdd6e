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
 */
public record RunContext(
    Store store,
    Device device,
    List<String> environment,
    OptionalLong teacherSeed,
    RunListener listener) {}
