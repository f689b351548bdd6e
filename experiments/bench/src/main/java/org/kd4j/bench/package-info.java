/** Benchmarks, by JMH, of the kernels that a training step is made of. */
@NullMarked
package org.kd4j.bench;

import org.jspecify.annotations.NullMarked;
