package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kd4j.experiments.statistics.Interval;
import org.kd4j.experiments.statistics.PairedDifference;

/** Findings as text for a terminal, Markdown, LaTeX and CSV. */
public final class FindingsText {

  /** Marks a paper's number that nobody has read again. */
  private static final String REMEMBERED = "[P]";

  private FindingsText() {}

  /**
   * A table as texts.
   *
   * @param title of it
   * @param head names of the columns
   * @param rows cells, as many as names
   */
  record Cells(String title, List<String> head, List<List<String>> rows) {}

  static Cells table(Findings findings, Findings.Table table) {
    List<List<String>> rows = rows(findings, table);
    return new Cells(table.title(), rows.get(0), rows.subList(1, rows.size()));
  }

  /** Aligned text. */
  public static String plain(Findings findings) {
    StringBuilder text = new StringBuilder();
    for (Findings.Table table : findings.tables()) {
      List<List<String>> rows = rows(findings, table);
      int[] widths =
          IntStream.range(0, rows.get(0).size())
              .map(c -> rows.stream().mapToInt(r -> Lines.width(r.get(c))).max().orElse(0))
              .toArray();
      text.append(table.title()).append('\n');
      for (List<String> row : rows) {
        String line =
            IntStream.range(0, row.size())
                .mapToObj(
                    c -> {
                      String gap = " ".repeat(widths[c] - Lines.width(row.get(c)));
                      boolean left = c == 0 || c == row.size() - 1;
                      return left ? row.get(c) + gap : gap + row.get(c);
                    })
                .collect(Collectors.joining("  "));
        text.append("  ").append(line.stripTrailing()).append('\n');
      }
      text.append('\n');
    }
    findings.notes().forEach(note -> text.append(Lines.wrapped(note)).append('\n'));
    text.append(Lines.wrapped(legend(findings))).append('\n');
    return text.append(Lines.wrapped("What differs: " + findings.differs()))
        .append('\n')
        .toString();
  }

  /** Markdown: tables, then a list of notes, then what differs. */
  public static String markdown(Findings findings) {
    StringBuilder text = new StringBuilder();
    for (Findings.Table table : findings.tables()) {
      text.append("**").append(table.title()).append("**\n\n");
      List<List<String>> rows = rows(findings, table);
      for (int i = 0; i < rows.size(); i++) {
        text.append(
            rows.get(i).stream()
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n")));
        if (i == 0) {
          text.append("| --- | ---: | ---: | ---: | --- |\n");
        }
      }
      text.append('\n');
    }
    findings.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    text.append(findings.notes().isEmpty() ? "" : "\n").append(legend(findings)).append("\n\n");
    return text.append("What differs: ").append(findings.differs()).append('\n').toString();
  }

  /** A LaTeX tabular for each table, what differs as a comment; needs the package booktabs. */
  public static String latex(Findings findings) {
    StringBuilder text = new StringBuilder();
    text.append("% ").append(legend(findings)).append('\n');
    text.append("% What differs: ").append(findings.differs()).append('\n');
    for (Findings.Table table : findings.tables()) {
      List<List<String>> rows = rows(findings, table);
      text.append("\n% ").append(table.title()).append('\n');
      text.append("\\begin{tabular}{lrrrl}\n\\toprule\n");
      for (int i = 0; i < rows.size(); i++) {
        text.append(TextTables.line(rows.get(i))).append(i == 0 ? "\\midrule\n" : "");
      }
      text.append("\\bottomrule\n\\end{tabular}\n");
    }
    return text.toString();
  }

  /**
   * A line per row, numbers in full, {@code values} as seed=value; signed ranks and the BCa
   * interval over seeds from 8 pairs on, the interval over test samples where it is known which of
   * them both rows had right.
   */
  public static String csv(Findings findings) {
    StringBuilder text =
        new StringBuilder(
            "table,row,paper,mean,half_width,seeds,against,difference,p,p_holm,effect_size,detectable,seeds_needed,verdict,values,wilcoxon_p,bca_low,bca_high,test_samples_low,test_samples_high\n");
    for (Findings.Table table : findings.tables()) {
      for (Findings.Line line : findings.lines(table)) {
        List<String> cells = new ArrayList<>();
        cells.add(table.title());
        cells.add(line.row().what());
        cells.add(line.row().paper());
        cells.add(number(line.ours().value()));
        cells.add(number(line.ours().halfWidth()));
        cells.add(String.valueOf(line.ours().n()));
        cells.add(line.row().against().orElse(""));
        cells.add(number(line.difference().map(d -> d.mean().value()).orElse(Double.NaN)));
        cells.add(number(line.difference().map(PairedDifference::p).orElse(Double.NaN)));
        cells.add(number(line.holm()));
        cells.add(number(line.effectSize()));
        cells.add(number(line.detectable()));
        cells.add(number(line.seedsNeeded()));
        cells.add(line.verdict());
        cells.add(
            line.row().values().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" ")));
        cells.add(number(line.signedRankP()));
        cells.add(number(line.bootstrap().low()));
        cells.add(number(line.bootstrap().high()));
        Interval overTestSamples = line.overTestSamples();
        cells.add(number(overTestSamples.low()));
        cells.add(number(overTestSamples.high()));
        text.append(
            cells.stream()
                .map(c -> c.matches("(?s).*[\",\n].*") ? '"' + c.replace("\"", "\"\"") + '"' : c)
                .collect(Collectors.joining(",", "", "\n")));
      }
    }
    return text.toString();
  }

  private static List<List<String>> rows(Findings findings, Findings.Table table) {
    List<String> head = List.of("", "paper", "ours", table.over(), "verdict");
    List<List<String>> rows = new ArrayList<>(List.of(head));
    for (Findings.Line line : findings.lines(table)) {
      String paper = line.row().paper();
      rows.add(
          List.of(
              line.row().what(),
              paper.isEmpty() ? Numbers.NONE : paper,
              table.scale().told(line.ours()),
              String.valueOf(line.ours().n()),
              line.verdict().isEmpty() ? Numbers.NONE : line.verdict()));
    }
    return rows;
  }

  static String legend(Findings findings) {
    boolean several =
        findings.tables().stream()
            .flatMap(t -> t.rows().stream())
            .anyMatch(r -> r.values().size() > 1);
    String others =
        findings.tables().stream()
            .map(Findings.Table::over)
            .filter(over -> !over.equals(Findings.SEEDS))
            .distinct()
            .map(over -> ", over " + over + " where a column counts " + over)
            .collect(Collectors.joining());
    String tags =
        findings.tables().stream()
                    .flatMap(t -> t.rows().stream())
                    .anyMatch(r -> r.paper().contains(REMEMBERED))
                || findings.notes().stream().anyMatch(note -> note.contains(REMEMBERED))
                || findings.differs().contains(REMEMBERED)
            ? " " + REMEMBERED + ": as remembered, not checked against the paper."
            : "";
    return (several
            ? "± is the half-width of the 95 % interval over seeds"
                + others
                + ". Verdicts: t-test paired by seed, p corrected after Holm"
                + families(findings.families())
                + ", d the effect size (mean over standard deviation of the differences, Hedges'"
                + " correction). No difference detectable does not mean that there is none: below"
                + " the number that follows, these seeds would miss a true one more often than once"
                + " in five times."
                + besides(findings)
            : "One seed: no interval, no test, no statement.")
        + tags;
  }

  /** Over what p is corrected, and for what one in twenty stands. */
  private static String families(List<Integer> families) {
    if (families.size() < 2) {
      return families.isEmpty()
          ? ""
          : " over " + Numbers.several(families.get(0), "comparison") + ", all of this page";
    }
    int fewest = Collections.min(families);
    int most = Collections.max(families);
    return " over a family, all comparisons of one study by one measure ("
        + families.size()
        + " families here, of "
        + (fewest == most ? "" : fewest + " to ")
        + Numbers.several(most, "comparison")
        + ": where nothing differs, one family in twenty or fewer says that something"
        + " does, which of so many may be one)";
  }

  /** What stands beside the test that decides, or why it does not. */
  private static String besides(Findings findings) {
    int pairs =
        findings.tables().stream()
            .flatMap(table -> table.lines().stream())
            .flatMap(line -> line.difference().stream())
            .mapToInt(difference -> difference.mean().n())
            .max()
            .orElse(0);
    if (pairs < 2) {
      return "";
    }
    return pairs >= PairedDifference.ENOUGH_PAIRS
        ? " findings.csv has beside it Wilcoxon's signed ranks and a BCa interval over seeds, which"
            + " assume no normal distribution, and where it is known who had which samples right a"
            + " BCa interval over test samples."
        : " Signed ranks and a bootstrap interval over seeds are had from "
            + PairedDifference.ENOUGH_PAIRS
            + " seeds on: with "
            + pairs
            + " the ranks could not give a p below "
            + Numbers.fixed("%.3f", Math.min(1, Math.pow(2, 1 - pairs)))
            + ". findings.csv has a BCa interval over test samples where it is known who had which"
            + " right.";
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%s", value);
  }
}
