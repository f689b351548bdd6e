package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The report's two tables for a paper or a note, its summary and what the differences rest on:
 * Markdown and LaTeX, rounded as in the report.
 */
public final class TextTables {
  private TextTables() {}

  /** As a Markdown table, its legend below. */
  public static String markdown(Summary summary) {
    StringBuilder text = new StringBuilder();
    text.append(row(heads(SummaryLine.HEADS), TextTables::markdown));
    text.append("| --- | --- |").append(" ---: |".repeat(SummaryLine.HEADS.size())).append('\n');
    for (Summary.Row row : summary.lines()) {
      text.append(row(cells(row), TextTables::markdown));
    }
    text.append('\n').append(markdown(TerminalTable.legend(summary))).append('\n');
    Differences differences = Differences.of(summary, Map.of());
    if (!differences.lines().isEmpty()) {
      text.append('\n').append(row(heads(differences.heads()), TextTables::markdown));
      text.append("| --- | --- |")
          .append(" ---: |".repeat(differences.heads().size()))
          .append('\n');
      differences.lines().forEach(l -> text.append(row(cells(l), TextTables::markdown)));
      text.append('\n');
      differences.notes().forEach(note -> text.append(markdown(note)).append('\n'));
    }
    return text.toString();
  }

  /** As a LaTeX tabular, its legend as a comment; needs the package booktabs. */
  public static String latex(Summary summary) {
    StringBuilder text = new StringBuilder();
    text.append("% ").append(TerminalTable.legend(summary)).append('\n');
    text.append(tabular(SummaryLine.HEADS, summary.lines().stream().map(TextTables::cells)));
    Differences differences = Differences.of(summary, Map.of());
    if (!differences.lines().isEmpty()) {
      text.append('\n');
      differences.notes().forEach(note -> text.append("% ").append(note).append('\n'));
      text.append(
          tabular(differences.heads(), differences.lines().stream().map(TextTables::cells)));
    }
    return text.toString();
  }

  private static String tabular(List<String> numbers, Stream<List<String>> rows) {
    return "\\begin{tabular}{ll"
        + "r".repeat(numbers.size())
        + "}\n\\toprule\n"
        + line(heads(numbers))
        + "\\midrule\n"
        + rows.map(TextTables::line).collect(Collectors.joining())
        + "\\bottomrule\n\\end{tabular}\n";
  }

  private static List<String> heads(List<String> numbers) {
    List<String> heads = new ArrayList<>(List.of("strategy", "against scratch"));
    heads.addAll(numbers);
    return heads;
  }

  private static List<String> cells(Differences.Line line) {
    List<String> cells = new ArrayList<>(List.of(line.name(), line.verdict()));
    cells.addAll(line.cells());
    return cells;
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
                case '→' -> escaped.append("$\\to$");
                case '·' -> escaped.append("$\\cdot$");
                case '×' -> escaped.append("$\\times$");
                case '²' -> escaped.append("$^2$");
                case 'χ' -> escaped.append("$\\chi$");
                case '≥' -> escaped.append("$\\ge$");
                case '≤' -> escaped.append("$\\le$");
                case '…' -> escaped.append("\\dots{}");
                case '“' -> escaped.append("``");
                case '”' -> escaped.append("''");
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
