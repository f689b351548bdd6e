package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.study.StudyResult;

/**
 * The comparison as aligned text for a terminal, with what it comes to in words and a line that
 * says what its signs mean.
 */
public final class TerminalTable {
  private static final List<String> HEAD =
      List.of(
          "strategy", "accuracy %", "points vs scratch", "p", "errors", "ECE", "params", "train");

  private static final String GAP = "  ";

  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private static final String BESIDE = "  with ";

  private TerminalTable() {}

  /**
   * The table.
   *
   * @param result the study
   * @param ansi whether the terminal takes colours: best row bold, teacher dim
   * @return lines, each ended by {@code \n}
   */
  public static String render(StudyResult result, boolean ansi) {
    Summary summary = Summary.of(result);
    List<Summary.Row> rows = summary.lines();
    boolean wide = wide(rows);
    List<List<String>> lines = new ArrayList<>(List.of(HEAD));
    rows.forEach(row -> lines.add(cells(row, wide)));
    int[] widths = widths(lines);
    StringBuilder text = new StringBuilder(style(aligned(HEAD, widths), DIM, ansi)).append('\n');
    double best = summary.best().map(row -> row.accuracy().value()).orElse(Double.NaN);
    for (int i = 0; i < rows.size(); i++) {
      Summary.Row row = rows.get(i);
      String line = aligned(lines.get(i + 1), widths);
      if (!row.kind().compared()) {
        line = style(line, DIM, ansi);
      } else if (row.accuracy().value() == best) {
        line = style(line, BOLD, ansi);
      }
      text.append(line).append('\n');
      if (wide && !row.choice().options().isEmpty()) {
        text.append("  ").append(row.choice().optionsText()).append('\n');
      }
    }
    Verdicts.of(summary).forEach(line -> text.append(Lines.wrapped(line)).append('\n'));
    Unlearnt.of(result).ifPresent(line -> text.append(Lines.wrapped(line)).append('\n'));
    return text.append(style(legend(summary), DIM, ansi)).append('\n').toString();
  }

  /** What ± and p are, over how many seeds. */
  static String legend(Summary summary) {
    String seeds = Numbers.several(summary.seeds(), "seed");
    if (summary.seeds() == 1) {
      return seeds + ": no interval, no test, no statement";
    }
    String interval = seeds + "; ± is the half-width of the 95 % interval";
    if (summary.baseline().isEmpty()) {
      return interval + "; without a scratch row there is nothing to compare with";
    }
    interval += "; differences are paired by seed; ";
    return summary.comparisons() == 0
        ? interval + "none could be tested"
        : interval
            + "p is Holm-corrected over "
            + Numbers.several(summary.comparisons(), "comparison");
  }

  /** Whether options need lines of their own. */
  private static boolean wide(List<Summary.Row> rows) {
    List<List<String>> lines = new ArrayList<>(List.of(HEAD));
    rows.forEach(row -> lines.add(cells(row, false)));
    return IntStream.of(widths(lines)).sum() + GAP.length() * (HEAD.size() - 1) > Lines.COLUMNS;
  }

  private static int[] widths(List<List<String>> lines) {
    return IntStream.range(0, HEAD.size())
        .map(c -> lines.stream().mapToInt(line -> Lines.width(line.get(c))).max().orElse(0))
        .toArray();
  }

  private static List<String> cells(Summary.Row row, boolean wide) {
    Optional<PairedDifference> difference = row.difference();
    String versus =
        switch (row.kind()) {
          case REFERENCE -> "(teacher)";
          case BESIDE -> "";
          case BASELINE -> "(baseline)";
          case COMPARED -> difference.map(d -> Numbers.points(d.mean())).orElse(Numbers.NONE);
        };
    return List.of(
        (row.kind() == Summary.Kind.BESIDE ? BESIDE : "")
            + (wide ? row.choice().strategy() : row.choice().toString()),
        Numbers.percent(row.accuracy()),
        versus,
        Numbers.p(row.holm()),
        Numbers.fixed("%.1f", row.errors()),
        Numbers.fixed("%.3f", row.ece()),
        Numbers.count(row.parameters()),
        Numbers.seconds(row.trainSeconds()));
  }

  /** The first column to the left, the others to the right. */
  private static String aligned(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            c -> {
              String gap = " ".repeat(widths[c] - Lines.width(cells.get(c)));
              return c == 0 ? cells.get(c) + gap : gap + cells.get(c);
            })
        .collect(Collectors.joining(GAP));
  }

  private static String style(String line, String style, boolean ansi) {
    return ansi ? style + line + PLAIN : line;
  }
}
