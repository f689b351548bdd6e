/** The command line: picocli commands, nothing but parsing and printing. */
@NullMarked
package org.kd4j.experiments.cli;

import org.jspecify.annotations.NullMarked;
