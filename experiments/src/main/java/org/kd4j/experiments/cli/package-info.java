/**
 * The command line: picocli commands, nothing but parsing and printing. Start reading at {@code
 * Kd}; each command is one small class, and what several share is a group of flags ({@code
 * StudyFlags}, {@code RunFlags}, {@code OutFlags}) or a step ({@code StudyRun}).
 *
 * <p>Results go to stdout, all the rest to stderr. A command exits with 0 when all is well, with 1
 * when a run failed, with 2 when usage, configuration or input was refused; an error is one
 * message, with {@code -v} the trace as well. Values of a study are not read here but by {@link
 * org.kd4j.experiments.study.StudyDraft}, so that a flag, a file and an override are refused in the
 * same words.
 */
@NullMarked
package org.kd4j.experiments.cli;

import org.jspecify.annotations.NullMarked;
