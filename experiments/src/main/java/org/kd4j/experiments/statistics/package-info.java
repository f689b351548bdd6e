/** Means with intervals, paired differences, correction for several comparisons. */
@NullMarked
package org.kd4j.experiments.statistics;

import org.jspecify.annotations.NullMarked;
