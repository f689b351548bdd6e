package org.kd4j.experiments.report;

/**
 * A picture of the report.
 *
 * @param css the row it belongs to; empty for all rows
 * @param title above it
 * @param svg the picture
 * @param note below it; may be empty
 */
record Chart(String css, String title, String svg, String note) {}
