/**
 * Studies: strategies × options × seeds on a task, planned as trials, run on workers, gathered as a
 * {@linkplain org.kd4j.experiments.study.StudyResult result}. Start reading at {@link
 * org.kd4j.experiments.study.StudySpec}; {@link org.kd4j.experiments.study.StudyYaml} says how one
 * is written, {@link org.kd4j.experiments.study.Defaults} what holds where nothing is said.
 */
@NullMarked
package org.kd4j.experiments.study;

import org.jspecify.annotations.NullMarked;
