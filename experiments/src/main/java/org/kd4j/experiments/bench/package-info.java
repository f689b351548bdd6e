/** Whole-process benchmarks behind the bench command. */
@NullMarked
package org.kd4j.experiments.bench;

import org.jspecify.annotations.NullMarked;
