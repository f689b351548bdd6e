/**
 * The way in from Java: {@link org.kd4j.experiments.Comparison} compares strategies in a few lines,
 * without the command line. Below it: {@code cli} → {@code report} → {@code study} → {@code
 * statistics}; experiments of the field's papers are in {@code catalog}.
 */
@NullMarked
package org.kd4j.experiments;

import org.jspecify.annotations.NullMarked;
