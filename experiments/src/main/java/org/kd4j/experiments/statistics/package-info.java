/**
 * What numbers over seeds, test samples and tasks say, and what they do not.
 *
 * <ul>
 *   <li>Of one row: {@link org.kd4j.experiments.statistics.Mean}, with its interval.
 *   <li>Of two, paired by seed: {@link org.kd4j.experiments.statistics.PairedDifference}, from
 *       which the rest is had: t-test, effect size, smallest detectable difference, seeds needed,
 *       and from 8 seeds on signed-rank test and bootstrap interval.
 *   <li>Of all rows of a study: {@link org.kd4j.experiments.statistics.Holm} corrects, {@link
 *       org.kd4j.experiments.statistics.Verdict} says it in words. Start reading there.
 *   <li>Of rows over tasks, from 5 on: {@link org.kd4j.experiments.statistics.Friedman}, then
 *       {@link org.kd4j.experiments.statistics.Nemenyi}.
 * </ul>
 */
@NullMarked
package org.kd4j.experiments.statistics;

import org.jspecify.annotations.NullMarked;
