package org.kd4j.experiments.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kd4j.experiments.study.StrategyChoice;

/**
 * Colours of the rows, as classes of the page's style: grey for the baseline, eight hues for the
 * others, then the same again, dashed. The same row has the same colour all over the page, and a
 * class of its own, {@code r0} for the first, by which a reader hides it.
 */
final class Palette {
  private static final int HUES = 8;

  private Palette() {}

  static Map<StrategyChoice, String> of(Summary summary) {
    Map<StrategyChoice, String> css = new LinkedHashMap<>();
    int next = 0;
    int place = 0;
    for (Summary.Row row : summary.rows()) {
      if (row.kind() == Summary.Kind.BASELINE) {
        css.put(row.choice(), "base r" + place);
      } else {
        css.put(
            row.choice(),
            "hue" + next % HUES + (next / HUES % 2 == 1 ? " dashed" : "") + " r" + place);
        next++;
      }
      place++;
    }
    return css;
  }
}
