/**
 * What a study leaves behind: the {@linkplain org.kd4j.experiments.report.Summary comparison}, the
 * table on the terminal, CSV, the {@linkplain org.kd4j.experiments.report.RunDirectory run
 * directory} and the {@linkplain org.kd4j.experiments.report.HtmlReport report page}. Charts are a
 * few classes that write SVG: the chart libraries there are draw text as outlines and know nothing
 * of a page's dark colours.
 */
@NullMarked
package org.kd4j.experiments.report;

import org.jspecify.annotations.NullMarked;
