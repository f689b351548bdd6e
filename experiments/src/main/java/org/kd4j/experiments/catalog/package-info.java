/** Experiment classes, one file each, with a main for the Run arrow. */
@NullMarked
package org.kd4j.experiments.catalog;

import org.jspecify.annotations.NullMarked;
