/**
 * What a researcher implements: a {@linkplain org.kd4j.core.strategy.DistillationStrategy strategy}
 * is ordinary Java that runs phases in a {@linkplain org.kd4j.core.strategy.DistillationSession
 * session} on a {@linkplain org.kd4j.core.strategy.Task task}. There is no way to the test split
 * from here.
 */
@NullMarked
package org.kd4j.core.strategy;

import org.jspecify.annotations.NullMarked;
