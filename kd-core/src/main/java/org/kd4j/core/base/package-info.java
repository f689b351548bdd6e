/**
 * The ground every floor stands on: {@linkplain org.kd4j.core.base.Draws random draws} that are
 * pure functions, {@linkplain org.kd4j.core.base.Fingerprint fingerprints} of values, and errors
 * that tell the way out, and {@linkplain org.kd4j.core.base.SafeTensors files} of named arrays.
 * Knows nothing of the engine's.
 *
 * <p>Not in the first sketch of the house: data and networks already need fingerprints and draws,
 * so these could not live upstairs in the store.
 */
@NullMarked
package org.kd4j.core.base;

import org.jspecify.annotations.NullMarked;
