package org.kd4j.core.strategy;

import java.util.Map;

/**
 * What {@code kd strategies NAME} tells of a strategy.
 *
 * @param summary one line
 * @param formula the objective, in plain text
 * @param options what each option means, by name; every component of the options record
 * @param paper authors, title, venue, year
 * @param bibtex the entry to cite
 */
public record Description(
    String summary, String formula, Map<String, String> options, String paper, String bibtex) {}
