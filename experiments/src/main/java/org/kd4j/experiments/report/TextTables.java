package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The report's summary for a paper or a note: Markdown and LaTeX, rounded as in the report. */
public final class TextTables {
  private TextTables() {}

  /** As a Markdown table, its legend below. */
  public static String markdown(Summary summary) {
    StringBuilder text = new StringBuilder();
    text.append(row(heads(), TextTables::markdown));
    text.append("| --- | --- |").append(" ---: |".repeat(SummaryLine.HEADS.size())).append('\n');
    for (Summary.Row row : summary.lines()) {
      text.append(row(cells(row), TextTables::markdown));
    }
    return text + "\n" + markdown(TerminalTable.legend(summary)) + "\n";
  }

  /** As a LaTeX tabular, its legend as a comment; needs the package booktabs. */
  public static String latex(Summary summary) {
    StringBuilder text = new StringBuilder();
    text.append("% ").append(TerminalTable.legend(summary)).append('\n');
    text.append("\\begin{tabular}{ll").append("r".repeat(SummaryLine.HEADS.size())).append("}\n");
    text.append("\\toprule\n").append(line(heads())).append("\\midrule\n");
    for (Summary.Row row : summary.lines()) {
      text.append(line(cells(row)));
    }
    return text + "\\bottomrule\n\\end{tabular}\n";
  }

  private static List<String> heads() {
    List<String> heads = new ArrayList<>(List.of("strategy", "against scratch"));
    heads.addAll(SummaryLine.HEADS);
    return heads;
  }

  private static List<String> cells(Summary.Row row) {
    List<String> cells = new ArrayList<>();
    cells.add((row.kind() == Summary.Kind.BESIDE ? "with " : "") + row.choice());
    cells.add(row.verdict().map(v -> v.words()).orElse(""));
    cells.addAll(SummaryLine.cells(row));
    return cells;
  }

  private static String row(List<String> cells, java.util.function.UnaryOperator<String> escape) {
    return cells.stream().map(escape).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A row of a tabular. */
  static String line(List<String> cells) {
    return cells.stream().map(TextTables::latex).collect(Collectors.joining(" & ", "", " \\\\\n"));
  }

  private static String markdown(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_");
  }

  private static String latex(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> escaped.append("\\textbackslash{}");
                case '~' -> escaped.append("\\textasciitilde{}");
                case '^' -> escaped.append("\\textasciicircum{}");
                case '±' -> escaped.append("$\\pm$");
                case '−' -> escaped.append("$-$");
                case '<' -> escaped.append("$<$");
                case '>' -> escaped.append("$>$");
                case '—' -> escaped.append("---");
                case '%', '&', '#', '_', '{', '}', '$' -> escaped.append('\\').appendCodePoint(c);
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}
