/**
 * Values that change over a phase, as pure functions of {@linkplain org.kd4j.core.schedule.Progress
 * how far it is}: weights of loss terms, learning rates. None has state (DJL's trackers do), so a
 * phase can be resumed, repeated and shared.
 */
@NullMarked
package org.kd4j.core.schedule;

import org.jspecify.annotations.NullMarked;
