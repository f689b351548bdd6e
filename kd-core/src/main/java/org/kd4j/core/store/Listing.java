package org.kd4j.core.store;

import java.time.Instant;
import org.kd4j.core.base.Fingerprint;

/**
 * An entry of a store, for people who look at it or make room in it.
 *
 * @param kind what it holds
 * @param key its fingerprint
 * @param label what it was published as
 * @param finished false for the checkpoint of a phase without a result: one that runs, or was
 *     stopped and goes on from there
 * @param bytes its size on disk
 * @param used when it was last read or written
 */
public record Listing(
    Store.Kind kind, Fingerprint key, String label, boolean finished, long bytes, Instant used) {}
